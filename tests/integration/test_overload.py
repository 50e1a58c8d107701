"""Above its bounds the gateway refuses at once, with a status that says so and a Retry-After, and recovers."""
import json
import socket
import threading
import time
import urllib.parse

import httpx
import pytest

from harness.listener import start_listener
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream, Reply, completion

CHAT = {"model": "small", "messages": [{"role": "user", "content": "Hi"}]}
PATIENCE = 60


@pytest.fixture
def gate(recorder: RecordingUpstream) -> threading.Event:
    """The upstream answers when this is set."""
    event = threading.Event()

    def reply(_) -> Reply:
        assert event.wait(PATIENCE)
        return Reply(body=json.dumps(completion("small")).encode())

    recorder.reply_with(reply)
    yield event
    event.set()


def wait_for(condition, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def metric(router: Router, line: str) -> float:
    for found in httpx.get(router.management + "/metrics").text.splitlines():
        if found.startswith(line + " "):
            return float(found.rsplit(" ", 1)[1])
    return 0


def test_active_requests_over_the_bound_are_503_and_the_rest_is_answered(start_router, recorder, gate, tmp_path):
    router, _, _ = start_listener(start_router, recorder.address, tmp_path, MAX_ACTIVE=3)
    answers: list[int] = []

    def ask() -> None:
        answers.append(httpx.post(router.url + "/v1/chat/completions", json=CHAT, timeout=PATIENCE).status_code)

    waiting = [threading.Thread(target=ask) for _ in range(3)]
    for thread in waiting:
        thread.start()
    wait_for(lambda: len(recorder.requests) == 3, "three requests at the backend")
    assert metric(router, "signalbox_active_requests") == 3
    refused = httpx.post(router.url + "/v1/chat/completions", json=CHAT)
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "overloaded"
    assert int(refused.headers["retry-after"]) >= 1
    assert httpx.get(router.url + "/v1/models").status_code == 200
    gate.set()
    for thread in waiting:
        thread.join()
    assert answers == [200, 200, 200]
    assert httpx.post(router.url + "/v1/chat/completions", json=CHAT).status_code == 200
    assert metric(router, 'signalbox_overload_refused_total{reason="active_requests"}') == 1
    assert metric(router, "signalbox_active_requests") == 0


def test_connections_over_the_bound_are_503(start_router, recorder, tmp_path):
    router, _, _ = start_listener(start_router, recorder.address, tmp_path, MAX_CONNECTIONS=2)
    address = urllib.parse.urlsplit(router.url)
    held = [socket.create_connection((address.hostname, address.port)) for _ in range(2)]
    wait_for(lambda: metric(router, 'signalbox_http_connections{listener="plain"}') == 2, "two connections")
    refused = httpx.post(router.url + "/v1/chat/completions", json=CHAT)
    assert (refused.status_code, refused.headers["connection"], refused.headers["retry-after"]) == (503, "close", "1")
    for one in held:
        one.close()
    wait_for(lambda: metric(router, 'signalbox_http_connections{listener="plain"}') == 0, "no connection")
    assert httpx.post(router.url + "/v1/chat/completions", json=CHAT).status_code == 200


def test_large_bodies_are_judged_in_the_slow_lane(start_router, recorder, tmp_path):
    router, _, _ = start_listener(start_router, recorder.address, tmp_path)
    lane = 'signalbox_compute_wait_seconds_count{lane="slow"}'
    assert httpx.post(router.url + "/v1/chat/completions", json=CHAT).status_code == 200
    assert metric(router, lane) == 0
    large = {"model": "auto", "messages": [{"role": "user", "content": "launch code " + "x" * 1_000_000}]}
    answer = httpx.post(router.url + "/v1/chat/completions", json=large, timeout=PATIENCE)
    assert answer.headers["x-vsr-selected-decision"] == "stop_launch_codes", "judged as every other request"
    assert metric(router, lane) >= 1
    broken = httpx.post(router.url + "/v1/chat/completions", content=b'{"model":"auto",' + b" " * 200_000)
    assert broken.status_code == 400


def test_a_client_that_left_is_logged_as_499(start_router, recorder, gate, tmp_path):
    router, _, _ = start_listener(start_router, recorder.address, tmp_path)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(router.url + "/v1/chat/completions", json=CHAT, timeout=0.5,
                   headers={"x-request-id": "leaves-early"})
    wait_for(lambda: metric(router, 'signalbox_http_requests_total{listener="plain",status="499"}') == 1, "a 499")

    def lines() -> list[dict]:
        parsed = [json.loads(line) for line in router.output.splitlines() if line.startswith("{")]
        return [line for line in parsed if line.get("request_id") == "leaves-early"]

    wait_for(lambda: len(lines()) == 2, "both log lines")
    assert {line["status"] for line in lines()} == {499}
