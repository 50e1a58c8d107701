"""A backend that fails: every fault ends in a true status or in an answer that its client can tell from a whole one, the counters
say what happened, and the next request is served.
"""
import itertools
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from harness import raw_http
from harness.fault_checks import (ASK, ASK_STREAM, HEAD, Script, assert_counted, assert_routed, assert_serves, counters, error_code,
                                  says)
from harness.observe import eventually, metrics, rss_kib
from harness.processes import Router
from harness.scripted_backend import DONE, STREAM_HEAD, Call, ScriptedBackend, frame, in_chunk


@dataclass
class Fault:
    """What the backend does with a request, and the kind of error that this is."""
    kind: str
    script: Script


def says_on(pieces: Callable[[], object], pause: float = 0) -> Script:
    """Sends until the router has enough of it."""
    def script(call: Call) -> None:
        for piece in pieces():
            if not call.send(piece):
                return
            time.sleep(pause)
        call.peer_left()
    return script


def forever(piece: bytes) -> Callable[[], object]:
    return lambda: itertools.repeat(piece)


BEFORE_THE_HEAD = {
    "closes": Fault("reset_before_head", Call.close),
    "resets": Fault("reset_before_head", Call.reset),
    "closes in the status line": Fault("reset_before_head", says(b"HTTP/1.1 20")),
    "closes in a header": Fault("reset_before_head", says(HEAD + b"x-half: ")),
    "resets in a header": Fault("reset_before_head", says(HEAD + b"x-half: ", Call.reset)),
    "garbage": Fault("bad_response", says(b"!\x00\xff garbage \r\n\r\n")),
    "garbage that stays open": Fault("bad_response", says(b"!\x00\xff garbage \r\n\r\n", Call.peer_left)),
    "a megabyte without a line": Fault("bad_response", says(b"x" * (1 << 20), Call.peer_left)),
    "a TLS record": Fault("bad_response", says(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\r\n" * 60)),
    "HTTP/2": Fault("bad_response", says(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18) + b"\r\n\r\n")),
    "another protocol": Fault("bad_response", says(b"ICY 200 OK\r\n\r\n")),
    "a protocol switch": Fault("bad_response", says(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n")),
    "status 999": Fault("bad_response", says(b"HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n")),
    "status 042": Fault("bad_response", says(b"HTTP/1.1 042 What\r\ncontent-length: 0\r\n\r\n")),
    "a huge header": Fault("bad_response", says(HEAD + b"x-big: " + b"a" * 100_000 + b"\r\n\r\n")),
    "many headers": Fault("bad_response", says(HEAD + b"x-more: 1\r\n" * 10_000 + b"\r\n")),
    "endless headers": Fault("bad_response", says_on(lambda: itertools.chain([HEAD], forever(b"x-more: 1\r\n" * 1000)()))),
    "an endless header": Fault("bad_response", says_on(lambda: itertools.chain([HEAD, b"x: "], forever(b"a" * 10_000)()))),
    "endless interim answers": Fault("bad_response", says_on(forever(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000))),
    "two lengths": Fault("bad_response", says(HEAD + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{} ")),
    "length and chunks": Fault("bad_response", says(HEAD + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")),
    "a negative length": Fault("bad_response", says(HEAD + b"content-length: -2\r\n\r\n{}")),
    "a length beyond numbers": Fault("bad_response", says(HEAD + b"content-length: 99999999999999999999999\r\n\r\n{}")),
    "a length in words": Fault("bad_response", says(HEAD + b"content-length: two\r\n\r\n{}")),
}

TOO_LATE = {
    "says nothing": Fault("timeout_first_byte", Call.peer_left),
    "stops in its head": Fault("timeout_first_byte", says(HEAD, Call.peer_left)),
    "drips its head": Fault("timeout_first_byte", says_on(lambda: itertools.chain([HEAD], forever(b"x: 1\r\n")()), 0.05)),
    "drips interim answers": Fault("timeout_first_byte", says_on(forever(b"HTTP/1.1 103 Early Hints\r\n\r\n"), 0.05)),
}

STREAM = STREAM_HEAD + in_chunk(frame(0)) + in_chunk(frame(1))
IN_THE_BODY = {
    "closes in a body with a length": Fault("reset_mid_body", says(HEAD + b"content-length: 100\r\n\r\n{")),
    "resets in a body with a length": Fault("reset_mid_body", says(HEAD + b"content-length: 100\r\n\r\n{", Call.reset)),
    "closes between chunks": Fault("reset_mid_body", says(STREAM)),
    "resets between chunks": Fault("reset_mid_body", says(STREAM, Call.reset)),
    "closes in a chunk": Fault("reset_mid_body", says(STREAM + b"40\r\ndata: {\"half")),
    "closes in a chunk's size": Fault("reset_mid_body", says(STREAM + b"4")),
    "closes after half a frame": Fault("reset_mid_body", says(STREAM + in_chunk(frame(2)[:30]))),
    "closes before the last line": Fault("reset_mid_body", says(STREAM + in_chunk(DONE) + b"0\r\n")),
    "garbage for a chunk's size": Fault("bad_response", says(STREAM + b"zz\r\nabc\r\n", Call.peer_left)),
    "a negative chunk": Fault("bad_response", says(STREAM + b"-5\r\nabc\r\n", Call.peer_left)),
    "a chunk beyond numbers": Fault("bad_response", says(STREAM + b"fffffffffffffffff\r\nabc\r\n", Call.peer_left)),
    "a chunk longer than its size": Fault("bad_response", says(STREAM + b"3\r\nabcdef\r\n", Call.peer_left)),
    "an endless chunk extension": Fault("bad_response", says_on(lambda: itertools.chain([STREAM, b"3;"], forever(b"x" * 9999)()))),
    "an endless trailer": Fault("bad_response", says_on(lambda: itertools.chain([STREAM, b"0\r\nx: "], forever(b"x" * 9999)()))),
    "endless trailers": Fault("bad_response", says_on(lambda: itertools.chain([STREAM, b"0\r\n"], forever(b"x: 1\r\n" * 999)()))),
}


@pytest.mark.parametrize("name", BEFORE_THE_HEAD)
def test_fault_before_the_head_is_502(name: str, faulty: Router, backend: ScriptedBackend):
    fault, before = BEFORE_THE_HEAD[name], counters(faulty)
    backend.script = fault.script
    response = raw_http.post(faulty.url, ASK)
    assert (response.status, error_code(response), response.whole) == (502, fault.kind, True)
    assert_counted(faulty, before, {fault.kind: 1}, {"502": 1})
    assert_routed(faulty, 502, fault.kind)
    assert_serves(faulty, backend)


@pytest.mark.parametrize("name", TOO_LATE)
def test_answer_that_comes_too_late_is_504(name: str, impatient: Router, backend: ScriptedBackend):
    fault, before = TOO_LATE[name], counters(impatient)
    backend.script = fault.script
    response = raw_http.post(impatient.url, ASK)
    assert (response.status, error_code(response), response.whole) == (504, fault.kind, True)
    assert_counted(impatient, before, {fault.kind: 1}, {"504": 1})
    assert_routed(impatient, 504, fault.kind)
    assert_serves(impatient, backend)


@pytest.mark.parametrize("name", IN_THE_BODY)
def test_answer_that_breaks_off_never_looks_whole(name: str, faulty: Router, backend: ScriptedBackend):
    fault, before = IN_THE_BODY[name], counters(faulty)
    broken = metrics(faulty).sum("signalbox_http_answers_broken_off_total", listener="test")
    backend.script = fault.script
    response = raw_http.post(faulty.url, ASK_STREAM)
    assert (response.status, response.whole) == (200, False)
    assert not response.body.endswith(b"\n\n" + DONE) or name == "closes before the last line"
    assert_counted(faulty, before, {fault.kind: 1}, {"200": 1})
    assert metrics(faulty).sum("signalbox_http_answers_broken_off_total", listener="test") == broken + 1
    assert_routed(faulty, 200, fault.kind)
    assert_serves(faulty, backend)


def test_backend_that_is_down_is_502(start_router: Callable[..., Router], backend: ScriptedBackend):
    with socket.socket() as nobody:  # bound, so that nobody else gets the port; not listening, so that it refuses
        nobody.bind(("127.0.0.1", 0))
        router = start_router("faults.yaml", UPSTREAM="127.0.0.1:%d" % nobody.getsockname()[1], PATIENCE="60s")
        response = raw_http.post(router.url, ASK)
        assert (response.status, error_code(response)) == (502, "connect_failed")
        assert_counted(router, ({}, {}), {"connect_failed": 1}, {"502": 1})
        router.stop()


def test_backend_that_closes_every_connection_at_once_is_502(faulty: Router, backend: ScriptedBackend):
    before = counters(faulty)
    backend.on_accept = lambda connection: False
    response = raw_http.post(faulty.url, ASK)
    assert (response.status, error_code(response)) == (502, "reset_before_head")
    assert_counted(faulty, before, {"reset_before_head": 1}, {"502": 1})
    backend.on_accept = lambda connection: True
    assert_serves(faulty, backend)


@pytest.mark.slow
def test_backend_that_never_connects_is_504(serve: Callable[..., Router]):
    """Its queue of connections is full, so the kernel leaves ours without an answer: five seconds."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, socket.create_connection(deaf.getsockname()):
        router = serve(upstream="127.0.0.1:%d" % deaf.getsockname()[1])
        response = raw_http.post(router.url, ASK)
    assert (response.status, error_code(response)) == (504, "timeout_connect")
    assert_counted(router, ({}, {}), {"timeout_connect": 1}, {"504": 1})


@pytest.mark.slow
def test_silence_in_the_body_breaks_the_answer_off(faulty: Router, backend: ScriptedBackend):
    """A minute of it."""
    before = counters(faulty)
    backend.script = says(STREAM, Call.peer_left)
    response = raw_http.post(faulty.url, ASK_STREAM, timeout=100)
    assert (response.status, response.whole) == (200, False)
    assert_counted(faulty, before, {"timeout_idle": 1}, {"200": 1})


# --- memory ----------------------------------------------------------------------------------------------------------

def test_faults_cost_no_memory(faulty: Router, backend: ScriptedBackend, plain_binary: None):
    """Every fault many times over: what a fault leaks would show."""
    pid = faulty.process.process.pid
    scripts = [fault.script for fault in (BEFORE_THE_HEAD | IN_THE_BODY).values()]

    def round_of_faults() -> None:
        for script in scripts:
            backend.script = script
            raw_http.post(faulty.url, ASK_STREAM)

    round_of_faults()
    before = rss_kib(pid)
    for _ in range(10):
        round_of_faults()
    assert rss_kib(pid) - before < 4096
    assert eventually(lambda: metrics(faulty).sum("signalbox_http_connections", listener="test") == 0)
