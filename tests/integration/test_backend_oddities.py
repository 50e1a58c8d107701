"""Answers that are odd and yet answers: they are relayed as they are, and none of them poisons what comes next."""
import socket
import time

import pytest

from harness import raw_http
from harness.fault_checks import ASK, HEAD, Script, assert_counted, assert_serves, counters, says
from harness.observe import rss_kib
from harness.processes import Router
from harness.scripted_backend import Call, ScriptedBackend, answer

def hurried(call: Call) -> None:
    call.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + answer(b"{}"))


def drip(data: bytes, step: int = 7) -> Script:
    def script(call: Call) -> None:
        for at in range(0, len(data), step):
            call.send(data[at:at + step])
            time.sleep(0.002)
    return script


ODD = {
    "a slow drip": (drip(answer(b'{"a":1}')), 200, b'{"a":1}'),
    "interim answers first": (hurried, 200, b"{}"),
    "HTTP/1.0 with a length": (says(b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}"), 200, b"{}"),
    "HTTP/1.0 until it closes": (says(b"HTTP/1.0 200 OK\r\n\r\nall of it"), 200, b"all of it"),
    "more than the length": (says(HEAD + b"content-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison",
                                  lambda call: None), 200, b"{}"),
    "204 with a body": (says(b"HTTP/1.1 204 No Content\r\ncontent-length: 6\r\n\r\npoison", lambda call: None), 204, b""),
    "304 with a body": (says(b"HTTP/1.1 304 Not Modified\r\ncontent-length: 6\r\n\r\npoison", lambda call: None), 304, b""),
    "chunks with extensions and a trailer": (
        says(HEAD + b"transfer-encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1 ; c\r\n}\r\n0\r\nx-trailer: 1\r\n\r\n", lambda call: None),
        200, b"{}"),
    "an error of its own": (says(answer(b'{"error":{}}', "429 Too Many Requests", "retry-after: 7\r\n"), lambda call: None),
                            429, b'{"error":{}}'),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_answer_is_relayed_and_poisons_nothing(name: str, faulty: Router, backend: ScriptedBackend):
    script, status, body = ODD[name]
    before = counters(faulty)
    backend.script = script
    request = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(ASK)}\r\nconnection: close\r\n\r\n"
    response = raw_http.send(faulty.url, request.encode() + ASK)
    if status in (204, 304):
        assert response.status == status
    else:
        assert (response.status, response.body, response.whole) == (status, body, True)
    assert_counted(faulty, before, {}, {str(status): 1})
    assert_serves(faulty, backend)


# --- pooled connections ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("ending", [Call.close, Call.reset], ids=["closed", "reset"])
def test_pooled_connection_that_dies_with_the_next_request_is_replaced(ending: Script, faulty: Router, backend: ScriptedBackend):
    backend.script = lambda call: call.send(answer()) if call.number == 0 else ending(call)
    for _ in range(5):
        assert raw_http.post(faulty.url, ASK).status == 200
    assert backend.counts["requests"] > backend.counts["accepted"]  # so some did die on reuse, and nobody saw it


def test_backend_that_restarts_is_found_again(faulty: Router, backend: ScriptedBackend):
    for _ in range(8):
        assert raw_http.post(faulty.url, ASK).status == 200
    backend.reset()  # closes every idle connection, as a restart does
    for _ in range(8):
        assert raw_http.post(faulty.url, ASK).status == 200


# --- memory ----------------------------------------------------------------------------------------------------------

def test_body_that_never_ends_is_not_kept(faulty: Router, backend: ScriptedBackend, plain_binary: None):
    """256 MiB pass; a client that reads slowly must not make them pile up."""
    pid, size = faulty.process.process.pid, 256 << 20

    def script(call: Call) -> None:
        call.send(HEAD + b"content-length: %d\r\n\r\n" % size)
        for _ in range(size >> 20):
            call.send(b"x" * (1 << 20))

    before, peak = rss_kib(pid), 0
    backend.script = script
    host, port = faulty.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as client:
        client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(ASK) + ASK)
        total = 0
        while total < size:
            got = client.recv(4 << 20)
            assert got
            total += len(got)
            peak = max(peak, rss_kib(pid)) if total % (16 << 20) < len(got) else peak
    assert peak - before < 16 * 1024
