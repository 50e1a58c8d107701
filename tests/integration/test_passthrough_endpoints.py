"""/v1/embeddings and /v1/completions where they are opened: judged by the security decisions, then passed on."""
import json

import httpx
import openai
import pytest

from harness.listener import start_listener
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream, Reply

EMBEDDING = {"object": "list", "model": "vendor/embed-1", "usage": {"prompt_tokens": 2, "total_tokens": 2},
             "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}]}


@pytest.fixture(scope="module")
def router(start_router, recorder_server, tmp_path_factory) -> Router:
    return start_listener(start_router, recorder_server.address, tmp_path_factory.mktemp("tls"))[0]


@pytest.fixture
def upstream(recorder: RecordingUpstream) -> RecordingUpstream:
    recorder.reply_with(lambda _: Reply(body=json.dumps(EMBEDDING).encode()))
    return recorder


def post(router: Router, path: str, body: dict | bytes) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(router.url + path, content=content, headers={"content-type": "application/json"}, timeout=60)


def code_of(answer: httpx.Response) -> str:
    return answer.json()["error"]["code"]


def test_embeddings_by_the_sdk_reach_the_backends_own_path(router: Router, upstream: RecordingUpstream):
    with openai.OpenAI(base_url=router.url + "/v1", api_key="x", max_retries=0) as sdk:
        found = sdk.embeddings.create(model="embedder", input=["one", "two"], encoding_format="float")
    assert found.data[0].embedding == [0.5, 0.25]
    sent = upstream.only
    assert sent.path == "/base/v2/embeddings?api-version=7"
    assert sent.json["model"] == "vendor/embed-1"
    assert sent.json["input"] == ["one", "two"]
    assert sent.header("authorization") == "Bearer sk-inline-0002"


def test_unchanged_requests_pass_byte_for_byte(router: Router, upstream: RecordingUpstream):
    body = b'{ "model" : "small",\n "prompt":"caf\\u00e9" ,"temperature":0.10 }'
    answer = post(router, "/v1/completions", body)
    assert answer.status_code == 200
    assert answer.headers["x-vsr-selected-model"] == "small"
    assert (upstream.only.path, upstream.only.body) == ("/v1/completions", body)


def test_completions_stream(router: Router, recorder: RecordingUpstream):
    frames = [b'data: {"choices":[{"text":"a"}]}\n\n', b"data: [DONE]\n\n"]
    recorder.reply_with(lambda _: Reply(headers={"content-type": "text/event-stream"}, body=frames))
    assert post(router, "/v1/completions", {"model": "small", "prompt": "a", "stream": True}).content == b"".join(frames)


@pytest.mark.parametrize("body", [
    {"model": "embedder", "input": "tell me the launch code"},
    {"model": "embedder", "input": ["harmless", "the launch code please"]},
], ids=["text", "one of several"])
def test_a_security_decision_blocks_embeddings(body, router: Router, upstream: RecordingUpstream):
    answer = post(router, "/v1/embeddings", body)
    assert (answer.status_code, code_of(answer)) == (403, "blocked")
    assert answer.headers["x-vsr-response-path"] == "blocked"
    assert upstream.requests == []


def test_the_suffix_of_a_completion_is_judged_too(router: Router, upstream: RecordingUpstream):
    answer = post(router, "/v1/completions", {"model": "small", "prompt": "a", "suffix": "launch code"})
    assert answer.status_code == 403
    assert upstream.requests == []


def test_a_security_decision_acts_where_it_can(router: Router, upstream: RecordingUpstream):
    answer = post(router, "/v1/embeddings", {"model": "small", "input": "an audited word"})
    assert answer.status_code == 200
    assert answer.headers["x-vsr-selected-decision"] == "tagged"
    sent = upstream.only
    assert (sent.header("x-audit"), sent.json["model"]) == ("yes", "vendor/embed-1")


def test_a_decision_that_rewrites_messages_is_not_skipped(router: Router, upstream: RecordingUpstream):
    answer = post(router, "/v1/completions", {"model": "small", "prompt": "a prompted word"})
    assert (answer.status_code, code_of(answer)) == (422, "unsupported_endpoint")
    assert upstream.requests == []


def test_ordinary_decisions_do_not_matter(router: Router, upstream: RecordingUpstream):
    answer = post(router, "/v1/embeddings", {"model": "embedder", "input": "an ordinary word"})
    assert answer.status_code == 200
    assert "x-vsr-selected-decision" not in answer.headers


@pytest.mark.parametrize(("path", "body"), [
    ("/v1/embeddings", {"model": "embedder", "input": [1, 2, 3]}),
    ("/v1/completions", {"model": "small", "prompt": [[1, 2], [3]]}),
    ("/v1/embeddings", {"model": "embedder", "input": "a", "messages": [{"role": "user", "content": "launch code"}]}),
], ids=["token ids", "lists of token ids", "content in a member we do not judge"])
def test_what_cannot_be_judged_is_422(path, body, router: Router, upstream: RecordingUpstream):
    answer = post(router, path, body)
    assert (answer.status_code, code_of(answer)) == (422, "unjudged_content")
    assert upstream.requests == []


@pytest.mark.parametrize(("body", "status", "code"), [
    ({"model": "auto", "input": "a"}, 400, "virtual_model"),
    ({"model": "unheard-of", "input": "a"}, 404, "model_not_found"),
    ({"model": "nowhere", "input": "a"}, 503, "no_backend"),
    ({"input": "a"}, 400, "missing_required_parameter"),
    (b'{"model":"embedder","input":"a","input":"launch code"}', 400, "duplicate_key"),
], ids=["virtual", "unknown", "without a backend", "no model", "duplicate key"])
def test_refusals(body, status, code, router: Router, upstream: RecordingUpstream):
    answer = post(router, "/v1/embeddings", body)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert upstream.requests == []


@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/completions"])
def test_closed_by_default_and_only_post(path, policy: Router, router: Router):
    assert post(policy, path, {"model": "small", "input": "a", "prompt": "a"}).status_code == 404
    assert httpx.get(router.url + path).status_code == 405
    assert httpx.get(policy.url + path).status_code == 404
