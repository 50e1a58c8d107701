"""VSR's own configurations load, its fragments load over a base, and its probes hold where no model is needed."""
import os
import pathlib

import pytest
import yaml

from harness.cli import Cli
from harness.paths import CONFIGS, ROOT, render

CORPUS = pathlib.Path(os.environ.get("SIGNALBOX_CORPUS", ROOT.parent / "shared/corpus")) / "vsr-config"
MINILM = ROOT / "models/all-MiniLM-L6-v2"
RECIPES = ["accuracy", "knowledge", "privacy"]
COMPLETE = ["config-full-reference.yaml"] + [f"recipes/{name}/config.yaml" for name in RECIPES]


def fragments(*folders: str) -> list[str]:
    """Paths inside the corpus; one placeholder that skips where there is no corpus."""
    found = [str(path.relative_to(CORPUS)) for folder in folders for path in sorted((CORPUS / "fragments" / folder).rglob("*.yaml"))]
    return found or ["no corpus"]


def errors_of(cli: Cli, *files: pathlib.Path) -> list[str]:
    arguments = [argument for file in files for argument in ("-c", file)]
    result = cli("validate", *arguments, "--json")
    assert result.status in (0, 1), result.err
    return [f"{error['file']}:{error['line']}: {error['path']}: {error['message']}" for error in result.json["errors"]]


@pytest.fixture(scope="module")
def base(corpus: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("corpus") / "base.yaml"
    path.write_text(render((CONFIGS / "fragment_base.yaml").read_text(),
                           {"KNOWLEDGE_BASES": corpus / "vsr-config/knowledge_bases"}))
    return path


def test_base_of_the_fragments_is_valid(cli: Cli, base: pathlib.Path):
    assert errors_of(cli, base) == []


@pytest.mark.parametrize("name", COMPLETE)
def test_complete_config_validates(name: str, cli: Cli, corpus: pathlib.Path):
    assert errors_of(cli, corpus / "vsr-config" / name) == []


@pytest.mark.parametrize("name", fragments("signal", "decision"))
def test_routing_fragment_validates_over_the_base(name: str, cli: Cli, corpus: pathlib.Path, base: pathlib.Path):
    assert errors_of(cli, base, corpus / "vsr-config" / name) == []


@pytest.mark.parametrize("name", fragments("plugin", "algorithm"))
def test_plugin_or_algorithm_fragment_validates_in_a_decision(name: str, cli: Cli, corpus: pathlib.Path, base: pathlib.Path,
                                                              tmp_path: pathlib.Path):
    """These fragments are the value of one key of a decision, so they are put there."""
    fragment = yaml.safe_load((corpus / "vsr-config" / name).read_text())
    if "routing" in fragment:
        assert errors_of(cli, base, corpus / "vsr-config" / name) == []
        return
    document = yaml.safe_load(base.read_text())
    host = document["routing"]["decisions"][0]
    if "plugin" in fragment:
        host["plugins"] = [fragment["plugin"]]
    else:
        host.update(fragment)
    whole = tmp_path / "whole.yaml"
    whole.write_text(yaml.safe_dump(document, allow_unicode=True))
    assert errors_of(cli, whole) == []


def expanded(probe_file: pathlib.Path) -> int:
    return sum(len(decision["variants"]) for decision in yaml.safe_load(probe_file.read_text())["decisions"])


@pytest.mark.parametrize("recipe", RECIPES)
def test_no_probe_of_a_recipe_fails(recipe: str, cli: Cli, corpus: pathlib.Path):
    """Without models a probe may need one, by name; it may not fail."""
    folder = corpus / "vsr-config/recipes" / recipe
    result = cli("eval", "-c", folder / "config.yaml", "--probes", folder / "probes.yaml", "--json", timeout=110)
    report = result.json
    assert [probe for probe in report["probes"] if probe["status"] == "failed"] == []
    assert (report["failed"], result.status) == (0, 0)
    assert report["total"] == expanded(folder / "probes.yaml")
    assert report["passed"] + report["needs_model"] == report["total"]


@pytest.mark.skipif(not MINILM.exists(), reason="models/all-MiniLM-L6-v2 is missing: run make models")
@pytest.mark.parametrize("recipe", RECIPES)
def test_no_probe_of_a_recipe_fails_with_an_embedding_model(recipe: str, cli: Cli, corpus: pathlib.Path, tmp_path: pathlib.Path):
    """The model takes the place of the one the recipe names; bench/corpus_probes.py prints what its rules score."""
    folder = corpus / "vsr-config/recipes" / recipe
    model = tmp_path / "model.yaml"
    model.write_text(yaml.safe_dump({"global": {"model_catalog": {"embeddings": {"semantic": {
        "bert_model_path": str(MINILM), "embedding_config": {"model_type": "bert"}}}}}}))
    result = cli("eval", "-c", folder / "config.yaml", "-c", model, "--probes", folder / "probes.yaml", "--json", "--scores",
                 timeout=110)
    probes = result.json["probes"]
    assert [probe for probe in probes if probe["status"] == "failed"] == []
    unknown = [signal for probe in probes for signal in probe["unknown_signals"]]
    assert [signal for signal in unknown if signal.startswith("embedding:")] == []
    scores = [score for probe in probes for score in probe.get("scores", [])]
    assert bool(scores) == ("embeddings:" in (folder / "config.yaml").read_text())
    assert all(0 < score["threshold"] <= 1 and -1 <= score["value"] <= 1.0001 for score in scores)


@pytest.mark.skipif(not MINILM.exists(), reason="models/all-MiniLM-L6-v2 is missing: run make models")
def test_the_knowledge_recipe_is_decided_by_its_knowledge_base(cli: Cli, corpus: pathlib.Path, tmp_path: pathlib.Path):
    """VSR declares the knowledge base once, and keeps its texts beside its configurations."""
    whole = yaml.safe_load((corpus / "vsr-config/config-full-reference.yaml").read_text())
    bases = [base for base in whole["global"]["model_catalog"]["kbs"] if base["name"] == "mmlu_kb"]
    bases[0]["source"]["path"] = str(corpus / "vsr-config" / bases[0]["source"]["path"])
    model = tmp_path / "model.yaml"
    model.write_text(yaml.safe_dump({"global": {"model_catalog": {"kbs": bases, "embeddings": {"semantic": {
        "bert_model_path": str(MINILM), "embedding_config": {"model_type": "bert"}}}}}}))
    folder = corpus / "vsr-config/recipes/knowledge"
    result = cli("eval", "-c", folder / "config.yaml", "-c", model, "--probes", folder / "probes.yaml", "--json", "--strict",
                 timeout=110)
    assert result.status == 0, result.err
    assert result.json["passed"] == result.json["total"] == 15


def test_strict_eval_fails_where_models_are_missing(cli: Cli, corpus: pathlib.Path):
    folder = corpus / "vsr-config/recipes/privacy"
    result = cli("eval", "-c", folder / "config.yaml", "--probes", folder / "probes.yaml", "--json", "--strict", timeout=110)
    assert (result.status == 1) == (result.json["needs_model"] > 0)
