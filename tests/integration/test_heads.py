"""`signalbox train` and `signalbox calibrate` on the real binary, with the small random BERT of tests/golden/tiny-bert.

Its vectors mean nothing, but a text's own words decide them: what a test needs to learn is told apart by single words.
"""
import json
import pathlib
import random
import shutil

import pytest

from harness.cli import Cli
from harness.paths import CONFIGS, ROOT, render

MODEL = ROOT / "tests/golden/tiny-bert"
GOOD, FAILED, WRONG_USE = 0, 1, 2
WORDS = {"billing": ["refund", "invoice", "payment"], "code": ["crash", "compiler", "program"]}


def examples(path: pathlib.Path, seed: int, each: int = 60, labels: dict[str, list[str]] | None = None) -> pathlib.Path:
    """Texts of one word of their label, again and again, and a few that all share."""
    chance = random.Random(seed)
    lines = []
    for label, words in (labels or WORDS).items():
        for _ in range(each):
            text = " ".join([chance.choice(words)] * chance.randint(4, 8) + chance.sample(["please", "now", "the", "it", "my"], 2))
            lines.append(json.dumps({"text": f"{text} {chance.randint(0, 999)}", "label": label}))
    path.write_text("\n".join(lines) + "\n")
    return path


def train(cli: Cli, labels: pathlib.Path, out: pathlib.Path, *options: object):
    return cli("train", "--encoder", MODEL, "--precision", "fp32", "--labels", labels, "--out", out, *options)


def test_a_head_is_trained_judged_and_written(cli: Cli, tmp_path: pathlib.Path):
    labels, validation = examples(tmp_path / "labels.jsonl", 1), examples(tmp_path / "validation.jsonl", 2)
    result = train(cli, labels, tmp_path / "head", "--validation", validation, "--json")
    assert result.status == GOOD, result.err
    report = result.json
    assert report["labels"] == ["billing", "code"]
    assert (report["training"]["texts"], report["held_out"]["examples"]) == (120, 120)
    low, high = report["held_out"]["accuracy_interval"]
    assert low <= report["held_out"]["accuracy"] <= high
    assert report["held_out"]["accuracy"] > 0.8
    head = json.loads((tmp_path / "head/head.json").read_text())
    assert head["format"] == 1 and head["kind"] == "linear" and head["labels"] == report["labels"]
    assert head["encoder"]["name"] == "tiny-bert" and head["encoder"]["precision"] == "fp32"
    assert head["temperature"] == report["temperature"]
    assert (tmp_path / "head/head.safetensors").stat().st_size > 2 * head["encoder"]["dimension"] * 4


def test_equal_trainings_give_equal_files_on_any_number_of_threads(cli: Cli, tmp_path: pathlib.Path):
    labels = examples(tmp_path / "labels.jsonl", 1)
    for name, threads in (("one", 1), ("two", 2)):
        assert train(cli, labels, tmp_path / name, "--threads", threads).status == GOOD
    for file in ("head.json", "head.safetensors"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_vectors_are_kept_for_the_next_training(cli: Cli, tmp_path: pathlib.Path):
    labels = examples(tmp_path / "labels.jsonl", 1)
    options = ["--vectors", tmp_path / "vectors", "--mlp", "--hidden", 16]
    assert train(cli, labels, tmp_path / "one", *options).status == GOOD
    before = (tmp_path / "vectors/vectors.json").read_bytes()
    assert train(cli, labels, tmp_path / "two", *options).status == GOOD
    assert (tmp_path / "vectors/vectors.json").read_bytes() == before
    assert (tmp_path / "one/head.safetensors").read_bytes() == (tmp_path / "two/head.safetensors").read_bytes()
    assert json.loads((tmp_path / "two/head.json").read_text())["kind"] == "mlp"


def test_texts_of_no_label_set_the_unknown_threshold(cli: Cli, tmp_path: pathlib.Path):
    labels = examples(tmp_path / "labels.jsonl", 1, labels={**WORDS, "oos": ["weather", "music"]})
    result = train(cli, labels, tmp_path / "head", "--unknown-label", "oos", "--json")
    assert result.status == GOOD, result.err
    assert result.json["labels"] == ["billing", "code"]
    assert result.json["training"]["outsiders"] > 0
    assert 0 <= result.json["unknown_threshold"] <= 1


@pytest.mark.parametrize("line,sentence", [
    ('{"text": "x"}', 'labels.jsonl:1: has no "label"'),
    ('{"text": "x", "label": "a"}', "fewer than 2 labels"),
    ("not json", "labels.jsonl:1: is not a JSON object"),
])
def test_examples_that_do_not_do_are_refused_with_a_sentence(line: str, sentence: str, cli: Cli, tmp_path: pathlib.Path):
    labels = tmp_path / "labels.jsonl"
    labels.write_text(line + "\n")
    result = train(cli, labels, tmp_path / "head")
    assert result.status == WRONG_USE
    assert sentence in result.err
    assert not (tmp_path / "head").exists()


def test_an_encoder_whose_goldens_fail_trains_nothing(cli: Cli, tmp_path: pathlib.Path):
    model = tmp_path / "model"
    shutil.copytree(MODEL, model)
    weights = bytearray((model / "model.safetensors").read_bytes())
    weights[-40] ^= 0x40
    (model / "model.safetensors").write_bytes(weights)
    result = cli("train", "--encoder", model, "--labels", examples(tmp_path / "labels.jsonl", 1), "--out", tmp_path / "head")
    assert result.status == WRONG_USE
    assert "goldens" in result.err


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("calibrate") / "router.yaml"
    path.write_text(render((CONFIGS / "embeddings.yaml").read_text(),
                           {"GATEWAY_PORT": 18899, "MANAGEMENT_PORT": 18080, "UPSTREAM": "127.0.0.1:18001", "MODEL": MODEL,
                            "TRUST": "proven_only", "EXAMPLE": "an example", "LOCAL": "true"}))
    return path


def requests(path: pathlib.Path, positive: bool = True, each: int = 15) -> pathlib.Path:
    """Of embedding:refund: its own candidate with changes, against other texts."""
    like = [{"text": f"please give me a refund {i}"} for i in range(each)]
    like[0] = {"messages": [{"role": "user", "content": "please give me a refund"}]}
    unlike = [{"text": f"the compiler stops and the weather is cold {i} {i}"} for i in range(each)]
    lines = [{**one, "signal": "embedding:refund", "label": label is positive}
             for label, some in ((True, like), (False, unlike)) for one in some]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_threshold_is_found_and_stored_with_the_models_fingerprint(cli: Cli, config: pathlib.Path, tmp_path: pathlib.Path):
    out = tmp_path / "calibrations.json"
    arguments = ["calibrate", "-c", config, "--labels", requests(tmp_path / "labels.jsonl"), "--out", out]
    dry = cli(*arguments)
    assert dry.status == GOOD, dry.err
    assert "embedding:refund" in dry.out and not out.exists()
    result = cli(*arguments, "--write", "--json")
    assert result.status == GOOD, result.err
    signal, = result.json["signals"]
    assert (signal["positives"], signal["negatives"], signal["status"]) == (15, 15, "calibrated")
    low, high = signal["threshold_interval"]
    assert low <= signal["point"]["threshold"] <= high
    assert signal["configured"]["threshold"] == 0.99999
    stored, = json.loads(out.read_text())["calibrations"]
    assert stored["threshold"] == signal["point"]["threshold"]
    assert len(stored["fingerprint"]) == 64 and stored["fingerprint"] == signal["fingerprint"]
    assert stored["model"].startswith("tiny-bert in ")


def test_a_reversed_signal_fails_and_says_so(cli: Cli, config: pathlib.Path, tmp_path: pathlib.Path):
    out = tmp_path / "calibrations.json"
    result = cli("calibrate", "-c", config, "--labels", requests(tmp_path / "labels.jsonl", positive=False), "--write", "--out", out)
    assert result.status == FAILED
    assert "the score is reversed" in result.out
    assert "nothing was written" in result.err and not out.exists()


def test_too_few_examples_fail(cli: Cli, config: pathlib.Path, tmp_path: pathlib.Path):
    result = cli("calibrate", "-c", config, "--labels", requests(tmp_path / "labels.jsonl", each=5), "--json")
    assert result.status == FAILED
    assert result.json["signals"][0]["status"] == "too_few"


@pytest.mark.parametrize("change,sentence", [
    ({"signal": "embedding:refunds"}, "labels.jsonl:1: \"embedding:refunds\" is no signal"),
    ({"label": "yes"}, "labels.jsonl:1: has no \"label\""),
    ({"messages": [{"role": "king", "content": "x"}]}, "or both"),
])
def test_lines_that_do_not_do_are_named(change: dict, sentence: str, cli: Cli, config: pathlib.Path, tmp_path: pathlib.Path):
    labels = tmp_path / "labels.jsonl"
    labels.write_text(json.dumps({"text": "x", "signal": "embedding:refund", "label": True} | change) + "\n")
    result = cli("calibrate", "-c", config, "--labels", labels)
    assert result.status == WRONG_USE
    assert sentence in result.err


def test_an_objective_that_is_none_is_wrong_use(cli: Cli, config: pathlib.Path, tmp_path: pathlib.Path):
    result = cli("calibrate", "-c", config, "--labels", requests(tmp_path / "labels.jsonl"), "--objective", "recall@fpr=2")
    assert result.status == WRONG_USE
    assert "recall@fpr=X" in result.err
