#!/usr/bin/env python3
"""VSR's recipes and their probes with a real embedding model in place of the folder that they name. Not part of `make test`.

    python3 bench/corpus_probes.py [--model models/all-MiniLM-L6-v2] [--markdown]

Runs `signalbox eval --probes` on each recipe of the corpus twice, without a model and with this one (a second `-c` sets its path).
What was open and is decided now depended on embedding rules alone. For each such probe: passed or failed; for each that did not
pass: its embedding rules with score and threshold. Thresholds belong to the model they were tuned for: a rule whose score is the
highest of its request and still below its threshold tells of another model, not of a wrong rule.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = pathlib.Path(os.environ.get("SIGNALBOX_CORPUS", ROOT.parent / "shared/corpus"))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "models/all-MiniLM-L6-v2", help="a BERT model's folder")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/signalbox")
    parser.add_argument("--markdown", action="store_true", help="only the tables, as docs/embeddings.md has them")
    return parser.parse_args()


def needed(path: pathlib.Path, help_text: str) -> pathlib.Path:
    if not path.exists():
        sys.exit(f"corpus_probes: there is no {path}: {help_text}")
    return path


def overlay(model: pathlib.Path) -> str:
    """Another model than the recipe names: its path, its type, its own dimension and last layer."""
    semantic = {"bert_model_path": str(model.resolve()), "embedding_config": {"model_type": "bert"}}
    return json.dumps({"global": {"model_catalog": {"embeddings": {"semantic": semantic}}}})  # JSON is YAML


def evaluate(binary: pathlib.Path, recipe: pathlib.Path, *more: pathlib.Path) -> dict:
    command = [binary, "eval", "-c", recipe / "config.yaml"]
    for file in more:
        command += ["-c", file]
    done = subprocess.run([*command, "--probes", recipe / "probes.yaml", "--json", "--scores"], capture_output=True, text=True)
    if not done.stdout.startswith("{"):
        sys.exit(f"corpus_probes: {recipe.name}: signalbox eval ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


def tally(report: dict) -> str:
    return f"{report['passed']} / {report['failed']} / {report['needs_model']}"


def types_open(report: dict) -> str:
    """Types of the signals that are still unknown in open probes, with how many probes lack each."""
    types = Counter(kind for probe in report["probes"] if probe["status"] == "needs_model"
                    for kind in {signal.split(":")[0] for signal in probe["unknown_signals"]})
    return ", ".join(f"{kind} ({count})" for kind, count in sorted(types.items())) or "–"


def rules_text(probe: dict) -> str:
    """Highest score first; a match below its threshold is a soft one (no rule of the request reached its own)."""
    def text(score: dict) -> str:
        soft = score["state"] == "match" and score["value"] < score["threshold"]
        state = " soft match" if soft else " match" if score["state"] == "match" else ""
        return f"{score['signal'].removeprefix('embedding:')} {score['value']:.2f} of {score['threshold']:.2f}{state}"
    rules = [score for score in probe.get("scores", []) if score["signal"].startswith("embedding:")]
    return "; ".join(map(text, sorted(rules, key=lambda score: -score["value"])))


def table(header: list[str], rows: list[list[str]], markdown: bool) -> str:
    if markdown:
        return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows])
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in [header, *rows])


def main() -> None:
    options = arguments()
    recipes = needed(CORPUS / "vsr-config/recipes", "set SIGNALBOX_CORPUS to the corpus")
    needed(options.model / "config.json", "run make models")
    needed(options.binary, "run make build")
    sums, details = [], []
    with tempfile.TemporaryDirectory() as folder:
        second = pathlib.Path(folder) / "model.yaml"
        second.write_text(overlay(options.model))
        for recipe in sorted(path for path in recipes.iterdir() if (path / "probes.yaml").exists()):
            without, with_model = evaluate(options.binary, recipe), evaluate(options.binary, recipe, second)
            open_before = {(probe["expected_decision"], probe["id"]) for probe in without["probes"]
                           if probe["status"] == "needs_model"}
            decided = [probe for probe in with_model["probes"] if probe["status"] != "needs_model"
                       and (probe["expected_decision"], probe["id"]) in open_before]
            passed = sum(probe["status"] == "passed" for probe in decided)
            sums.append([recipe.name, str(without["total"]), tally(without), tally(with_model), f"{len(decided)}, {passed} pass",
                         types_open(with_model)])
            details += [[f"{probe['expected_decision']}/{probe['id']}", probe["status"], rules_text(probe)]
                        for probe in with_model["probes"]
                        if (probe in decided or probe["status"] != "passed") and rules_text(probe)]
    print(table(["recipe", "probes", "without a model", f"with {options.model.resolve().name}", "decided by embedding rules alone",
                 "what is open lacks"], sums, options.markdown))
    if not options.markdown:
        print("passed / failed / need a model")
    print()
    print(table(["probe", "status", "embedding rules: score of threshold"], details, options.markdown))


if __name__ == "__main__":
    main()
