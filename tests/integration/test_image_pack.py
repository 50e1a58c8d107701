"""The image encoder of the pack: pictures judged by descriptions in words, with the weights that `make models` fetches."""
import array
import json
import pathlib
import shutil
import sys

import pytest

from harness.cli import Cli
from harness.paths import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import efficientnet  # noqa: E402

MODEL, CONFIG = ROOT / "models/efficientnet-lite0", ROOT / "examples/pictures.yaml"


def explained(cli: Cli, config: pathlib.Path, picture: str) -> dict:
    result = cli("explain", "-c", config, "--text", "What does this say?", "--image", ROOT / "examples/pictures" / picture, "--json")
    assert result.status == 0, result.err
    return json.loads(result.out)


@pytest.mark.parametrize(("picture", "decision", "model"), [
    ("code_clean.png", "screenshots_of_code", "coder"), ("code_with_key.png", "screenshots_of_code", "coder"), ("receipt.png", "papers", "reader"),
    ("diagram.png", "figures", "reader"), ("landscape.png", "", "small")])
def test_the_example_routes_pictures_by_what_they_show(cli: Cli, picture: str, decision: str, model: str):
    response = explained(cli, CONFIG, picture)
    assert (response["routing_decision"], response["selected_model"]) == (decision, model), response["signals"]


def test_its_vectors_are_the_references_and_its_rules_the_right_way_up(cli: Cli):
    result = cli("parity", "--model", MODEL)
    assert result.status == 0, result.out
    assert "21 built-in rules over 21 pictures are the right way up" in result.out


def transposed(model: pathlib.Path) -> None:
    """The projection's numbers in the order of their columns."""
    tensors = efficientnet.read_safetensors(model / "model.safetensors")
    kind, (rows, columns), data = tensors["projection.weight"]
    assert kind == "F16"
    numbers = array.array("H", data)
    tensors["projection.weight"] = (kind, (rows, columns), array.array("H", (numbers[r * columns + c] for c in range(columns) for r in range(rows))).tobytes())
    efficientnet.write_safetensors(model / "model.safetensors", tensors)


def test_a_projection_that_was_saved_transposed_judges_nothing(cli: Cli, tmp_path: pathlib.Path):
    """As the first one of the pack was: the training judged what it had in memory, and stored the matrix as it lay there."""
    models = tmp_path / "models"
    shutil.copytree(MODEL, models / MODEL.name, ignore=shutil.ignore_patterns("goldens"))
    (models / "all-MiniLM-L6-v2").symlink_to(ROOT / "models/all-MiniLM-L6-v2")
    transposed(models / MODEL.name)
    config = tmp_path / "config/pictures.yaml"
    config.parent.mkdir()
    config.write_text(CONFIG.read_text())
    response = explained(cli, config, "receipt.png")
    states = {signal["signal"]: (signal["state"], signal.get("detail", "")) for signal in response["signals"]}
    assert states["embedding:receipt"][0] == "unknown", states
    assert "upside down" in states["embedding:receipt"][1] or "untrusted" in states["embedding:receipt"][1], states
