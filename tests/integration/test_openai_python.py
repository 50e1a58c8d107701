"""The OpenAI Python SDK, unchanged: chat, streaming, tools, images, models, errors."""
import threading

import httpx
import openai
import pytest

from harness.pictures import landscape, user_message
from harness.processes import free_port
from harness.recording_upstream import EndConnection, RecordingUpstream, Reply, chunk, event_stream

WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}


def test_chat_is_answered_by_the_decisions_model(client: openai.OpenAI, recorder: RecordingUpstream):
    answer = client.chat.completions.create(model="auto", messages=[{"role": "user", "content": "Please refactor this."}])
    assert answer.choices[0].message.content == "recorded"
    assert answer.usage.total_tokens == 4
    assert recorder.only.json["model"] == "vendor/expert-1"


def test_chat_without_a_matching_rule_goes_to_the_last_decision(client: openai.OpenAI, recorder: RecordingUpstream):
    client.chat.completions.create(model="auto", messages=[{"role": "user", "content": "Good morning."}])
    assert recorder.only.json["model"] == "small"


def test_string_and_part_content_are_judged_alike(client: openai.OpenAI, recorder: RecordingUpstream):
    for content in ("A traceback.", [{"type": "text", "text": "A traceback."}]):
        client.chat.completions.create(model="auto", messages=[{"role": "user", "content": content}])
    assert [request.json["model"] for request in recorder.requests] == ["vendor/expert-1"] * 2


def test_streamed_chunks_arrive_as_they_are_sent(client: openai.OpenAI, recorder: RecordingUpstream):
    """The upstream sends its second piece only after the client has the first: a gateway that buffers would hang."""
    first_seen = threading.Event()

    def pieces():
        yield chunk("small", {"role": "assistant", "content": "one"})
        assert first_seen.wait(30), "the first chunk did not reach the client while the stream was open"
        yield chunk("small", {"content": " two"})
        yield chunk("small", {}, "stop")
        yield b"data: [DONE]\n\n"

    recorder.reply_with(lambda request: event_stream(pieces()))
    texts = []
    with client.chat.completions.create(model="auto", stream=True, messages=[{"role": "user", "content": "Hi"}]) as stream:
        for event in stream:
            texts.append(event.choices[0].delta.content)
            first_seen.set()
    assert texts[:2] == ["one", " two"]


def test_usage_chunk_comes_when_asked(client: openai.OpenAI, recorder: RecordingUpstream):
    def pieces():
        yield chunk("small", {"role": "assistant", "content": "one"}, "stop")
        yield (b'data: {"id":"chatcmpl-recorded","object":"chat.completion.chunk","created":1,"model":"small","choices":[],'
               b'"usage":{"prompt_tokens":7,"completion_tokens":1,"total_tokens":8}}\n\n')
        yield b"data: [DONE]\n\n"

    recorder.reply_with(lambda request: event_stream(pieces()))
    stream = client.chat.completions.create(model="auto", stream=True, stream_options={"include_usage": True},
                                            messages=[{"role": "user", "content": "Hi"}])
    usages = [event.usage for event in stream if event.usage]
    assert [usage.total_tokens for usage in usages] == [8]
    assert recorder.only.json["stream_options"] == {"include_usage": True}


def test_tool_call_and_its_result_make_the_round_trip(client: openai.OpenAI, recorder: RecordingUpstream):
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Jena"}'}}
    messages = [{"role": "user", "content": "Will it rain in Jena?"}, {"role": "assistant", "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "call_1", "content": '{"rain": true}'}]
    client.chat.completions.create(model="auto", tools=[WEATHER], messages=messages)
    sent = recorder.only.json
    assert sent["model"] == "vendor/expert-1", "tool definitions pick the decision `tools`"
    assert sent["messages"] == messages
    assert sent["tools"] == [WEATHER]


def test_streamed_tool_call_is_passed_through(client: openai.OpenAI, recorder: RecordingUpstream):
    def pieces():
        yield chunk("expert", {"role": "assistant", "tool_calls": [
            {"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": ""}}]})
        yield chunk("expert", {"tool_calls": [{"index": 0, "function": {"arguments": '{"city":'}}]})
        yield chunk("expert", {"tool_calls": [{"index": 0, "function": {"arguments": '"Jena"}'}}]})
        yield chunk("expert", {}, "tool_calls")
        yield b"data: [DONE]\n\n"

    recorder.reply_with(lambda request: event_stream(pieces()))
    stream = client.chat.completions.create(model="auto", tools=[WEATHER], stream=True,
                                            messages=[{"role": "user", "content": "Will it rain in Jena?"}])
    arguments = "".join(event.choices[0].delta.tool_calls[0].function.arguments
                        for event in stream if event.choices[0].delta.tool_calls)
    assert arguments == '{"city":"Jena"}'


def test_image_request_goes_to_the_model_that_sees(client: openai.OpenAI, recorder: RecordingUpstream):
    message = user_message("What is in this picture?", landscape())
    client.chat.completions.create(model="auto", messages=[message])
    sent = recorder.only.json
    assert sent["model"] == "reader"
    assert sent["messages"] == [message]


def test_concrete_model_is_used_as_named(client: openai.OpenAI, recorder: RecordingUpstream):
    client.chat.completions.create(model="reader", messages=[{"role": "user", "content": "Please refactor this."}])
    assert recorder.only.json["model"] == "reader"


def test_unknown_model_is_an_error_the_sdk_knows(client: openai.OpenAI, recorder: RecordingUpstream):
    with pytest.raises((openai.NotFoundError, openai.BadRequestError)) as failure:
        client.chat.completions.create(model="no-such-model", messages=[{"role": "user", "content": "Hi"}])
    assert "no-such-model" in failure.value.message
    assert recorder.requests == []


def test_upstream_errors_keep_their_status_and_body(client: openai.OpenAI, recorder: RecordingUpstream):
    body = b'{"error":{"message":"slow down","type":"rate_limit_error","code":"rate_limited"}}'
    recorder.reply_with(lambda request: Reply(429, {"content-type": "application/json", "retry-after": "7"}, body))
    with pytest.raises(openai.RateLimitError) as failure:
        client.chat.completions.create(model="auto", messages=[{"role": "user", "content": "Hi"}])
    assert failure.value.code == "rate_limited"
    assert failure.value.response.headers["retry-after"] == "7"


def test_dead_upstream_is_a_502(start_router):
    router = start_router("policy.yaml", UPSTREAM=f"127.0.0.1:{free_port()}")
    with openai.OpenAI(base_url=router.url + "/v1", api_key="sk-test", max_retries=0) as sdk:
        with pytest.raises(openai.InternalServerError) as failure:
            sdk.chat.completions.create(model="auto", messages=[{"role": "user", "content": "Hi"}])
    assert failure.value.status_code in (502, 503)
    router.stop()


def test_stream_cut_by_the_upstream_does_not_look_complete(client: openai.OpenAI, recorder: RecordingUpstream):
    def pieces():
        yield chunk("small", {"role": "assistant", "content": "half"})
        raise EndConnection

    recorder.reply_with(lambda request: event_stream(pieces()))
    texts, finishes = [], []
    try:
        for event in client.chat.completions.create(model="auto", stream=True, messages=[{"role": "user", "content": "Hi"}]):
            texts += [choice.delta.content for choice in event.choices]
            finishes += [choice.finish_reason for choice in event.choices]
    except (openai.APIError, httpx.TransportError):
        pass  # the SDK may report the cut in either way, or end the stream early
    assert texts == ["half"]
    assert "stop" not in finishes


def test_models_are_listed_and_retrieved(client: openai.OpenAI):
    listed = {model.id: model for model in client.models.list()}
    assert "auto" in listed
    assert listed["auto"].object == "model"
    assert client.models.retrieve("auto").id == "auto"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no-such-model")
