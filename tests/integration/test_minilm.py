"""Embedding signals with all-MiniLM-L6-v2: routing by meaning, the command line, parity, and what trust says. The mechanics are in
test_embeddings.py, on a small model."""
import json
import pathlib
import shutil

import httpx
import pytest

from harness.processes import Router
from harness.recording_upstream import RecordingUpstream

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "models/all-MiniLM-L6-v2"
pytestmark = pytest.mark.skipif(not MODEL.exists(), reason="models/all-MiniLM-L6-v2 is missing: run make models")


@pytest.fixture(scope="module")
def router(start_router, recorder_server) -> Router:
    return start_router("minilm.yaml", UPSTREAM=recorder_server.address, MODEL=str(MODEL))


def ask(router: Router, text: str) -> httpx.Response:
    body = {"model": "auto", "messages": [{"role": "user", "content": text}]}
    return httpx.post(router.url + "/v1/chat/completions", json=body, timeout=60)


@pytest.mark.parametrize(("text", "decision", "model"), [
    ("You billed me two times for one purchase.", "refund", "billing"),
    ("I want my money back!", "refund", "billing"),
    ("My parcel never showed up and nobody answers.", "refund", "billing"),
    ("This script crashes with an error, please repair the bug.", "code", "coder"),
    ("Which flour is best for baking a loaf of bread?", "cooking", "small"),
    ("What is the capital of France?", None, "small"),
    ("Write a haiku about trains in the fog.", None, "small"),
])
def test_routes_by_meaning(router: Router, recorder: RecordingUpstream, text: str, decision: str | None, model: str):
    answer = ask(router, text)
    assert answer.status_code == 200
    assert answer.headers.get("x-vsr-selected-decision") == decision
    assert recorder.only.json["model"] == model


def test_the_vector_of_the_api_is_that_of_the_command_line(router: Router, cli):
    shown = cli("embed", "--model", MODEL, "--text", "Hello world")
    answer = httpx.post(router.management + "/api/v1/embeddings", json={"texts": ["Hello world"]}, timeout=60).json()
    ours, theirs = shown.json, answer["embeddings"][0]
    assert theirs["dimension"] == ours["dimension"] == 384
    assert max(abs(a - b) for a, b in zip(ours["embedding"], theirs["embedding"])) < 1e-6
    assert ours["trust"] == "proven"


def test_parity_passes_and_a_changed_model_fails(cli, tmp_path: pathlib.Path):
    good = cli("parity", "--model", MODEL, "--json")
    assert good.status == 0
    report = good.json
    assert report["passed"] and report["texts"] == 200 and report["texts_with_other_ids"] == []
    assert report["layers"][-1]["relative_error"] < 1e-5
    changed = tmp_path / "model"
    shutil.copytree(MODEL, changed)
    config = json.loads((changed / "config.json").read_text())
    (changed / "config.json").write_text(json.dumps({**config, "hidden_act": "gelu_new"}))
    assert cli("parity", "--model", changed).status == 1


def test_a_model_whose_goldens_fail_answers_nothing(start_router, recorder: RecordingUpstream, tmp_path: pathlib.Path):
    changed = tmp_path / "model"
    shutil.copytree(MODEL, changed)
    config = json.loads((changed / "config.json").read_text())
    (changed / "config.json").write_text(json.dumps({**config, "hidden_act": "gelu_new"}))
    router = start_router("minilm.yaml", UPSTREAM=recorder.address, MODEL=str(changed))
    answer = ask(router, "I want my money back!")
    assert answer.status_code == 200
    assert answer.headers.get("x-vsr-selected-decision") is None
    evaluated = httpx.post(router.management + "/api/v1/eval", json={"text": "I want my money back!"}, timeout=60).json()
    assert "untrusted_model" in json.dumps(evaluated)


def test_a_long_text_is_cut_and_says_so(router: Router):
    text = "I want my money back! " + "word " * 600
    evaluated = httpx.post(router.management + "/api/v1/eval", json={"text": text}, timeout=60)
    assert evaluated.status_code == 200
    assert "truncated" in evaluated.text or "cut" in evaluated.text
