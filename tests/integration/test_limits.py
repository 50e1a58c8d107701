"""A listener's limits and timeouts come from its configuration, and end in their true statuses."""
import socket
import urllib.parse

import pytest

from harness import raw_http
from harness.listener import start_listener

HEAD = "GET /v1/models HTTP/1.1\r\nHost: t\r\n"


@pytest.fixture(scope="module")
def strict(start_router, recorder_server, tmp_path_factory) -> str:
    router, _, _ = start_listener(start_router, recorder_server.address, tmp_path_factory.mktemp("tls"))
    return router.extra["strict"]


@pytest.mark.parametrize(("request_text", "status"), [
    (HEAD + "\r\n", 200),
    (HEAD + "X: " + "a" * 1900 + "\r\n\r\n", 200),
    (HEAD + "X: " + "a" * 2048 + "\r\n\r\n", 431),
    (HEAD + "X: 1\r\n" * 9 + "\r\n", 200),
    (HEAD + "X: 1\r\n" * 10 + "\r\n", 431),
    (HEAD + "X: unfinished", 408),
    ("POST /v1/chat/completions HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc", 408),
], ids=["plain", "long enough", "too long", "as many lines as may be", "a line too many", "slow head", "slow body"])
def test_limits(request_text: str, status: int, strict: str):
    answer = raw_http.send(strict, request_text.encode())
    assert answer.status == status
    assert (answer.headers.get("connection") == "close") == (status != 200)


def test_idle_connections_are_closed_without_an_answer(strict: str):
    address = urllib.parse.urlsplit(strict)
    with socket.create_connection((address.hostname, address.port), timeout=60) as idle:
        assert idle.recv(100) == b""
