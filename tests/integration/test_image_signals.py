"""Rules over pictures on the real binary with a real joint model, small, trained on coloured shapes: tests/golden/trained-siglip."""
import base64
import json
import pathlib
import shutil

import httpx
import pytest

from harness import pictures
from harness.observe import metrics
from harness.paths import ROOT
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream

MODEL = ROOT / "tests/golden/trained-siglip"
PICTURES = ROOT / "examples/pictures"
NAMES = ["passport.jpg", "landscape.png", "receipt.png", "code_clean.png"]


def start(start_router, upstream: RecordingUpstream, **values: object) -> Router:
    return start_router("image_signals.yaml", **{"UPSTREAM": upstream.address, "MODEL": MODEL, "FIRST": -1, "MOST": 16, **values})


@pytest.fixture(scope="module")
def router(start_router, recorder_server) -> Router:
    return start(start_router, recorder_server)


def uri(name: str) -> str:
    kind = "jpeg" if name.endswith("jpg") else "png"
    return f"data:image/{kind};base64," + base64.b64encode((PICTURES / name).read_bytes()).decode()


def evaluated(router: Router, *urls: str) -> dict:
    answer = httpx.post(router.management + "/api/v1/eval?explain=true", timeout=60,
                        json={"messages": [pictures.user_message("what is this?", *urls)]})
    assert answer.status_code == 200, answer.text
    return answer.json()


def signal(found: dict, name: str) -> dict:
    return next(one for one in found["signals"] if one["signal"] == name)


def vector(cli, *arguments: object) -> list[float]:
    shown = cli("embed", "--model", MODEL, *arguments).json
    assert shown["trust"] == "proven"
    return shown["embedding"]


def cosine(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b))


def passes(router: Router) -> float:
    return metrics(router).sum("signalbox_encoder_passes_total", modality="image")


def test_the_score_is_the_cosine_of_the_picture_and_the_description(router: Router, cli):
    described = vector(cli, "--text", "a photo of a passport")
    found = evaluated(router, *[uri(name) for name in NAMES])
    expected = [cosine(vector(cli, "--image", PICTURES / name), described) for name in NAMES]
    assert found["signal_values"]["embedding:first"] == pytest.approx(max(expected), abs=1e-5)
    best = expected.index(max(expected))
    assert signal(found, "embedding:first")["detail"] == f"image[{best}] of 4"


def test_four_pictures_and_three_rules_are_four_passes_and_then_none(start_router, recorder_server):
    router = start(start_router, recorder_server)
    urls = [uri(name) for name in NAMES]
    first = evaluated(router, *urls)
    assert passes(router) == 4
    again = evaluated(router, *urls)
    assert passes(router) == 4
    assert again["signal_values"] == first["signal_values"]
    assert metrics(router).sum("signalbox_encoder_cache_total", modality="image", result="hit") == 4


def test_a_picture_decides_the_route_and_is_sent_as_it_came(router: Router, recorder: RecordingUpstream):
    answer = httpx.post(router.url + "/v1/chat/completions", timeout=60, headers={"x-vsr-debug": "true"},
                        json={"model": "auto", "messages": [pictures.user_message("what is this?", uri("receipt.png"))]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-vsr-selected-decision"] == "seen"
    assert recorder.only.json["messages"][0]["content"][1]["image_url"]["url"] == uri("receipt.png")


@pytest.mark.parametrize("url", ["data:image/png;base64,AAAA", "data:image/png;base64,!!!!"])
def test_a_decision_can_route_on_an_image_error(url: str, router: Router, recorder: RecordingUpstream):
    answer = httpx.post(router.url + "/v1/chat/completions", timeout=60,
                        json={"model": "auto", "messages": [pictures.user_message("what is this?", url)]})
    assert answer.headers["x-vsr-selected-decision"] == "image_error"


# What was not seen could be anything: unknown, and under v1 a rule over pictures then counts as a match.
def test_a_picture_by_url_is_unknown(router: Router):
    found = evaluated(router, "https://pictures.example/passport.png")
    first = signal(found, "embedding:second")
    assert first["state"] == "unknown" or first.get("truth") == "unknown", first
    assert "image[0]: remote_url" in json.dumps(first)


def test_older_pictures_than_are_looked_at_are_unknown(start_router, recorder_server):
    router = start(start_router, recorder_server, MOST=2)
    found = evaluated(router, *[uri(name) for name in NAMES])
    assert "image[0]: too_many" in json.dumps(signal(found, "embedding:second"))
    assert passes(router) == 2


def test_a_model_that_fails_its_goldens_judges_no_picture(start_router, recorder_server, tmp_path: pathlib.Path):
    changed = tmp_path / "model"
    shutil.copytree(MODEL, changed)
    config = json.loads((changed / "config.json").read_text())
    config["vision_config"]["hidden_act"] = "gelu"  # for gelu_pytorch_tanh: one of the four mistakes of VSR
    (changed / "config.json").write_text(json.dumps(config))
    router = start(start_router, recorder_server, MODEL=changed)
    found = evaluated(router, uri("passport.jpg"))
    first = json.dumps(signal(found, "embedding:first"))
    assert "untrusted_model" in first and "is untrusted: layer 0 mlp differs" in first
    assert metrics(router).sum("signalbox_encoder_trust", modality="image", state="untrusted") == 1
    assert metrics(router).sum("signalbox_encoder_trust", modality="text", state="proven") == 1


def test_embed_says_what_is_wrong_with_a_picture(cli, tmp_path: pathlib.Path):
    broken = tmp_path / "broken.png"
    broken.write_bytes((PICTURES / "receipt.png").read_bytes()[:2000])
    result = cli("embed", "--model", MODEL, "--image", broken)
    assert result.status == 1 and "broken.png: " in result.err
    missing = cli("embed", "--model", MODEL, "--image", tmp_path / "none.png")
    assert missing.status == 1 and "none.png: cannot be read" in missing.err
    no_tower = cli("embed", "--model", ROOT / "tests/golden/tiny-bert", "--image", PICTURES / "receipt.png")
    assert no_tower.status == 2 and "has no image tower" in no_tower.err


# Its goldens pass, but it was never taught to see: what it says of pictures would be chance.
def test_a_model_that_sees_nothing_judges_no_picture(start_router, recorder_server):
    router = start(start_router, recorder_server, MODEL=ROOT / "tests/golden/tiny-siglip")
    found = evaluated(router, uri("passport.jpg"))
    first = json.dumps(signal(found, "embedding:first"))
    assert "untrusted_model" in first and "built-in rules are upside down" in first
    for modality in ("image", "text"):
        assert metrics(router).sum("signalbox_encoder_trust", modality=modality, state="untrusted") == 1
    models = httpx.get(router.management + "/ready").json()["models"]
    assert [model["trust"] for model in models] == ["untrusted"] * len(models)


def test_proofs_are_kept_in_the_state_folder(start_router, recorder_server, tmp_path: pathlib.Path):
    for _ in range(2):
        router = start(start_router, recorder_server, environment={"STATE_DIRECTORY": str(tmp_path)})
        assert "untrusted_model" not in json.dumps(evaluated(router, uri("passport.jpg")))
        kept = [path.read_text() for path in (tmp_path / "model-verdicts").iterdir()]
        assert len(kept) == 3, kept  # both towers against their goldens, and what they see together
        assert all(text.startswith("1 build ") and text.endswith("\npassed\n") for text in kept)
        assert (tmp_path / "model-verdicts").stat().st_mode & 0o777 == 0o700
