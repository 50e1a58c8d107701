"""The OpenAI Node SDK, unchanged, against the same router: node/scenarios.mjs acts, this file says what must come out."""
import json
import os
import pathlib
import subprocess

import pytest

from harness.paths import INTEGRATION, ROOT
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream


def run(scenario: str, router: Router) -> dict:
    packages = pathlib.Path(os.environ.get("SIGNALBOX_NODE", ROOT / "build/node"))
    node = ROOT / "build/venv/bin/node"
    assert node.is_file() and (packages / "node_modules/openai").is_dir(), "run scripts/venv.sh"
    environment = {**os.environ, "BASE_URL": router.url + "/v1", "SIGNALBOX_NODE": str(packages)}
    done = subprocess.run([str(node), str(INTEGRATION / "node/scenarios.mjs"), scenario], capture_output=True, text=True,
                          timeout=90, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("scenario", "expected", "model"), [
    ("chat", {"text": "recorded", "decision": "code"}, "vendor/expert-1"),
    ("stream", {"text": "recorded", "finish": "stop"}, "small"),
    ("tools", {"text": "recorded"}, "vendor/expert-1"),
    ("image", {"text": "recorded"}, "reader"),
])
def test_request_reaches_the_decisions_model(scenario: str, expected: dict, model: str, policy: Router,
                                             recorder: RecordingUpstream):
    assert run(scenario, policy) == expected
    assert recorder.only.json["model"] == model


def test_fast_response_streams(policy: Router, recorder: RecordingUpstream):
    assert run("fast_response_stream", policy) == {"text": "A canned answer, given at once."}
    assert recorder.requests == []


def test_models(policy: Router):
    assert run("models", policy) == {"hasAuto": True, "retrieved": "auto"}


@pytest.mark.parametrize(("scenario", "statuses"), [("unknown_model", (400, 404)), ("malformed", (400,)), ("unknown_path", (404,))])
def test_errors_are_the_sdks_own(scenario: str, statuses: tuple[int, ...], policy: Router, recorder: RecordingUpstream):
    found = run(scenario, policy)
    assert found["status"] in statuses
    assert found["message"]
    assert recorder.requests == []
