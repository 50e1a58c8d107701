"""A gate between a client and a server that misbehaves on demand, each direction alone (the idea is userver's TcpGate).

    with TcpGate(upstream.address, seed=7) as gate:
        gate.down.slice = 3              # answers arrive in pieces of three bytes
        gate.up.silent = True            # requests are read and never passed on
        gate.stop_accepting()            # connections wait in the kernel

Works on either side of the router: in front of it (client <-> gate <-> router) or behind it (router <-> gate <-> backend).
A `Flow` may be changed while connections are open; a change counts from the next piece on. Everything random comes from the
seed, which the representation prints, so that a failed test can be played again.
"""
import contextlib
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

READ_SIZE = 65536


@dataclass
class Flow:
    """What happens to the bytes of one direction."""
    silent: bool = False               # read, never passed on
    close_on_data: bool = False        # the first byte closes the connection
    close_after: int | None = None     # after so many bytes have passed
    reset: bool = False                # such closing is a reset (RST) instead of an end (FIN)
    corrupt: float = 0                 # share of bytes that are changed
    delay: float = 0                   # seconds before each piece
    bytes_per_second: float | None = None
    slice: int | None = None           # pieces of at most so many bytes
    cuts: tuple[int, ...] = ()         # a new piece begins at these positions of the direction's bytes
    pause: float = 0.0005              # after a piece that was cut, so that the other side reads it alone
    _open: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._open.set()

    def hold(self) -> None:
        """Not reading: bytes pile up in the kernel until the sender feels it."""
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def pieces(self, data: bytes, at: int) -> Iterator[bytes]:
        """`data` begins at position `at` of its direction."""
        borders = {cut - at for cut in self.cuts if at < cut < at + len(data)}
        if self.slice:
            borders |= set(range(self.slice - at % self.slice, len(data), self.slice))
        begin = 0
        for border in [*sorted(borders), len(data)]:
            yield data[begin:border]
            begin = border


def end_hard(connection: socket.socket) -> None:
    """Closes with a reset instead of an orderly end."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)  # sends nothing; a thread that reads would keep the socket open
    connection.close()


def end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)  # wakes a thread that reads
    connection.close()


class Link:
    """One client connection and its counterpart to the server, each direction pumped by a thread."""

    def __init__(self, gate: "TcpGate", client: socket.socket, number: int):
        self._client = client
        self._server = socket.create_connection(gate.target, timeout=20)
        self._closed = threading.Event()
        for side in (self._client, self._server):
            side.settimeout(None)
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pumps = [
            threading.Thread(target=self._pump, args=pump, daemon=True)
            for pump in ((self._client, self._server, gate.up, random.Random(f"{gate.seed} up {number}")),
                         (self._server, self._client, gate.down, random.Random(f"{gate.seed} down {number}")))]

    def start(self) -> None:
        for pump in self._pumps:
            pump.start()

    def close(self, reset: bool = False) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        for side in (self._client, self._server):
            end_hard(side) if reset else end(side)

    def _pump(self, source: socket.socket, sink: socket.socket, flow: Flow, chance: random.Random) -> None:
        passed = 0
        try:
            while True:
                flow._open.wait()
                data = source.recv(READ_SIZE)
                if not data:
                    break
                if flow.close_on_data:
                    return self.close(flow.reset)
                if flow.silent:
                    continue
                left = len(data) if flow.close_after is None else max(0, flow.close_after - passed)
                self._send(sink, data[:left], passed, flow, chance)
                passed += len(data)
                if flow.close_after is not None and passed >= flow.close_after:
                    return self.close(flow.reset)
            if not self._closed.is_set():
                sink.shutdown(socket.SHUT_WR)
        except ConnectionResetError:
            self.close(reset=True)  # a reset stays a reset
        except OSError:
            self.close()

    def _send(self, sink: socket.socket, data: bytes, at: int, flow: Flow, chance: random.Random) -> None:
        for piece in flow.pieces(data, at):
            if flow.delay:
                time.sleep(flow.delay)
            if flow.corrupt:
                piece = bytes(byte ^ chance.randrange(1, 256) if chance.random() < flow.corrupt else byte for byte in piece)
            sink.sendall(piece)
            if flow.bytes_per_second:
                time.sleep(len(piece) / flow.bytes_per_second)
            elif len(piece) < len(data):
                time.sleep(flow.pause)


class TcpGate:
    def __init__(self, target: str, seed: int = 1):
        host, _, port = target.removeprefix("http://").rpartition(":")
        self.target = (host, int(port))
        self.seed = seed
        self.up = Flow()    # client to server
        self.down = Flow()  # server to client
        self.close_after_seconds: float | None = None
        self.accepted = 0
        self._accepting = threading.Event()
        self._accepting.set()
        self._links: list[Link] = []
        self._listen(0)
        self.address = "127.0.0.1:%d" % self._port
        self.url = "http://" + self.address

    def __repr__(self) -> str:
        return f"TcpGate(seed={self.seed}, accepted={self.accepted}, up={self.up}, down={self.down})"

    def __enter__(self) -> "TcpGate":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port), backlog=1024)
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def refuse(self) -> None:
        """New connections are refused, as by a port where nobody listens."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._listener.close()

    def accept_again(self) -> None:
        self._listen(self._port)

    def stop_accepting(self) -> None:
        """New connections are made by the kernel and go no further."""
        self._accepting.clear()

    def start_accepting(self) -> None:
        self._accepting.set()

    def break_all(self, reset: bool = False) -> None:
        """Breaks every open connection."""
        links, self._links = self._links, []
        for link in links:
            link.close(reset)

    def heal(self) -> None:
        """As new: nothing is broken any more, and no connection is left of when it was."""
        self.up.release()
        self.down.release()
        self.start_accepting()
        self.break_all()
        self.up, self.down, self.close_after_seconds = Flow(), Flow(), None

    def close(self) -> None:
        self.refuse()
        self.start_accepting()
        self.up.release()
        self.down.release()
        self.break_all()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            self._accepting.wait()
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self._accepting.wait()
            try:
                link = Link(self, client, self.accepted)
            except OSError:  # the server is away: so are we
                end_hard(client)
                continue
            self.accepted += 1
            self._links.append(link)
            link.start()
            if self._listener.fileno() < 0:  # refuse() came between
                link.close(reset=True)
            if self.close_after_seconds is not None:
                timer = threading.Timer(self.close_after_seconds, link.close)
                timer.daemon = True
                timer.start()
