"""Real pixels: text in a picture is evidence. The same question with a clean picture takes the ordinary way."""
import base64

import httpx
import pytest

from harness import pictures
from harness.paths import ROOT
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream


@pytest.fixture(scope="module")
def router(start_router, recorder_server: RecordingUpstream) -> Router:
    return start_router("pixels.yaml", UPSTREAM=recorder_server.address)


def example(name: str) -> str:
    kind = "jpeg" if name.endswith("jpg") else "png"
    encoded = base64.b64encode((ROOT / "examples/pictures" / name).read_bytes()).decode()
    return f"data:image/{kind};base64,{encoded}"


CASES = {
    "example passport": ("Summarize", example("passport.jpg"), "identity_document"),
    "example landscape": ("Summarize", example("landscape.png"), "everything_else"),
    "example receipt": ("Summarize", example("receipt.png"), "everything_else"),
    "example code with a key": ("Find the bug", example("code_with_key.png"), "security_review"),
    "example clean code": ("Find the bug", example("code_clean.png"), "everything_else"),
    "passport page": ("Summarize", pictures.text_picture(pictures.PASSPORT_LINES), "identity_document"),
    "summarize a landscape": ("Summarize", pictures.landscape(), "everything_else"),
    "screenshot with a key": ("Find the bug", pictures.text_picture(pictures.CODE_LINES), "security_review"),
    "clean screenshot": ("Find the bug", pictures.text_picture(pictures.CLEAN_CODE_LINES), "everything_else"),
}


@pytest.mark.parametrize("case", CASES)
def test_text_in_the_picture_decides(case: str, router: Router, recorder: RecordingUpstream):
    text, picture, decision = CASES[case]
    answer = httpx.post(router.url + "/v1/chat/completions", timeout=60, headers={"x-vsr-debug": "true"},
                        json={"model": "auto", "messages": [pictures.user_message(text, picture)]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-vsr-selected-decision"] == decision
    assert recorder.only.json["messages"][0]["content"][1]["image_url"]["url"] == picture, "the picture is sent as it came"


def test_picture_behind_a_clean_one_is_read_too(router: Router, recorder: RecordingUpstream):
    message = pictures.user_message("Summarize", pictures.landscape(), pictures.text_picture(pictures.PASSPORT_LINES))
    answer = httpx.post(router.url + "/v1/chat/completions", timeout=60, json={"model": "auto", "messages": [message]})
    assert answer.headers["x-vsr-selected-decision"] == "identity_document"


@pytest.mark.parametrize("url", [
    "data:image/png;base64,AAAA", "data:image/png;base64,!!!!", "data:image/png;base64,", "data:,", "https://example.com/x.png",
])
def test_picture_that_cannot_be_read_breaks_nothing(url: str, router: Router, recorder: RecordingUpstream):
    answer = httpx.post(router.url + "/v1/chat/completions", timeout=60,
                        json={"model": "auto", "messages": [pictures.user_message("Summarize", url)]})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.headers["x-vsr-selected-decision"] == "everything_else"
