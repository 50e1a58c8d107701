"""Joint models on the command line: the text tower's vectors, the parity of both towers, and what it says of a wrong one."""
import json
import pathlib
import shutil

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/golden"
MODELS = ["tiny-siglip", "tiny-clip", "tiny-embed-small", "tiny-embed-large"]


def towers(result) -> list[dict]:
    return [json.loads(line) for line in result.out.splitlines()]


@pytest.mark.parametrize("name", MODELS)
def test_embeds_a_text(cli, name: str):
    shown = cli("embed", "--model", GOLDEN / name, "--text", "A photo of a passport").json
    assert shown["trust"] == "proven" and shown["precision"] == "fp32"
    assert len(shown["embedding"]) == shown["dimension"] == (24 if name == "tiny-clip" else 32)
    assert sum(x * x for x in shown["embedding"]) == pytest.approx(1, abs=1e-5)
    assert not shown["truncated"]


@pytest.mark.parametrize("name", MODELS)
def test_parity_has_a_report_for_each_tower(cli, name: str):
    result = cli("parity", "--model", GOLDEN / name, "--json")
    assert result.status == 0
    text, image = towers(result)
    assert text["passed"] and text["texts_with_other_ids"] == [] and text["texts"] == 16
    assert image["passed"] and image["images"] == 5 and image["first_divergence"] is None
    assert [layer["name"] for layer in image["layers"]][:3] == ["patch embedding", "layer 0 attention", "layer 0 mlp"]
    assert all(layer["relative_error"] < 1e-5 for layer in image["layers"])


# Random weights compute what the reference computes and see nothing; the trained ones see.
@pytest.mark.parametrize("name, served", [("tiny-siglip", False), ("tiny-clip", False), ("trained-siglip", True)])
def test_parity_says_whether_the_model_sees(cli, name: str, served: bool):
    _, image = towers(cli("parity", "--model", GOLDEN / name, "--json"))
    seen = image["ground_truth"]
    assert image["passed"] and seen["served"] == served and seen["rules"] == 21
    assert (seen["reversed"] == 0) == served
    shown = cli("parity", "--model", GOLDEN / name).out
    assert "Ground truth: " in shown and ("It will not be served" in shown) != served


def test_parity_names_where_a_wrong_tower_differs_first(cli, tmp_path: pathlib.Path):
    changed = tmp_path / "model"
    shutil.copytree(GOLDEN / "tiny-siglip", changed)
    config = json.loads((changed / "config.json").read_text())
    config["vision_config"]["hidden_act"] = "gelu"
    (changed / "config.json").write_text(json.dumps(config))
    result = cli("parity", "--model", changed, "--json")
    assert result.status == 1
    text, image = towers(result)
    assert text["passed"] and not image["passed"]
    assert image["first_divergence"] == "layer 0 mlp"
    assert "The first that differs is: layer 0 mlp" in cli("parity", "--model", changed).out
