"""A request that need not change goes upstream byte for byte; a change is a splice that leaves every other byte alone."""
import json

import pytest

from harness import raw_http
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream, Reply

# Spaces, escapes, number spellings and unknown fields that no re-serialisation would keep.
ODD = (b'{ "messages" : [ {"role":"user", "content":"caf\\u00e9 \xe2\x98\x83 a\\/b" ,"x_future":{"deep":[1.0,1e2,-0]}} ],\n'
       b'\t"temperature":0.10, "model"  :  "MODEL" , "unknown_field": null }\n ')


@pytest.mark.parametrize("model", ["small", "reader"])
def test_unchanged_request_is_byte_identical(model: str, policy: Router, recorder: RecordingUpstream):
    body = ODD.replace(b"MODEL", model.encode())
    assert raw_http.post(policy.url, body).status == 200
    assert recorder.only.body == body
    assert recorder.only.header("content-length") == str(len(body))


@pytest.mark.parametrize(("asked", "sent"), [("auto", "small"), ("expert", "vendor/expert-1")])
def test_model_name_is_the_only_change(asked: str, sent: str, policy: Router, recorder: RecordingUpstream):
    assert raw_http.post(policy.url, ODD.replace(b"MODEL", asked.encode())).status == 200
    assert recorder.only.body == ODD.replace(b"MODEL", sent.encode())
    assert recorder.only.header("content-length") == str(len(recorder.only.body))


def test_model_named_by_escapes_is_understood(policy: Router, recorder: RecordingUpstream):
    assert raw_http.post(policy.url, ODD.replace(b"MODEL", rb"\u0061uto")).status == 200
    assert recorder.only.json["model"] == "small"


def test_answer_is_byte_identical(policy: Router, recorder: RecordingUpstream):
    answer = b'{ "id":"x",\n "object" : "chat.completion", "odd":"caf\\u00e9", "choices":[ ] }\n'
    recorder.reply_with(lambda request: Reply(body=answer))
    assert raw_http.post(policy.url, ODD.replace(b"MODEL", b"small")).body == answer


def test_large_body_is_byte_identical(policy: Router, recorder: RecordingUpstream):
    text = "0123456789abcde\n" * (1 << 16)  # 1 MiB
    body = json.dumps({"model": "small", "messages": [{"role": "user", "content": text}]}).encode()
    assert raw_http.post(policy.url, body).status == 200
    assert recorder.only.body == body


def test_chunked_request_body_is_reassembled(policy: Router, recorder: RecordingUpstream):
    body = ODD.replace(b"MODEL", b"small")
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 7]), body[i:i + 7]) for i in range(0, len(body), 7))
    host = policy.url.removeprefix("http://")
    head = (f"POST /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
            "transfer-encoding: chunked\r\nconnection: close\r\n\r\n")
    assert raw_http.send(policy.url, head.encode() + pieces + b"0\r\n\r\n").status == 200
    assert recorder.only.body == body


def test_backend_key_replaces_the_clients(policy: Router, recorder: RecordingUpstream):
    raw_http.post(policy.url, ODD.replace(b"MODEL", b"expert"), headers=[("authorization", "Bearer sk-of-the-client")])
    assert recorder.only.all_headers("authorization") == ["Bearer sk-inline-secret-0001"]


def test_hop_by_hop_headers_stay_here(policy: Router, recorder: RecordingUpstream):
    raw_http.post(policy.url, ODD.replace(b"MODEL", b"small"),
                  headers=[("proxy-authorization", "Basic eA=="), ("te", "trailers"), ("x-custom", "kept")])
    assert recorder.only.all_headers("proxy-authorization") == []
    assert recorder.only.all_headers("te") == []
    assert recorder.only.header("x-custom") == "kept"
