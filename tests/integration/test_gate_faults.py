"""A gate that misbehaves on either side of the router: what is cut, held, slowed or changed on its way is never taken for whole."""
import json
import socket
from collections.abc import Callable, Iterator

import pytest

from harness import raw_http
from harness.observe import answers, eventually, metrics, open_connections
from harness.processes import Router
from harness.scripted_backend import LAST_CHUNK, STREAM_HEAD, Call, ScriptedBackend, answer, in_chunk
from harness.tcp_gate import TcpGate

ASK = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}).encode()
REQUEST = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(ASK) + ASK
PLAIN = answer(b'{"a":1}')
STREAM = STREAM_HEAD + in_chunk(b"data: 1\n\n") + in_chunk(b"data: [DONE]\n\n") + LAST_CHUNK


@pytest.fixture(scope="module")
def gated_router(start_router: Callable[..., Router], scripted_backend: ScriptedBackend) -> Iterator[tuple[Router, TcpGate]]:
    gate = TcpGate(scripted_backend.address, seed=5)
    yield start_router("faults.yaml", UPSTREAM=gate.address, PATIENCE="1s"), gate
    gate.close()


@pytest.fixture
def behind(gated_router: tuple[Router, TcpGate], backend: ScriptedBackend) -> Iterator[tuple[Router, TcpGate]]:
    """A router and the gate between it and its backend; after the test both serve again."""
    router, gate = gated_router
    gate.heal()
    yield router, gate
    gate.heal()
    backend.script = lambda call: call.send(PLAIN)
    assert raw_http.post(router.url, ASK).body == b'{"a":1}'
    assert eventually(lambda: open_connections(router) == 0)


# --- between the router and its backend ------------------------------------------------------------------------------

def test_backend_that_does_not_accept_is_504(behind: tuple[Router, TcpGate]):
    router, gate = behind
    gate.stop_accepting()
    assert raw_http.post(router.url, ASK).status == 504


def test_backend_that_does_not_read_is_504(behind: tuple[Router, TcpGate]):
    router, gate = behind
    gate.up.hold()
    big = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "x" * (12 << 20)}]}).encode()
    assert raw_http.post(router.url, big).status == 504


@pytest.mark.parametrize("direction", ["up", "down"])
def test_backend_that_is_silent_is_504(direction: str, behind: tuple[Router, TcpGate]):
    router, gate = behind
    getattr(gate, direction).silent = True
    assert raw_http.post(router.url, ASK).status == 504


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_connection_that_ends_with_the_first_byte_is_502(direction: str, reset: bool, behind: tuple[Router, TcpGate]):
    router, gate = behind
    flow = getattr(gate, direction)
    flow.close_on_data, flow.reset = True, reset
    assert raw_http.post(router.url, ASK).status == 502


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("reply", [PLAIN, STREAM], ids=["length", "chunked"])
def test_answer_that_ends_after_any_byte_is_never_whole(reply: bytes, reset: bool, behind: tuple[Router, TcpGate],
                                                        backend: ScriptedBackend):
    router, gate = behind
    backend.script = lambda call: call.send(reply)
    gate.down.reset = reset
    # The head of an answer is passed on with the first bytes of its body; a stream's at once.
    begun = reply.index(b"\r\n\r\n") + 4 + (reply is PLAIN)
    for passed in range(len(reply)):
        gate.down.close_after = passed
        response = raw_http.post(router.url, ASK)
        # A reset may overtake bytes that were on their way: then there was no answer.
        assert response.status in ((502,) if passed < begun else (200, 502) if reset else (200,)), passed
        assert response.status == 502 or not response.whole, passed


def test_slow_line_brings_everything(behind: tuple[Router, TcpGate], backend: ScriptedBackend):
    router, gate = behind
    body = b'{"text":"' + b"x" * 50_000 + b'"}'
    backend.script = lambda call: call.send(answer(body))
    gate.up.delay = gate.down.delay = 0.02
    gate.down.slice, gate.down.bytes_per_second = 5000, 200_000
    response = raw_http.post(router.url, ASK)
    assert (response.status, response.whole, response.body) == (200, True, body)


def test_connection_that_ends_by_the_clock(behind: tuple[Router, TcpGate], backend: ScriptedBackend):
    router, gate = behind

    def endless(call: Call) -> None:
        call.send(STREAM_HEAD)
        while call.send(in_chunk(b": still here\n\n")):
            pass

    backend.script = endless
    gate.close_after_seconds = 0.1
    response = raw_http.post(router.url, ASK)
    assert (response.status, response.whole) == (200, False)


# --- between the client and the router -------------------------------------------------------------------------------

@pytest.fixture
def in_front(faulty: Router, backend: ScriptedBackend) -> Iterator[TcpGate]:
    with TcpGate(faulty.url, seed=6) as gate:
        yield gate
    assert eventually(lambda: open_connections(faulty) == 0)


def talk(gate: TcpGate, request: bytes = REQUEST) -> bytes:
    host, port = gate.address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        try:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            data = b""
            while more := client.recv(65536):
                data += more
        except OSError:  # reset, or reset before it had said all
            return b""
        return data


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_request_that_ends_after_any_byte_reaches_no_backend(reset: bool, in_front: TcpGate, backend: ScriptedBackend):
    in_front.up.reset = reset
    for passed in range(0, len(REQUEST), 3):
        in_front.up.close_after = passed
        talk(in_front)
    assert backend.counts["requests"] == 0


def test_corrupted_requests_are_answered_or_refused(in_front: TcpGate, faulty: Router):
    """Every answer is one: a status that the counters know; and the process lives."""
    before = sum(answers(metrics(faulty)).values())
    in_front.up.corrupt = 0.02
    statuses = []
    for _ in range(150):
        answered = talk(in_front)
        statuses.append(answered[9:12])
        assert not answered or answered.startswith((b"HTTP/1.1 ", b"HTTP/1.0 "))
    assert len(set(statuses)) > 1, (statuses, in_front)
    assert faulty.process.process.poll() is None
    assert eventually(lambda: sum(answers(metrics(faulty)).values()) >= before + sum(map(bool, statuses)))


def test_client_that_takes_nothing_holds_nothing_up(in_front: TcpGate, faulty: Router, backend: ScriptedBackend):
    """Its answer waits in the kernel and, beyond that, at the backend; others are served; when it leaves, the backend hears of it."""
    def endless(call: Call) -> None:
        call.send(STREAM_HEAD)
        while call.send(in_chunk(b"x" * 60_000)):
            pass
        backend.count("left")

    backend.script = endless
    in_front.down.hold()
    host, port = in_front.address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(REQUEST)
        assert backend.wait_for("requests", 1)
        backend.script = lambda call: call.send(PLAIN)
        for _ in range(5):
            assert raw_http.post(faulty.url, ASK).status == 200
        assert backend.counts["left"] == 0
    in_front.break_all()
    assert backend.wait_for("left", 1)
