"""An OpenAI-compatible upstream that keeps the exact bytes it received and answers what a test tells it to.

Each test decides the answer with `reply_with`; the default is a small completion that names the model it was asked for.
"""
import json
import pathlib
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Recorded:
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        values = self.all_headers(name)
        return values[0] if values else None

    def all_headers(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def json(self) -> dict:
        return json.loads(self.body)


@dataclass
class Reply:
    """Status, headers and body; a body that is an iterable of bytes is sent piece by piece, each flushed, in chunks."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    body: bytes | Iterable[bytes] = b""


def completion(model: str, content: str = "recorded") -> dict:
    return {
        "id": "chatcmpl-recorded", "object": "chat.completion", "created": 1700000000, "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
    }


def chunk(model: str, delta: dict, finish: str | None = None) -> bytes:
    document = {"id": "chatcmpl-recorded", "object": "chat.completion.chunk", "created": 1700000000, "model": model,
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    return b"data: " + json.dumps(document).encode() + b"\n\n"


def event_stream(pieces: Iterable[bytes]) -> Reply:
    return Reply(200, {"content-type": "text/event-stream"}, pieces)


def default_reply(request: Recorded) -> Reply:
    document = request.json
    model = document.get("model", "")
    if document.get("stream"):
        return event_stream([chunk(model, {"role": "assistant", "content": "recorded"}), chunk(model, {}, "stop"),
                             b"data: [DONE]\n\n"])
    return Reply(body=json.dumps(completion(model)).encode())


class RecordingUpstream:
    def __init__(self, certificate: tuple[pathlib.Path, pathlib.Path] | None = None) -> None:
        """With a certificate and its key it speaks TLS."""
        self._lock = threading.Lock()
        self._requests: list[Recorded] = []
        self._reply: Callable[[Recorded], Reply] = default_reply
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler_class())
        self._server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            # The handshake belongs to the connection's thread, not to the one that accepts.
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True,
                                                      do_handshake_on_connect=False)
        self.port = self._server.server_port
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def reply_with(self, reply: Callable[[Recorded], Reply]) -> None:
        with self._lock:
            self._reply = reply

    def reset(self) -> None:
        with self._lock:
            self._requests.clear()
            self._reply = default_reply

    @property
    def requests(self) -> list[Recorded]:
        with self._lock:
            return list(self._requests)

    @property
    def only(self) -> Recorded:
        """The one request that arrived; any other number fails the test."""
        requests = self.requests
        assert len(requests) == 1, f"expected one upstream request, saw {len(requests)}"
        return requests[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: Recorded) -> Reply:
        with self._lock:
            self._requests.append(request)
            reply = self._reply
        return reply(request)

    def _handler_class(self) -> type[BaseHTTPRequestHandler]:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except (ssl.SSLError, ConnectionError):  # a router that refuses our certificate, or went away
                    pass

            def _body(self) -> bytes:
                if "chunked" not in (self.headers.get("transfer-encoding") or "").lower():
                    return self.rfile.read(int(self.headers.get("content-length") or 0))
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def _handle(self) -> None:
                reply = upstream._answer(Recorded(self.command, self.path, list(self.headers.items()), self._body()))
                whole = isinstance(reply.body, bytes)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if whole:
                    self.send_header("content-length", str(len(reply.body)))
                    self.end_headers()
                    self.wfile.write(reply.body)
                    return
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                try:
                    for piece in reply.body:
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                        self.wfile.flush()
                except ConnectionError:  # the router went away, as some tests want it to
                    self.close_connection = True
                    return
                except EndConnection:
                    self.close_connection = True
                    return
                self.wfile.write(b"0\r\n\r\n")

            do_GET = do_POST = do_DELETE = do_PUT = _handle

        return Handler


class EndConnection(Exception):
    """Raised by a body iterable to cut the connection in the middle of an answer."""
