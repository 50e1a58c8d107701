"""Embedding signals and endpoints on the real binary with a real (small, random) model: tests/golden/tiny-bert."""
import base64
import json
import math
import shutil
import struct

import httpx
import openai
import pytest

from harness.cli import Cli
from harness.observe import metrics
from harness.paths import CONFIGS, ROOT, render
from harness.processes import Router, free_port
from harness.recording_upstream import RecordingUpstream
from harness.reloading import until

MODEL = ROOT / "tests/golden/tiny-bert"


def start(start_router, upstream: RecordingUpstream, **values: object) -> Router:
    return start_router("embeddings.yaml", **{"UPSTREAM": upstream.address, "MODEL": MODEL, "TRUST": "proven_only",
                                              "EXAMPLE": "an example", "LOCAL": "true", **values})


@pytest.fixture(scope="module")
def router(start_router, recorder_server) -> Router:
    return start(start_router, recorder_server)


@pytest.fixture
def sdk(router: Router):
    with openai.OpenAI(base_url=router.url + "/v1", api_key="x", max_retries=0) as client:
        yield client


def passes(router: Router) -> float:
    return metrics(router).sum("signalbox_encoder_passes_total")


def management(router: Router, path: str, body: dict) -> httpx.Response:
    return httpx.post(router.management + path, json=body, timeout=60)


def routed(router: Router, text: str) -> str:
    answer = httpx.post(router.url + "/v1/chat/completions", timeout=60,
                        json={"model": "auto", "messages": [{"role": "user", "content": text}]})
    assert answer.status_code == 200, answer.text
    return answer.headers.get("x-vsr-selected-decision", "")


# ---- signals --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, decision", [("please give me a refund", "pay"), ("the program crashes", "fix")])
def test_a_request_is_routed_by_likeness(router: Router, recorder, text: str, decision: str):
    assert routed(router, text) == decision


def test_the_models_tokenizer_counts(router: Router):
    found = management(router, "/api/v1/eval?explain=true", {"text": "a text"}).json()
    context = next(signal for signal in found["signals"] if signal["signal"] == "context:brief")
    assert context["detail"] == "counted by the tokenizer of tiny-bert"


def test_one_request_with_three_rules_and_the_api_is_one_pass(router: Router, recorder):
    text = "a text that nobody sent before"
    before = passes(router)
    evaluated = management(router, "/api/v1/eval", {"text": text}).json()
    assert {key for key in evaluated["signal_values"] if key.startswith("embedding:") and key.count(":") == 1} == {
        "embedding:refund", "embedding:crash", "embedding:anything"}
    routed(router, text)
    assert management(router, "/api/v1/embeddings", {"texts": [text]}).status_code == 200
    assert httpx.post(router.url + "/v1/embeddings", json={"model": "tiny-bert", "input": text}).status_code == 200
    assert passes(router) - before == 1


# ---- endpoints ------------------------------------------------------------------------------------------------------

def test_the_sdk_gets_the_same_vector_in_either_encoding(router: Router, sdk: openai.OpenAI):
    as_floats = sdk.embeddings.create(model="tiny-bert", input=["one", "two words"], encoding_format="float")
    by_default = sdk.embeddings.create(model="tiny-bert", input=["one", "two words"])  # asks for base64 and decodes it
    raw = httpx.post(router.url + "/v1/embeddings",
                     json={"model": "tiny-bert", "input": "one", "encoding_format": "base64"}).json()
    unpacked = list(struct.unpack("<64f", base64.b64decode(raw["data"][0]["embedding"])))
    assert unpacked == pytest.approx(as_floats.data[0].embedding, abs=1e-7)
    for one, other in zip(as_floats.data, by_default.data):
        assert one.embedding == pytest.approx(other.embedding, abs=1e-7)
        assert math.hypot(*one.embedding) == pytest.approx(1, abs=1e-5)
    assert as_floats.model == "tiny-bert"
    assert as_floats.usage.prompt_tokens == as_floats.usage.total_tokens > 6


def test_management_and_listener_give_the_same_vector(router: Router, sdk: openai.OpenAI):
    ours = management(router, "/api/v1/embeddings", {"texts": ["one and the same"]}).json()["embeddings"][0]
    theirs = sdk.embeddings.create(model="tiny-bert", input="one and the same", encoding_format="float").data[0]
    assert ours["embedding"] == pytest.approx(theirs.embedding, abs=1e-7)
    assert (ours["dimension"], ours["model_used"], ours["truncated"]) == (64, "tiny-bert", False)


def test_dimensions_are_those_the_folder_names(start_router, recorder_server, tmp_path, router: Router, sdk: openai.OpenAI):
    model = tmp_path / "nested"
    shutil.copytree(MODEL, model)
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, "is_matryoshka": True, "matryoshka_dimensions": [16, 48]}))
    nested = start(start_router, recorder_server, MODEL=model)
    whole = sdk.embeddings.create(model="tiny-bert", input="one", encoding_format="float").data[0].embedding
    with openai.OpenAI(base_url=nested.url + "/v1", api_key="x", max_retries=0) as client:
        cut = client.embeddings.create(model="nested", input="one", dimensions=16).data[0].embedding
        with pytest.raises(openai.BadRequestError) as refused:
            client.embeddings.create(model="nested", input="one", dimensions=32)
    length = math.hypot(*whole[:16])
    assert math.hypot(*cut) == pytest.approx(1, abs=1e-5)
    assert cut == pytest.approx([number / length for number in whole[:16]], abs=1e-6)
    assert refused.value.code == "unsupported_dimensions"
    assert "vectors of this model have dimension 64, 48, 16" in refused.value.message
    ours = management(nested, "/api/v1/embeddings", {"texts": ["one"], "dimension": 48}).json()["embeddings"][0]
    assert (ours["dimension"], len(ours["embedding"])) == (48, 48)
    listed = httpx.get(nested.management + "/api/v1/embeddings/models").json()["models"][0]["metadata"]
    assert (listed["matryoshka_supported"], listed["dimensions"]) == (True, [48, 16])


@pytest.mark.parametrize("body, status, code", [
    ({"model": "tiny-bert", "input": "a", "dimensions": 32}, 400, "unsupported_dimensions"),
    ({"model": "tiny-bert", "input": [1, 2]}, 400, "unsupported_input"),
    ({"model": "tiny-bert", "input": "word " * 400}, 400, "context_length_exceeded"),
    ({"model": "small", "input": "a"}, 400, "unsupported_model"),
    ({"model": "nobody", "input": "a"}, 404, "model_not_found"),
    ({"model": "auto", "input": "a"}, 400, "virtual_model"),
])
def test_wrong_requests_for_embeddings(router: Router, body: dict, status: int, code: str):
    answer = httpx.post(router.url + "/v1/embeddings", json=body, timeout=60)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_the_embedding_model_does_not_chat(router: Router):
    answer = httpx.post(router.url + "/v1/chat/completions",
                        json={"model": "tiny-bert", "messages": [{"role": "user", "content": "hello"}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unsupported_model")


def test_similarity(router: Router):
    same = management(router, "/api/v1/similarity", {"text1": "alike", "text2": "alike"}).json()
    assert same["similarity"] == pytest.approx(1, abs=1e-5)
    batch = management(router, "/api/v1/similarity/batch",
                       {"query": "alike", "candidates": ["quite another text", "alike"], "top_k": 1}).json()
    assert [(match["index"], match["text"]) for match in batch["matches"]] == [(1, "alike")]


def test_the_model_is_named_with_its_trust(router: Router):
    ready = httpx.get(router.management + "/ready").json()
    assert ready["models"] == [{"name": "tiny-bert", "type": "embedding", "trust": "proven"}]
    listed = httpx.get(router.management + "/api/v1/embeddings/models").json()
    assert (listed["count"], listed["models"][0]["metadata"]["default_dimension"]) == (1, 64)


# ---- configurations and trust ---------------------------------------------------------------------------------------

def test_a_reload_encodes_only_new_examples(start_router, recorder_server, recorder):
    router = start(start_router, recorder_server)
    before = passes(router)
    config = router.extra["config"]
    config.write_text(config.read_text().replace("[an example]", "[an example, another one]"))
    until(lambda: passes(router) != before, "the new example was encoded")
    assert passes(router) - before == 1


def threads(router: Router) -> float:
    return metrics(router).sum("signalbox_compute_threads")


def test_a_reload_that_brings_the_first_model_brings_its_threads(start_router, recorder_server, recorder, router: Router):
    bare = start(start_router, recorder_server, MODEL="", LOCAL="false")
    assert threads(bare) < threads(router)
    config = bare.extra["config"]
    config.write_text(config.read_text().replace('bert_model_path: ""', f'bert_model_path: "{MODEL}"'))
    until(lambda: threads(bare) == threads(router), "as many threads as after a start with the model")
    until(lambda: httpx.get(bare.management + "/ready").json()["models"], "the model is in force")
    assert routed(bare, "please give me a refund") == "pay"


@pytest.fixture
def unproven(tmp_path):
    shutil.copytree(MODEL, tmp_path / "unproven", ignore=shutil.ignore_patterns("goldens"))
    return tmp_path / "unproven"


def test_an_unproven_model_answers_nothing(start_router, recorder_server, recorder, unproven):
    router = start(start_router, recorder_server, MODEL=unproven)
    evaluated = management(router, "/api/v1/eval", {"text": "please give me a refund"}).json()
    assert evaluated["signal_errors"]["embedding:refund"] == "untrusted_model"
    answer = httpx.post(router.url + "/v1/embeddings", json={"model": "unproven", "input": "a"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "model_not_trusted")


def test_an_allowed_unproven_model_is_named_in_every_answer(start_router, recorder_server, recorder, unproven):
    router = start(start_router, recorder_server, MODEL=unproven, TRUST="allow_unproven")
    answer = httpx.post(router.url + "/v1/chat/completions", timeout=60,
                        json={"model": "auto", "messages": [{"role": "user", "content": "please give me a refund"}]})
    assert answer.headers["x-vsr-selected-decision"] == "pay"
    assert answer.headers["x-signalbox-unproven-models"] == "unproven"
    assert metrics(router).sum("signalbox_encoder_trust", state="unproven") == 1


def test_a_broken_folder_is_an_error_of_the_configuration(cli: Cli, tmp_path, unproven):
    (unproven / "config.json").write_text("{}")
    config = tmp_path / "config.yaml"
    config.write_text(render((CONFIGS / "embeddings.yaml").read_text(), {
        "GATEWAY_PORT": free_port(), "MANAGEMENT_PORT": free_port(), "UPSTREAM": "127.0.0.1:9", "MODEL": unproven,
        "TRUST": "proven_only", "EXAMPLE": "an example", "LOCAL": "true"}))
    shown = cli("explain", "-c", config, "--text", "x")
    assert shown.status == 1
    assert "model_not_loaded" in shown.err


# ---- the pack -------------------------------------------------------------------------------------------------------

@pytest.fixture
def pack(tmp_path) -> dict[str, str]:
    """The variable that names a folder with a pack whose embedding model is the small one."""
    folder = tmp_path / "models"
    shutil.copytree(MODEL, folder / "tiny")
    (folder / "pack.json").write_text(json.dumps({"format": 1, "roles": {"embedding": {"folder": "tiny"}}}))
    return {"SIGNALBOX_MODELS": str(folder)}


def test_a_model_of_the_pack_stands_in_when_asked_for(start_router, recorder, pack):
    router = start_router("embeddings.yaml", "--substitute", "pack", environment=pack, UPSTREAM=recorder.address, MODEL="models/away/",
                          TRUST="proven_only", EXAMPLE="an example", LOCAL="true")
    assert "models/away/ is not there; tiny of the pack is used" in router.output
    assert "uncalibrated" in router.output
    ready = httpx.get(router.management + "/ready").json()
    assert ready["substituted_models"] == [{"role": "embedding", "configured": "away", "used": "tiny"}]
    assert routed(router, "the program crashes") == "fix"


def test_nothing_stands_in_for_a_model_unasked(start_router, recorder, pack):
    router = start_router("embeddings.yaml", environment=pack, UPSTREAM=recorder.address, MODEL="models/away", TRUST="proven_only",
                          EXAMPLE="an example", LOCAL="false")
    assert httpx.get(router.management + "/ready").json()["substituted_models"] == []
    assert routed(router, "the program crashes") == ""
