"""The management port and browsers: a page can make its visitor's browser send requests here, and must gain nothing.

DNS rebinding shows in Host (a name of the attacker that resolves to this machine), cross-site requests in Origin and
Sec-Fetch-Site.
"""
import urllib.parse

import httpx
import pytest

from harness import raw_http
from harness.processes import Router

EVAL = b'{"text":"Please refactor this.","model":"auto"}'


def ask(router: Router, method: str, path: str, host: str, headers: dict[str, str] | None = None,
        body: bytes = b"") -> raw_http.RawResponse:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return raw_http.send(router.management, ("\r\n".join(lines) + "\r\n\r\n").encode() + body)


def port_of(router: Router) -> int:
    return urllib.parse.urlsplit(router.management).port


@pytest.mark.parametrize("path", ["/metrics", "/api/v1/models", "/"])
@pytest.mark.parametrize("host", ["attacker.example", "attacker.example:{port}", "localhost.attacker.example",
                                  "127.0.0.1.attacker.example:{port}", "169.254.169.254", "0.0.0.0"])
def test_rebound_names_read_nothing(host: str, path: str, policy: Router):
    answer = ask(policy, "GET", path, host.format(port=port_of(policy)))
    assert answer.status == 403
    assert b"llm_" not in answer.body and b"small" not in answer.body


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "localhost", "LOCALHOST", "[::1]:{port}"])
def test_own_names_read(host: str, policy: Router):
    assert ask(policy, "GET", "/metrics", host.format(port=port_of(policy))).status == 200


def test_absolute_targets_do_not_get_around_the_host(policy: Router):
    port = port_of(policy)
    assert ask(policy, "GET", "http://attacker.example/metrics", f"localhost:{port}").status == 400
    assert ask(policy, "GET", f"http://attacker.example:{port}/metrics", f"attacker.example:{port}").status == 403


@pytest.mark.parametrize("headers", [
    {"Origin": "https://attacker.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Content-Type": "text/plain"},
], ids=lambda headers: ", ".join(headers.values()))
def test_cross_site_posts_are_refused(headers: dict[str, str], policy: Router):
    answer = ask(policy, "POST", "/api/v1/eval", f"localhost:{port_of(policy)}", headers, EVAL)
    assert answer.status == 403
    assert b"decision" not in answer.body


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost:{port}"}, {"Sec-Fetch-Site": "same-origin"},
                                     {"Sec-Fetch-Site": "none"}], ids=["no browser", "own page", "same origin", "typed"])
def test_own_pages_and_programs_may_post(headers: dict[str, str], policy: Router):
    port = port_of(policy)
    filled = {name: value.format(port=port) for name, value in headers.items()}
    assert ask(policy, "POST", "/api/v1/eval", f"localhost:{port}", filled, EVAL).status == 200


def test_preflights_are_not_answered_for_anyone(policy: Router):
    answer = httpx.options(policy.management + "/api/v1/eval", headers={
        "origin": "https://attacker.example", "access-control-request-method": "POST"})
    assert answer.status_code in (403, 404, 405)
    assert not [name for name in answer.headers if name.startswith("access-control-")]
