"""Budgets of requests, tokens and money, with the unchanged SDK."""
import json
import re
import threading

import httpx
import openai
import pytest

from access_router import ask, sdk, start_access
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream, Reply, chunk, completion, event_stream


@pytest.fixture
def router(start_router, recorder: RecordingUpstream):
    """A fresh one for each test: counts begin anew with the process."""
    router = start_access(start_router, recorder.address)
    yield router
    router.stop()


def used(prompt: int, answer: int):
    def reply(request) -> Reply:
        document = completion(request.json["model"])
        document["usage"] = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
        return Reply(body=json.dumps(document).encode())
    return reply


def test_requests_above_the_budget_are_a_rate_limit_error(router: Router, recorder: RecordingUpstream):
    for _ in range(3):
        ask(router, "sk-three")
    with pytest.raises(openai.RateLimitError) as failure:
        ask(router, "sk-three")
    headers = failure.value.response.headers
    assert failure.value.type == "rate_limit_error"
    assert 3480 <= int(headers["retry-after"]) <= 3720
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("3", "0")
    assert headers["x-ratelimit-reset"] == headers["retry-after"]
    assert headers["x-vsr-response-path"] == "rate_limited"
    assert "three-per-hour" in failure.value.message
    assert len(recorder.requests) == 3
    ask(router, "sk-app")  # a budget of its own: others are not held up
    text = httpx.get(router.management + "/metrics").text
    assert 'signalbox_budget_refused_total{rule="three-per-hour",measure="requests"} 1' in text


def test_refused_requests_count_for_nothing(router: Router, recorder: RecordingUpstream):
    for _ in range(5):
        with pytest.raises(openai.NotFoundError):
            ask(router, "sk-three", model="no-such-model")
    for _ in range(3):
        ask(router, "sk-three")


def test_parallel_requests_do_not_overshoot(router: Router, recorder: RecordingUpstream):
    results = []

    def one() -> None:
        try:
            ask(router, "sk-three")
            results.append("answered")
        except openai.RateLimitError:
            results.append("refused")

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["answered"] * 3 + ["refused"] * 9
    assert len(recorder.requests) == 3


def test_tokens_are_charged_as_the_backend_reports_them(router: Router, recorder: RecordingUpstream):
    recorder.reply_with(used(300, 100))
    ask(router, "sk-tokens", max_tokens=200)
    ask(router, "sk-tokens", max_tokens=200)  # 800 of 1,000 are used
    with pytest.raises(openai.RateLimitError) as failure:
        ask(router, "sk-tokens", max_tokens=250)
    assert failure.value.response.headers["x-ratelimit-remaining"] == "200"
    ask(router, "sk-tokens", max_tokens=150)


def test_what_a_request_may_use_is_set_aside_while_it_runs(router: Router, recorder: RecordingUpstream):
    """The upstream holds the first answer back; a second request that could overshoot with it is refused."""
    arrived, release = threading.Event(), threading.Event()

    def held(request) -> Reply:
        arrived.set()
        assert release.wait(30)
        return used(10, 10)(request)

    recorder.reply_with(held)
    first = threading.Thread(target=lambda: ask(router, "sk-tokens", max_tokens=800))
    first.start()
    assert arrived.wait(20)
    with pytest.raises(openai.RateLimitError):
        ask(router, "sk-tokens", max_tokens=800)
    release.set()
    first.join()
    recorder.reply_with(used(10, 10))
    ask(router, "sk-tokens", max_tokens=800)  # what was not used came back


def test_a_request_that_never_fits_is_not_worth_trying_again(router: Router, recorder: RecordingUpstream):
    with sdk(router, "sk-tokens") as client, pytest.raises(openai.RateLimitError) as failure:
        client.with_options(max_retries=2).chat.completions.create(
            model="auto", max_tokens=5000, messages=[{"role": "user", "content": "Hi"}])
    assert failure.value.response.headers["x-should-retry"] == "false"
    assert "retry-after" not in failure.value.response.headers
    assert "max_tokens" in failure.value.message
    assert recorder.requests == []


def test_without_max_tokens_some_are_assumed(router: Router, recorder: RecordingUpstream):
    """1,000 are assumed for the answer: with the prompt that is above this budget of 1,000."""
    with pytest.raises(openai.RateLimitError):
        ask(router, "sk-tokens")


def test_a_metered_stream_reports_its_usage(router: Router, recorder: RecordingUpstream):
    def pieces():
        yield chunk("small", {"role": "assistant", "content": "one"}, "stop")
        yield (b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"small","choices":[],'
               b'"usage":{"prompt_tokens":600,"completion_tokens":100,"total_tokens":700}}\n\n')
        yield b"data: [DONE]\n\n"

    recorder.reply_with(lambda request: event_stream(pieces()))
    with sdk(router, "sk-tokens") as client:
        chunks = list(client.chat.completions.create(model="auto", stream=True, max_tokens=100,
                                                     messages=[{"role": "user", "content": "Hi"}]))
    assert recorder.only.json["stream_options"] == {"include_usage": True}
    assert [c.choices[0].delta.content for c in chunks] == ["one"]  # what the client did not ask for it does not get
    with pytest.raises(openai.RateLimitError) as failure:
        ask(router, "sk-tokens", max_tokens=350)
    assert failure.value.response.headers["x-ratelimit-remaining"] == "300"


def test_an_unmetered_stream_is_left_alone(router: Router, recorder: RecordingUpstream):
    for key in ("sk-app", "sk-three"):
        ask(router, key, stream=True)
    assert all("stream_options" not in sent.json for sent in recorder.requests)


def test_without_a_report_what_was_set_aside_stands(router: Router, recorder: RecordingUpstream):
    ask(router, "sk-tokens", stream=True, max_tokens=900)
    with pytest.raises(openai.RateLimitError):
        ask(router, "sk-tokens", max_tokens=200)
    text = httpx.get(router.management + "/metrics").text
    assert 'signalbox_budget_unreported_total{model="small"} 1' in text


def test_a_failed_answer_costs_no_tokens(router: Router, recorder: RecordingUpstream):
    recorder.reply_with(lambda request: Reply(500, body=b'{"error":{"message":"no"}}'))
    with pytest.raises(openai.InternalServerError):
        ask(router, "sk-tokens", max_tokens=900)
    recorder.reply_with(used(10, 10))
    ask(router, "sk-tokens", max_tokens=900)


def test_money_is_charged_by_the_models_prices(router: Router, recorder: RecordingUpstream):
    recorder.reply_with(used(100, 200))  # 0.0005 from small, 0.005 from expert
    ask(router, "sk-money", model="expert", max_tokens=200)
    ask(router, "sk-money", model="small", max_tokens=200)
    with pytest.raises(openai.RateLimitError) as failure:
        ask(router, "sk-money", model="expert", max_tokens=300)
    assert failure.value.response.headers["x-ratelimit-limit"] == "0.010000"
    assert failure.value.response.headers["x-ratelimit-remaining"] == "0.004500"
    ask(router, "sk-money", model="small", max_tokens=300)
    text = httpx.get(router.management + "/metrics").text
    cost = float(re.search(r'signalbox_budget_cost_total\{key="money",model="expert",currency="USD"\} (\S+)', text)[1])
    assert abs(cost - 0.005) < 1e-9
