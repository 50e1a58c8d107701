"""However the bytes are cut on their way, requests and streams come through as they were sent, frame for frame.

A gate cuts on either side of the router, in both directions: into pieces of 1, 2, 3 and 7 bytes, and once at every single position
of one small request and its answer.
"""
import json
import random
import re
import socket
from collections.abc import Callable, Iterator

import pytest

from harness import raw_http
from harness.processes import Router
from harness.scripted_backend import DONE, LAST_CHUNK, STREAM_HEAD, Call, ScriptedBackend, answer, in_chunk
from harness.tcp_gate import TcpGate

# Frames as servers send them: comments, a name, CRLF, several data lines, text that is cut inside a character.
FRAMES = [b": hello\n\n", b'data: {"choices":[{"index":0,"delta":{"content":"gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x9a\xa6"}}]}\n\n',
          b"event: x\r\ndata: {}\r\n\r\n", b'data: {"a":\ndata: 1}\n\n', b'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n', DONE]
BODY = json.dumps({"model": "auto", "stream": True, "messages": [{"role": "user", "content": "gr\u00fc\u00df \U0001f6a6"}]},
                  ensure_ascii=False).encode()
REQUEST = (f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-request-id: fixed\r\nconnection: close\r\n"
           f"content-length: {len(BODY)}\r\n\r\n").encode() + BODY
CHUNKED_REQUEST = (b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-request-id: fixed\r\nconnection: close\r\n"
                   b"transfer-encoding: chunked\r\n\r\n" + in_chunk(BODY[:9]) + in_chunk(BODY[9:]) + LAST_CHUNK)
STREAM_ANSWER = STREAM_HEAD + b"".join(map(in_chunk, FRAMES)) + LAST_CHUNK
SIZES = [1, 2, 3, 7]


class Seen:
    """A backend script that answers with these bytes and keeps the bodies that arrived."""

    def __init__(self, reply: bytes):
        self.reply = reply
        self.bodies: list[bytes] = []

    def __call__(self, call: Call) -> None:
        self.bodies.append(call.body)
        call.send(self.reply)


def raw(url: str, request: bytes) -> bytes:
    """Every byte that comes back, without the date."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request)
        data = b""
        while more := connection.recv(65536):
            data += more
    return re.sub(rb"(?m)^Date: .*\r\n", b"", data)


@pytest.fixture
def in_front(faulty: Router) -> Iterator[TcpGate]:
    with TcpGate(faulty.url) as gate:
        yield gate


@pytest.fixture(scope="module")
def behind(start_router: Callable[..., Router], scripted_backend: ScriptedBackend) -> Iterator[tuple[Router, TcpGate]]:
    """A router that reaches the backend through a gate."""
    with TcpGate(scripted_backend.address) as gate:
        yield start_router("faults.yaml", UPSTREAM=gate.address, PATIENCE="60s"), gate


def slice_by(gate: TcpGate, size: int | None) -> None:
    gate.up.slice = gate.down.slice = size


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("request_bytes", [REQUEST, CHUNKED_REQUEST], ids=["length", "chunked"])
def test_client_side_sliced(size: int, request_bytes: bytes, in_front: TcpGate, faulty: Router, backend: ScriptedBackend):
    backend.script = seen = Seen(answer(b'{"a":1}'))
    direct = raw(faulty.url, request_bytes)
    slice_by(in_front, size)
    assert raw(in_front.url, request_bytes) == direct
    assert seen.bodies[0] == seen.bodies[1]
    assert seen.bodies[1].endswith(BODY[BODY.index(b'"messages"'):])


@pytest.mark.parametrize("size", SIZES)
def test_backend_side_sliced(size: int, behind: tuple[Router, TcpGate], backend: ScriptedBackend):
    router, gate = behind
    gate.break_all()
    backend.script = seen = Seen(STREAM_ANSWER)
    slice_by(gate, size)
    response = raw_http.send(router.url, REQUEST)
    slice_by(gate, None)
    assert (response.status, response.whole, response.body) == (200, True, b"".join(FRAMES))
    assert response.headers["content-type"] == "text/event-stream"
    assert seen.bodies[0].endswith(BODY[BODY.index(b'"messages"'):])


def test_request_cut_at_every_byte(in_front: TcpGate, faulty: Router, backend: ScriptedBackend):
    backend.script = seen = Seen(answer(b"{}"))
    direct = raw(faulty.url, REQUEST)
    in_front.up.pause = 0.001
    for position in range(1, len(REQUEST)):
        in_front.up.cuts = (position,)
        assert raw(in_front.url, REQUEST) == direct, f"cut at {position}"
    assert seen.bodies == [seen.bodies[0]] * len(REQUEST)


def test_answer_cut_at_every_byte(behind: tuple[Router, TcpGate], backend: ScriptedBackend):
    router, gate = behind
    gate.break_all()
    reply = STREAM_ANSWER.replace(b"\r\n", b"\r\nconnection: close\r\n", 1)
    backend.script = Seen(reply)
    gate.down.pause = 0.001
    for position in range(1, len(reply)):
        gate.down.cuts = (position,)
        response = raw_http.send(router.url, REQUEST)
        assert (response.status, response.whole, response.body) == (200, True, b"".join(FRAMES)), f"cut at {position}"
    gate.down.cuts = ()


@pytest.mark.parametrize("seed", range(5))
def test_random_cuts_on_all_four_ways(seed: int, behind: tuple[Router, TcpGate], backend: ScriptedBackend):
    router, gate = behind
    gate.break_all()
    chance = random.Random(seed)
    backend.script = seen = Seen(STREAM_ANSWER)
    with TcpGate(router.url, seed) as front:
        for flow in (front.up, front.down, gate.up, gate.down):
            flow.cuts = tuple(sorted(chance.sample(range(1, 600), 40)))
        response = raw_http.send(front.url, CHUNKED_REQUEST)
        assert (response.status, response.whole, response.body) == (200, True, b"".join(FRAMES)), (front, gate)
    for flow in (gate.up, gate.down):
        flow.cuts = ()
    assert len(seen.bodies) == 1
