"""The demo backend that `make run` uses: what it says, and the faults it makes on demand, seen through the router."""
import httpx
import openai
import pytest

from harness.processes import Process, Router


@pytest.fixture
def sdk(demo: Router):
    with openai.OpenAI(base_url=demo.url + "/v1", api_key="sk-test", max_retries=0) as client:
        yield client


MESSAGES = [{"role": "user", "content": "Please refactor this."}]


def test_it_says_what_it_was_asked_for(sdk: openai.OpenAI):
    whole = sdk.chat.completions.create(model="auto", messages=MESSAGES)
    assert "vendor/expert-1" in whole.model + (whole.choices[0].message.content or "")
    assert whole.usage.total_tokens > 0


def test_it_streams_in_pieces(sdk: openai.OpenAI):
    events = list(sdk.chat.completions.create(model="auto", messages=MESSAGES, stream=True))
    text = "".join(event.choices[0].delta.content or "" for event in events if event.choices)
    assert "vendor/expert-1" in events[0].model + text
    assert len(events) > 2, "a stream of one piece shows nothing"


def test_it_calls_a_tool_it_was_offered(sdk: openai.OpenAI):
    tool = {"type": "function", "function": {"name": "weather", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
    answer = sdk.chat.completions.create(model="auto", messages=[{"role": "user", "content": "Will it rain?"}], tools=[tool],
                                         tool_choice={"type": "function", "function": {"name": "weather"}})
    call = answer.choices[0].message.tool_calls[0]
    assert call.function.name == "weather"
    assert answer.choices[0].finish_reason == "tool_calls"


@pytest.mark.parametrize(("status", "error"), [("429", openai.RateLimitError), ("500", openai.InternalServerError),
                                               ("503", openai.InternalServerError)])
def test_its_errors_come_through_with_their_status(status: str, error: type[openai.APIStatusError], sdk: openai.OpenAI):
    with pytest.raises(error) as failure:
        sdk.chat.completions.create(model="auto", messages=MESSAGES, extra_headers={"x-mock-status": status})
    assert failure.value.status_code == int(status)


@pytest.mark.parametrize("fault", ["x-mock-disconnect", "x-mock-garbage"])
def test_no_answer_is_a_502(fault: str, sdk: openai.OpenAI):
    with pytest.raises(openai.InternalServerError) as failure:
        sdk.chat.completions.create(model="auto", messages=MESSAGES, extra_headers={fault: "true"})
    assert failure.value.status_code == 502


@pytest.mark.parametrize("extra", [{}, {"x-mock-half-frame": "true"}], ids=["between frames", "inside a frame"])
def test_half_a_stream_never_ends_as_a_whole_one(extra: dict[str, str], demo: Router):
    body = {"model": "auto", "messages": MESSAGES, "stream": True}
    text = ""
    try:
        with httpx.stream("POST", demo.url + "/v1/chat/completions", json=body, headers={"x-mock-cut-after": "2", **extra}) as answer:
            for piece in answer.iter_text():
                text += piece
    except httpx.TransportError:
        pass  # the cut, passed on
    assert "data:" in text
    assert "[DONE]" not in text


def test_it_can_be_asked_without_a_router(mock_upstream: Process):
    with openai.OpenAI(base_url=mock_upstream.url + "/v1", api_key="none", max_retries=0) as client:
        assert client.chat.completions.create(model="any-name", messages=MESSAGES).choices[0].message.content
        assert client.models.list().data
