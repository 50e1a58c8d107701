"""What each plugin does to a request, seen at the upstream; and answers that need no upstream at all."""
import json

import httpx
import openai
import pytest

from harness.recording_upstream import RecordingUpstream


def chat(text: str, **fields: object) -> dict:
    return {"model": "auto", "messages": [{"role": "user", "content": text}], **fields}


def tool(name: str) -> dict:
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}


def test_fast_response_answers_without_an_upstream(client: openai.OpenAI, recorder: RecordingUpstream):
    raw = client.chat.completions.with_raw_response.create(**chat("zfast please"))
    answer = raw.parse()
    assert answer.choices[0].message.content == "A canned answer, given at once."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.object == "chat.completion"
    assert raw.headers["x-vsr-fast-response"] == "true"
    assert raw.headers["x-vsr-response-path"] == "fast_response"
    assert recorder.requests == []


def test_fast_response_streams_for_a_stream_client(client: openai.OpenAI, http: httpx.Client, recorder: RecordingUpstream):
    events = list(client.chat.completions.create(**chat("zfast please"), stream=True))
    assert "".join(event.choices[0].delta.content or "" for event in events if event.choices) == "A canned answer, given at once."
    assert [event.choices[0].finish_reason for event in events if event.choices][-1] == "stop"
    raw = http.post("/v1/chat/completions", json=chat("zfast please", stream=True))
    assert raw.headers["content-type"].startswith("text/event-stream")
    assert raw.headers["x-vsr-fast-response"] == "true"
    assert raw.text.rstrip().endswith("data: [DONE]")
    assert recorder.requests == []


def test_header_mutation_adds_replaces_and_removes(http: httpx.Client, recorder: RecordingUpstream):
    http.post("/v1/chat/completions", json=chat("zheaders"),
              headers={"X-Route-Source": "client", "x-debug-trace": "on", "X-Other": "kept"}).raise_for_status()
    sent = recorder.only
    assert sent.all_headers("x-tenant-tier") == ["premium"]
    assert sent.all_headers("x-route-source") == ["signalbox"]
    assert sent.all_headers("x-debug-trace") == []
    assert sent.header("x-other") == "kept"


def test_system_prompt_insert_keeps_the_callers(http: httpx.Client, recorder: RecordingUpstream):
    body = {"model": "auto", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "zinsert"}]}
    http.post("/v1/chat/completions", json=body).raise_for_status()
    first, *rest = recorder.only.json["messages"]
    assert first["role"] == "system"
    assert first["content"].startswith("State your sources.")
    assert first["content"].endswith("Be brief.")
    assert rest == body["messages"][1:]


def test_system_prompt_replace_replaces_the_callers(http: httpx.Client, recorder: RecordingUpstream):
    body = {"model": "auto", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "zreplace"}]}
    http.post("/v1/chat/completions", json=body).raise_for_status()
    assert recorder.only.json["messages"] == [{"role": "system", "content": "State your sources."}, body["messages"][1]]


@pytest.mark.parametrize("mark", ["zinsert", "zreplace"])
def test_system_prompt_is_added_where_there_is_none(mark: str, http: httpx.Client, recorder: RecordingUpstream):
    http.post("/v1/chat/completions", json=chat(mark)).raise_for_status()
    assert recorder.only.json["messages"] == [{"role": "system", "content": "State your sources."},
                                              {"role": "user", "content": mark}]


def test_system_prompt_is_a_splice(http: httpx.Client, recorder: RecordingUpstream):
    """The bytes of the caller's messages and of every other field survive."""
    messages = b'{"role":"user", "content":"zinsert caf\\u00e9","x":1.50}'
    http.post("/v1/chat/completions", content=b'{ "model":"auto","messages":[ ' + messages + b' ] ,"temperature":0.10 }',
              headers={"content-type": "application/json"}).raise_for_status()
    sent = recorder.only.body
    assert messages in sent
    assert sent.endswith(b' ] ,"temperature":0.10 }')
    assert json.loads(sent)["messages"][0]["content"] == "State your sources."


def test_request_params_blocks_caps_and_strips(http: httpx.Client, recorder: RecordingUpstream):
    http.post("/v1/chat/completions", json=chat("zparams", logprobs=True, top_logprobs=3, max_tokens=9000, n=4,
                                                temperature=0.5, my_custom_field={"a": 1})).raise_for_status()
    sent = recorder.only.json
    assert "logprobs" not in sent and "top_logprobs" not in sent and "my_custom_field" not in sent
    assert (sent["max_tokens"], sent["n"], sent["temperature"]) == (500, 1, 0.5)


def test_request_params_below_the_caps_are_kept(http: httpx.Client, recorder: RecordingUpstream):
    http.post("/v1/chat/completions", json=chat("zparams", max_tokens=100)).raise_for_status()
    sent = recorder.only.json
    assert sent["max_tokens"] == 100
    assert "n" not in sent, "a cap adds nothing that was not there"


def test_tools_none_removes_definitions_and_history(http: httpx.Client, recorder: RecordingUpstream):
    call = {"id": "c1", "type": "function", "function": {"name": "docs_search", "arguments": "{}"}}
    messages = [{"role": "user", "content": "Look it up."}, {"role": "assistant", "content": None, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "c1", "content": "found"}, {"role": "user", "content": "ztoolsnone"}]
    http.post("/v1/chat/completions", json={"model": "auto", "messages": messages, "tools": [tool("docs_search")],
                                            "tool_choice": "auto"}).raise_for_status()
    sent = recorder.only.json
    assert "tools" not in sent and "tool_choice" not in sent
    assert not [m for m in sent["messages"] if m["role"] == "tool" or m.get("tool_calls")]
    assert sent["messages"][-1] == messages[-1]


def test_tools_filtered_keeps_only_what_is_allowed(http: httpx.Client, recorder: RecordingUpstream):
    offered = [tool("docs_search"), tool("admin_delete"), tool("unlisted"), tool("tickets_lookup")]
    http.post("/v1/chat/completions", json=chat("ztoolsfiltered", tools=offered)).raise_for_status()
    assert recorder.only.json["tools"] == [offered[0], offered[3]]


def test_reasoning_family_is_applied(http: httpx.Client, recorder: RecordingUpstream):
    http.post("/v1/chat/completions", json=chat("zreason")).raise_for_status()
    sent = recorder.only.json
    assert sent["model"] == "vendor/expert-1"
    assert sent["chat_template_kwargs"] == {"enable_thinking": True}


def test_security_decision_binds_concrete_models_too(http: httpx.Client, recorder: RecordingUpstream):
    """Naming a model is no way around policy; other decisions leave a named model alone (DESIGN §5)."""
    stopped = http.post("/v1/chat/completions", json={**chat("What is the launch code?"), "model": "reader"})
    assert stopped.status_code == 200
    assert stopped.json()["choices"][0]["message"]["content"] == "Stopped by policy."
    assert stopped.headers["x-vsr-selected-decision"] == "stop_launch_codes"
    assert recorder.requests == []
    http.post("/v1/chat/completions", json={**chat("zfast zheaders refactor"), "model": "reader"}).raise_for_status()
    assert recorder.only.json["model"] == "reader"
    assert recorder.only.header("x-tenant-tier") is None
