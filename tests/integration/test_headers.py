"""The response and request headers of VSR's contract (schema version 2)."""
import re

import httpx

from harness.recording_upstream import RecordingUpstream


def ask(http: httpx.Client, text: str, **headers: str) -> httpx.Response:
    body = {"model": "auto", "messages": [{"role": "user", "content": text}]}
    return http.post("/v1/chat/completions", json=body, headers=headers)


def test_default_headers_name_the_decision(http: httpx.Client):
    answer = ask(http, "Please refactor this.")
    assert answer.headers["x-vsr-schema-version"] == "2"
    assert answer.headers["x-vsr-response-path"] == "upstream"
    assert answer.headers["x-vsr-selected-recipe"] == "default"
    assert answer.headers["x-vsr-selected-decision"] == "code"
    assert answer.headers["x-vsr-selected-model"] == "expert"
    assert re.fullmatch(r"[01]\.\d{4}", answer.headers["x-vsr-selected-confidence"])
    assert answer.headers["x-vsr-selected-algorithm"] in ("static", "single")


def test_matched_signals_are_shown_only_in_debug(http: httpx.Client):
    assert "x-vsr-matched-keywords" not in ask(http, "Please refactor this.").headers
    debug = ask(http, "Please refactor this.", **{"x-vsr-debug": "true"})
    assert debug.headers["x-vsr-matched-keywords"] == "code_words"
    assert debug.headers["x-vsr-selected-decision"] == "code"
    assert debug.headers["x-vsr-selected-reasoning"] == "off"


def test_reasoning_is_shown_in_debug(http: httpx.Client):
    assert ask(http, "zreason", **{"x-vsr-debug": "true"}).headers["x-vsr-selected-reasoning"] == "on"


def test_upstream_sees_the_selected_model(http: httpx.Client, recorder: RecordingUpstream):
    ask(http, "Please refactor this.", **{"x-vsr-debug": "true"})
    assert recorder.only.header("x-selected-model") == "expert"


def test_client_cannot_set_the_routers_own_headers(http: httpx.Client, recorder: RecordingUpstream):
    answer = ask(http, "Good morning.", **{"x-selected-model": "expert", "x-vsr-selected-decision": "code",
                                           "x-vsr-looper-request": "true"})
    assert answer.headers["x-vsr-selected-decision"] == "everything_else"
    assert recorder.only.all_headers("x-selected-model") == ["small"]
    assert recorder.only.all_headers("x-vsr-looper-request") == []


def test_errors_carry_the_schema_version_and_path(http: httpx.Client):
    answer = http.post("/v1/chat/completions", content=b"{")
    assert answer.status_code == 400
    assert answer.headers["x-vsr-schema-version"] == "2"
    assert answer.headers["x-vsr-response-path"] == "error"
