"""A backend that a test plays by hand: raw bytes out, closes, resets, silence; and the counts of its side.

A script is a function of a `Call`: one whole request that arrived. When it returns, the connection stays open for the next
request, unless the script closed it. The default script answers a small completion.
"""
import contextlib
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable

from harness.recording_upstream import chunk, completion
from harness.tcp_gate import end, end_hard


def answer(body: bytes | None = None, status: str = "200 OK", more: str = "") -> bytes:
    """A whole answer with its length."""
    body = json.dumps(completion("small")).encode() if body is None else body
    return f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{more}content-length: {len(body)}\r\n\r\n".encode() + body


STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
DONE = b"data: [DONE]\n\n"


def in_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def frame(number: int) -> bytes:
    return chunk("small", {"content": f"{number} "})


def whole_stream(frames: int = 3) -> bytes:
    return STREAM_HEAD + b"".join(in_chunk(frame(i)) for i in range(frames)) + in_chunk(DONE) + LAST_CHUNK


class Call:
    def __init__(self, backend: "ScriptedBackend", connection: socket.socket, number: int, head: bytes, body: bytes):
        self.backend = backend
        self.number = number  # of this request on its connection, from 0
        self.head = head
        self.body = body
        self.open = True
        self._connection = connection

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    def send(self, data: bytes) -> bool:
        """False once the router has left."""
        try:
            self._connection.sendall(data)
            return True
        except OSError:
            self.open = False
            return False

    def close(self) -> None:
        self.open = False
        end(self._connection)

    def reset(self) -> None:
        self.open = False
        end_hard(self._connection)

    def peer_left(self, seconds: float = 30) -> bool:
        """Waits until the router closes the connection; True if it did."""
        self._connection.settimeout(seconds)
        try:
            left = self._connection.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            left = True
        self.open = self.open and not left
        if left:
            self.backend.count("left")
        return left


class ScriptedBackend:
    """`counts`: connections accepted, requests received whole, calls whose router left (`left`), scripts that ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self.counts: Counter[str] = Counter()
        self.script: Callable[[Call], None] = lambda call: call.send(answer())
        self.on_accept: Callable[[socket.socket], bool] = lambda connection: True  # False: the connection is done with
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self) -> None:
        """The default script, no counts, no connection of an earlier test."""
        with self._lock:
            self.counts.clear()
            self.script = lambda call: call.send(answer())
            self.on_accept = lambda connection: True
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def count(self, what: str) -> None:
        with self._changed:
            self.counts[what] += 1
            self._changed.notify_all()

    def wait_for(self, what: str, number: int, seconds: float = 30) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.counts[what] >= number, seconds)

    @property
    def connections(self) -> int:
        with self._lock:
            return len(self._open)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.count("accepted")
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.on_accept(connection):
                self._serve_requests(connection)
        except OSError:
            pass
        finally:
            connection.close()
            with self._lock:
                self._open.discard(connection)

    def _serve_requests(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        number = 0
        while head := _read_head(stream):
            body = stream.read(_length(head))
            self.count("requests")
            call = Call(self, connection, number, head, body)
            self.script(call)
            self.count("ended")
            if not call.open:
                return
            number += 1


def _read_head(stream) -> bytes:
    head = b""
    while line := stream.readline():
        head += line
        if line == b"\r\n":
            return head
    return b""


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
