"""What is not a clear request is refused before anything is judged or sent upstream, with a true status.

DESIGN §2: parsers disagree on duplicate keys, invalid UTF-8, lone surrogates, byte order marks and trailing bytes, so a policy
that accepts them can be bypassed.
"""
import json

import pytest

from harness import raw_http
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream

GOOD = b'{"model":"auto","messages":[{"role":"user","content":"Hi"}]}'
MALFORMED = {
    "empty": b"",
    "not json": b"hello",
    "cut": GOOD[:-1],
    "array": b"[]",
    "trailing bytes": GOOD + b"{}",
    "trailing garbage": GOOD + b"x",
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "utf-16": GOOD.decode().encode("utf-16"),
    "invalid utf-8": GOOD.replace(b"Hi", b"\xff\xfe"),
    "overlong utf-8": GOOD.replace(b"Hi", b"\xc0\xaf"),
    "utf-8 surrogate": GOOD.replace(b"Hi", b"\xed\xa0\x80"),
    "lone surrogate": GOOD.replace(b"Hi", rb"\ud800"),
    "control character in a string": GOOD.replace(b"Hi", b"a\x01b"),
    "duplicate model": GOOD.replace(b'"model":"auto"', b'"model":"auto","model":"small"'),
    "duplicate messages": GOOD[:-1] + b',"messages":[]}',
    "duplicate content": GOOD.replace(b'"content":"Hi"', b'"content":"Hi","content":"launch code"'),
    "duplicate by escape": GOOD.replace(b'"content":"Hi"', rb'"content":"Hi","c\u006fntent":"launch code"'),
    "duplicate in a place nobody reads": GOOD[:-1] + b',"metadata":{"a":1,"a":2}}',
    "no messages": b'{"model":"auto"}',
    "messages not a list": b'{"model":"auto","messages":"Hi"}',
    "no model": b'{"messages":[{"role":"user","content":"Hi"}]}',
    "model not a string": GOOD.replace(b'"auto"', b"7"),
    "trailing comma": GOOD.replace(b'"Hi"}', b'"Hi",}'),
    "comment": GOOD.replace(b"{", b"/* x */{", 1),
    "not a number": GOOD[:-1] + b',"temperature":NaN}',
    "too deep": GOOD[:-1] + b',"metadata":' + b"[" * 5000 + b"]" * 5000 + b"}",
}


def assert_openai_error(response: raw_http.RawResponse, status: int) -> dict:
    assert response.status == status, response.body
    error = json.loads(response.body)["error"]
    assert isinstance(error["message"], str) and error["message"]
    assert isinstance(error["type"], str) and error["type"]
    return error


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_body_is_400_and_reaches_nobody(name: str, policy: Router, recorder: RecordingUpstream):
    assert_openai_error(raw_http.post(policy.url, MALFORMED[name]), 400)
    assert recorder.requests == []


def test_the_good_body_of_these_tests_is_good(policy: Router, recorder: RecordingUpstream):
    assert raw_http.post(policy.url, GOOD).status == 200
    recorder.only


def test_error_never_quotes_the_content(policy: Router, recorder: RecordingUpstream):
    response = raw_http.post(policy.url, GOOD.replace(b"Hi", b"my-private-words")[:-2])
    assert_openai_error(response, 400)
    assert b"my-private-words" not in response.body
    assert "my-private-words" not in policy.output


@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/nothing", "/v1/chat/completions/more", "/v1/router_replay"])
def test_unknown_path_is_404(path: str, policy: Router, recorder: RecordingUpstream):
    assert_openai_error(raw_http.post(policy.url, GOOD, path), 404)
    assert recorder.requests == []


def test_wrong_method_is_405(policy: Router):
    host = policy.url.removeprefix("http://")
    request = f"GET /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
    assert_openai_error(raw_http.send(policy.url, request.encode()), 405)


def test_declared_length_above_the_limit_is_413_before_the_body_is_sent(policy: Router, recorder: RecordingUpstream):
    host = policy.url.removeprefix("http://")
    request = (f"POST /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
               f"content-length: {1 << 40}\r\nconnection: close\r\n\r\n")
    assert raw_http.send(policy.url, request.encode()).status == 413
    assert recorder.requests == []


@pytest.mark.parametrize("request_head", [
    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}    ",
    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
], ids=["length and chunked", "two lengths", "negative length", "header without colon"])
def test_ambiguous_framing_is_refused(request_head: str, policy: Router, recorder: RecordingUpstream):
    """Request smuggling: two readings of where a body ends."""
    assert raw_http.send(policy.url, request_head.encode()).status == 400
    assert recorder.requests == []


def test_router_still_serves_after_all_that(policy: Router, recorder: RecordingUpstream):
    assert raw_http.post(policy.url, GOOD).status == 200
