"""The gate itself: a fault test is worth what its fault is worth."""
import socket

import pytest

from harness.scripted_backend import Call, ScriptedBackend, answer
from harness.tcp_gate import Flow, TcpGate

REQUEST = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi"
ANSWER = answer(b"hello")


@pytest.fixture
def gate(backend: ScriptedBackend):
    backend.script = lambda call: call.send(ANSWER)
    with TcpGate(backend.address, seed=11) as gate:
        yield gate


def connect(gate: TcpGate) -> socket.socket:
    host, port = gate.address.split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def exchange(gate: TcpGate) -> bytes:
    """What comes back until the answer is whole, or the connection ends."""
    with connect(gate) as client:
        client.sendall(REQUEST)
        data = b""
        while len(data) < len(ANSWER) and (more := client.recv(65536)):
            data += more
        return data


def test_passes_bytes_unchanged(gate: TcpGate):
    assert exchange(gate) == ANSWER


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_slices_without_loss(size: int, gate: TcpGate, backend: ScriptedBackend):
    gate.up.slice = gate.down.slice = size
    assert exchange(gate) == ANSWER
    assert backend.counts["requests"] == 1


def test_pieces_begin_at_cuts_and_slices():
    assert list(Flow(cuts=(1, 5)).pieces(b"abcdef", 0)) == [b"a", b"bcde", b"f"]
    assert list(Flow(cuts=(1, 5)).pieces(b"ef", 4)) == [b"e", b"f"]
    assert list(Flow(slice=4).pieces(b"abcdef", 2)) == [b"ab", b"cdef"]
    assert list(Flow().pieces(b"abc", 0)) == [b"abc"]


def test_one_direction_alone_is_silent(gate: TcpGate, backend: ScriptedBackend):
    gate.down.silent = True
    with connect(gate) as client:
        client.sendall(REQUEST)
        assert backend.wait_for("ended", 1)
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_held_bytes_come_after_release(gate: TcpGate, backend: ScriptedBackend):
    gate.up.hold()
    with connect(gate) as client:
        client.sendall(REQUEST)
        assert not backend.wait_for("requests", 1, seconds=0.2)
        gate.up.release()
        assert client.recv(65536)


def test_not_accepting_leaves_the_client_waiting(gate: TcpGate, backend: ScriptedBackend):
    gate.stop_accepting()
    with connect(gate) as client:
        client.sendall(REQUEST)
        assert not backend.wait_for("accepted", 1, seconds=0.2)
        gate.start_accepting()
        assert client.recv(65536)


def test_close_on_data(gate: TcpGate, backend: ScriptedBackend):
    gate.down.close_on_data = True
    assert exchange(gate) == b""
    assert backend.counts["requests"] == 1


def test_close_after_bytes_is_exact(gate: TcpGate):
    gate.down.close_after = 30
    assert exchange(gate) == ANSWER[:30]


def test_close_can_be_a_reset(gate: TcpGate):
    gate.down.close_after, gate.down.reset = 0, True
    with pytest.raises(ConnectionResetError):
        exchange(gate)


def test_corruption_is_the_seeds(gate: TcpGate, backend: ScriptedBackend):
    gate.down.corrupt = 0.2
    first = exchange(gate)
    assert first != ANSWER and len(first) == len(ANSWER)
    with TcpGate(backend.address, seed=11) as again:
        again.down.corrupt = 0.2
        assert exchange(again) == first


def test_break_all_ends_open_connections(gate: TcpGate, backend: ScriptedBackend):
    backend.script = Call.peer_left
    with connect(gate) as client:
        client.sendall(REQUEST)
        assert backend.wait_for("requests", 1)
        gate.break_all()
        assert client.recv(1) == b""
    assert backend.wait_for("left", 1)
