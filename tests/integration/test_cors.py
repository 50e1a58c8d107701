"""CORS is a listener's own: off by default, and where it is on, preflights need no credentials."""
import httpx
import pytest

from harness.listener import start_listener
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream, Reply

APP = "https://app.example.com"
CHAT = {"model": "small", "messages": [{"role": "user", "content": "Hi"}]}
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}


@pytest.fixture(scope="module")
def listener(start_router, recorder_server, tmp_path_factory) -> tuple[Router, str, str]:
    return start_listener(start_router, recorder_server.address, tmp_path_factory.mktemp("tls"))


def cors_headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def test_preflight_and_answers_of_an_allowed_origin(listener, recorder: RecordingUpstream):
    url = listener[0].url + "/v1/chat/completions"
    preflight = httpx.options(url, headers={"origin": APP, **PREFLIGHT})
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == APP
    assert preflight.headers["vary"] == "Origin"
    assert recorder.requests == []
    for stream in (False, True):
        answer = httpx.post(url, json={**CHAT, "stream": stream}, headers={"origin": APP})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == APP
        assert answer.headers["access-control-expose-headers"] == "x-request-id"


def test_other_origins_are_told_nothing_and_errors_are_readable(listener, recorder: RecordingUpstream):
    url = listener[0].url + "/v1/chat/completions"
    foreign = {"origin": "https://evil.example"}
    assert cors_headers(httpx.options(url, headers={**foreign, **PREFLIGHT})) == {}
    assert cors_headers(httpx.post(url, json=CHAT, headers=foreign)) == {}
    broken = httpx.post(url, content=b"{", headers={"origin": APP})
    assert (broken.status_code, broken.headers["access-control-allow-origin"]) == (400, APP)


def test_a_backend_does_not_open_the_gateway(listener, recorder: RecordingUpstream):
    recorder.reply_with(lambda _: Reply(headers={"access-control-allow-origin": "*", "server": "vllm/1",
                                                 "content-type": "application/json"}, body=b"{}"))
    answer = httpx.post(listener[0].url + "/v1/chat/completions", json=CHAT, headers={"origin": "https://evil.example"})
    assert cors_headers(answer) == {}
    assert "server" not in answer.headers


def test_off_by_default(policy: Router, recorder: RecordingUpstream):
    answer = httpx.options(policy.url + "/v1/chat/completions", headers={"origin": APP, **PREFLIGHT})
    assert answer.status_code == 405
    assert cors_headers(answer) == {}
