"""TLS towards backends, and the way through proxies."""
import pathlib
import select
import socket
import threading
from collections.abc import Iterator

import pytest

from harness.backends import answer, ask, backend, content, model, start
from harness.certificates import Authority
from harness.recording_upstream import RecordingUpstream

PASSWORD = "pr0xy-passw0rd"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def secure(authority: Authority) -> Iterator[RecordingUpstream]:
    """A backend that is called localhost."""
    server = RecordingUpstream(authority.sign("localhost"))
    server.reply_with(answer("secure"))
    yield server
    server.close()


def https(server: RecordingUpstream, host: str = "localhost", **more: object) -> dict:
    return backend(f"https://{host}:{server.port}", "secure", **more)


def test_own_authority_is_trusted(start_router, secure, authority):
    router = start(start_router, [model("main", https(secure, ca_file=str(authority.file)))])
    assert [content(ask(router)) for _ in range(3)] == ["secure"] * 3


def test_unknown_authority_is_refused(start_router, secure):
    router = start(start_router, [model("main", https(secure))])
    response = ask(router)
    assert (response.status_code, response.json()["error"]["code"]) == (502, "tls_failed")
    assert secure.requests == []


def test_wrong_name_is_refused(start_router, authority):
    other = RecordingUpstream(authority.sign("other.example"))
    router = start(start_router, [model("main", https(other, ca_file=str(authority.file)))])
    response = ask(router)
    assert (response.status_code, response.json()["error"]["code"]) == (502, "tls_failed")
    assert other.requests == []
    other.close()


def test_verification_can_be_switched_off_with_a_warning(start_router, secure):
    router = start(start_router, [model("main", https(secure, "127.0.0.1", tls_verify=False))])
    assert content(ask(router)) == "secure"
    assert "tls_verify" in router.output


class Proxy:
    """Answers CONNECT and passes bytes on to one server, whatever name was asked for."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.heads: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = client.recv(1)
            if not piece:
                return
            head += piece
        self.heads.append(head.decode())
        with client, socket.create_connection(("127.0.0.1", self._to)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            other = {client: server, server: client}
            while True:
                for ready in select.select(list(other), [], [])[0]:
                    piece = ready.recv(65536)
                    if not piece:
                        return
                    other[ready].sendall(piece)

    def close(self) -> None:
        self._socket.close()


def test_https_goes_through_a_tunnel_and_is_verified_end_to_end(start_router, authority: Authority):
    server = RecordingUpstream(authority.sign("backend.test"))
    server.reply_with(answer("far"))
    proxy = Proxy(server.port)
    router = start(start_router, [model("main", backend("https://backend.test", "far", ca_file=str(authority.file)))],
                   environment={"HTTPS_PROXY": f"http://user:{PASSWORD}@{proxy.address}", "NO_PROXY": "other.test"})
    assert [content(ask(router)) for _ in range(3)] == ["far"] * 3
    assert len(proxy.heads) >= 1
    assert proxy.heads[0].startswith("CONNECT backend.test:443 HTTP/1.1\r\nHost: backend.test:443\r\n")
    assert "Proxy-Authorization: Basic " in proxy.heads[0]
    assert server.requests[0].header("proxy-authorization") is None
    assert server.requests[0].header("host") == "backend.test"
    assert PASSWORD not in router.output
    proxy.close()
    server.close()


def test_a_tunnel_to_the_wrong_server_is_refused(start_router, authority: Authority):
    server = RecordingUpstream(authority.sign("imposter.test"))
    proxy = Proxy(server.port)
    router = start(start_router, [model("main", backend("https://backend.test", "far", ca_file=str(authority.file)))],
                   environment={"https_proxy": f"http://{proxy.address}"})
    assert ask(router).json()["error"]["code"] == "tls_failed"
    proxy.close()
    server.close()


def test_plain_http_goes_through_a_proxy_in_absolute_form(start_router):
    proxy = RecordingUpstream()
    proxy.reply_with(answer("by proxy"))
    router = start(start_router, [model("main", backend("backend.test:8000", "far"))],
                   environment={"HTTP_PROXY": f"http://user:{PASSWORD}@{proxy.address}"})
    assert content(ask(router)) == "by proxy"
    seen = proxy.only
    assert seen.path == "http://backend.test:8000/v1/chat/completions"
    assert seen.header("host") == "backend.test:8000"
    assert seen.header("proxy-authorization") == "Basic dXNlcjpwcjB4eS1wYXNzdzByZA=="
    assert PASSWORD not in router.output
    proxy.close()


def test_no_proxy_and_loopback_go_directly(start_router):
    server = RecordingUpstream()
    server.reply_with(answer("direct"))
    router = start(start_router, [model("main", backend(server, "near"))],
                   environment={"HTTP_PROXY": "http://127.0.0.1:9"})
    assert content(ask(router)) == "direct"
    server.close()


def test_a_proxy_that_is_none_ends_the_start(start_router, binary: pathlib.Path):
    from harness.processes import StartFailure

    with pytest.raises(StartFailure) as failure:
        start(start_router, [model("main", backend("127.0.0.1:1", "near"))],
              environment={"HTTPS_PROXY": f"socks5://user:{PASSWORD}@127.0.0.1:9"})
    assert "https_proxy" in failure.value.output
    assert PASSWORD not in failure.value.output
