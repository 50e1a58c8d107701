"""Learned signals on all-MiniLM-L6-v2: one request that uses all of them, heads trained by `signalbox train`, and the classification API."""
import json
import pathlib

import httpx
import pytest

from harness.processes import Router
from harness.observe import metrics

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "models/all-MiniLM-L6-v2"
pytestmark = pytest.mark.skipif(not MODEL.exists(), reason="models/all-MiniLM-L6-v2 is missing: run make models")

SUBJECTS = {
    "math": ["Solve 3x + 5 = 20 for x.", "What is the integral of x squared?", "Is 97 a prime number?",
             "Compute the determinant of this matrix.", "Prove that the square root of two is irrational.",
             "How many permutations do five items have?", "What is the derivative of sine?", "Factor the polynomial x^2 - 9."],
    "law": ["Can my landlord evict me without notice?", "What is the penalty for breach of contract?",
            "Does this clause violate consumer protection law?", "How do I appeal a court decision?",
            "What is the statute of limitations for fraud?", "Who inherits when there is no will?",
            "Is a verbal agreement legally binding?", "What rights does a defendant have at trial?"],
    "health": ["What are the symptoms of the flu?", "How much ibuprofen may an adult take?", "Why does my knee hurt when I run?",
               "Is a fever of 39 degrees dangerous?", "Which vaccines does a baby need?", "How is diabetes treated?",
               "Can stress cause headaches?", "What does a high blood pressure reading mean?"],
}
FACTS = {
    "needs_fact_check": ["Who won the world cup in 1998?", "When was the Eiffel Tower built?", "What is the population of Peru?",
                         "How tall is Mount Everest?", "Which year did the war end?", "Who discovered penicillin?"],
    "no_fact_check_needed": ["Write a poem about rain.", "Rewrite this sentence politely.", "Give me ideas for a party.",
                             "Refactor this function.", "Translate good morning to French.", "Tell me a joke."],
}


def train(cli, folder: pathlib.Path, texts: dict[str, list[str]]) -> pathlib.Path:
    labels = folder.with_suffix(".jsonl")
    labels.write_text("".join(json.dumps({"text": text, "label": label}) + "\n" for label, all in texts.items() for text in all))
    result = cli("train", "--encoder", MODEL, "--labels", labels, "--out", folder, "--json")
    assert result.status == 0, result.err
    return folder


@pytest.fixture(scope="module")
def router(start_router, recorder_server, cli, tmp_path_factory: pytest.TempPathFactory) -> Router:
    folder = tmp_path_factory.mktemp("learned")
    train(cli, folder / "subjects", SUBJECTS)
    train(cli, folder / "facts", FACTS)
    base = folder / "kb"
    base.mkdir()
    (base / "labels.json").write_text(json.dumps({"labels": {
        "billing": {"description": "", "exemplars": ["I was charged twice", "where is my invoice"]},
        "travel": {"description": "", "exemplars": ["book a flight", "hotel in Rome"]}}}))
    return start_router("learned.yaml", UPSTREAM=recorder_server.address, MODEL=str(MODEL), SUBJECTS=str(folder / "subjects"),
                        FACTS=str(folder / "facts"), KB=str(base))


def evaluate(router: Router, *turns: str) -> dict:
    messages = [{"role": "user" if i % 2 == 0 else "assistant", "content": text} for i, text in enumerate(turns)]
    answer = httpx.post(router.management + "/api/v1/eval?explain=true", json={"messages": messages}, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def passes(router: Router) -> float:
    return metrics(router).sum("signalbox_encoder_passes_total")


def test_one_request_with_every_learned_signal_encodes_each_text_once(router: Router):
    before = passes(router)
    answer = evaluate(router, "Could my landlord throw me out tomorrow?", "Not without notice.", "May my landlord evict me at once?")
    assert passes(router) - before == 2  # the current turn, and for reask the one before
    signals = {(s["type"], s["name"]): s for s in answer["signals"]}
    unknown = [key for key, s in signals.items() if s["state"] == "unknown"]
    assert unknown == []
    kinds = {kind for kind, _ in signals}
    assert {"embedding", "domain", "complexity", "preference", "kb", "reask", "fact_check", "classifier"} <= kinds
    assert signals["domain", "law"]["state"] == "match"
    assert signals["reask", "again"]["state"] == "match"
    assert answer["decision_result"]["decision_name"] == "legal"


@pytest.mark.parametrize(("text", "decision"), [
    ("Is it legal to record a phone call without consent?", "legal"),
    ("What is the square root of 144?", "maths"),
    ("I was charged two times, where is my bill?", "billing"),
])
def test_requests_are_routed_by_what_was_learned(router: Router, recorder, text: str, decision: str):
    body = {"model": "auto", "messages": [{"role": "user", "content": text}]}
    answer = httpx.post(router.url + "/v1/chat/completions", json=body, timeout=60)
    assert answer.headers.get("x-vsr-selected-decision") == decision


def test_the_classification_api_asks_the_same_models(router: Router):
    post = lambda path, body: httpx.post(router.management + "/api/v1/classify/" + path, json=body, timeout=60)  # noqa: E731
    intent = post("intent", {"text": "How do I sue a company?", "options": {"return_probabilities": True}}).json()
    assert intent["classification"]["category"] == "law"
    assert abs(sum(intent["probabilities"].values()) - 1) < 1e-5
    assert intent["routing_decision"] == "legal"
    assert post("fact-check", {"text": "Who built the Colosseum?"}).json()["needs_fact_check"] is True
    assert post("user-feedback", {"text": "no!"}).status_code == 503
    batch = post("batch", {"texts": ["What is 12 times 9?", "Should I see a doctor about this cough?"]}).json()
    assert [r["category"] for r in batch["results"]] == ["math", "health"]


def test_a_head_of_another_encoder_is_refused(cli, tmp_path: pathlib.Path):
    head = train(cli, tmp_path / "facts", FACTS)
    described = json.loads((head / "head.json").read_text())
    described["encoder"]["fingerprint"] = "0" * 64
    (head / "head.json").write_text(json.dumps(described))
    config = tmp_path / "config.yaml"
    config.write_text(
        "routing: {signals: {fact_check: [{name: needs_fact_check}]}, decisions: [{name: d, rules: {type: fact_check, name: needs_fact_check}}]}\n"
        f"global: {{model_catalog: {{embeddings: {{semantic: {{bert_model_path: '{MODEL}'}}}},\n"
        f"  modules: {{hallucination_mitigation: {{fact_check: {{model_id: '{head}'}}}}}}}}}}\n")
    result = cli("explain", "-c", config, "--text", "hello")
    assert result.status == 1
    assert "model_not_loaded" in result.err + result.out


LATE = ["Where is my parcel?", "My order has not arrived.", "The package is late.", "When will my delivery come?", "Still no sign of my shipment.",
        "My parcel never showed up.", "The courier did not deliver it.", "Has my order been sent?", "The delivery is overdue.",
        "I am waiting for my package.", "Track my shipment, please.", "Why is the delivery so slow?"]
OTHER = ["What is the capital of Peru?", "Write a poem about rain.", "Solve x + 3 = 5.", "How do I bake bread?", "Fix this Python function.",
         "Tell me a joke.", "Who painted this picture?", "Translate cat to French.", "What is a prime number?", "Explain photosynthesis.",
         "Give me a recipe for soup.", "How old is the universe?"]


@pytest.fixture
def late(tmp_path: pathlib.Path) -> pathlib.Path:
    config = tmp_path / "config.yaml"
    config.write_text(
        "version: v1\n"
        "routing: {signals: {embeddings: [{name: late, threshold: 0.4, candidates: [my parcel has not arrived]}]},\n"
        "  decisions: [{name: d, rules: {type: embedding, name: late}}]}\n"
        f"global: {{model_catalog: {{embeddings: {{semantic: {{bert_model_path: '{MODEL}'}}}}}}}}\n")
    return config


def judged(path: pathlib.Path, positives: list[str], negatives: list[str]) -> pathlib.Path:
    lines = [{"text": text, "signal": "embedding:late", "label": label} for label, all in ((True, positives), (False, negatives)) for text in all]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def calibrated(cli, config: pathlib.Path) -> float | None:
    result = cli("explain", "-c", config, "--text", "My order is late", "--json")
    return next(s for s in result.json["signals"] if s["signal"] == "embedding:late").get("calibrated")


def test_a_calibration_gives_a_score_its_probability_until_the_model_changes(cli, late: pathlib.Path):
    assert calibrated(cli, late) is None
    result = cli("calibrate", "-c", late, "--labels", judged(late.with_name("good.jsonl"), LATE, OTHER), "--write")
    assert result.status == 0, result.err
    assert calibrated(cli, late) > 0.5
    file = late.with_name("calibrations.json")
    stored = json.loads(file.read_text())
    fingerprint = next(value for value in json.dumps(stored).split('"') if len(value) == 64)
    file.write_text(file.read_text().replace(fingerprint, "0" * 64))
    assert calibrated(cli, late) is None
    assert "calibration_refused" in cli("explain", "-c", late, "--text", "x").err


def test_a_reversed_signal_cannot_be_calibrated(cli, late: pathlib.Path):
    result = cli("calibrate", "-c", late, "--labels", judged(late.with_name("bad.jsonl"), OTHER, LATE), "--write")
    assert result.status == 1
    assert "reversed" in result.out + result.err
    assert not late.with_name("calibrations.json").exists()
