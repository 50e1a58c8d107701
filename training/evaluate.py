#!/usr/bin/env python3
"""Judges the heads of the pack (or --heads) by what none was fitted to; writes build/training/report.json. Called by scripts/train.sh."""
import argparse
import collections
import json
import os
import pathlib
import platform

import numpy

import sources  # first: it makes bench/heads importable
import encoder
import judge_jailbreak
import judged
import metrics
from datasets import pieces, windows
from heads import Head, JailGuard, Texts
from vectors import read_vectors

SETS = {"domain": judged.domain, "difficulty": judged.difficulty, "fact_check": judged.fact_check,
        "user_feedback": judged.user_feedback, "modality": judged.modality}
QUIET = {"user_feedback": "satisfied", "modality": "AR"}  # what a request is that gives no feedback and asks for no picture


def machine() -> str:
    names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} processors"


def confusions(truth: list[str], said: list[str]) -> list[str]:
    wrong = collections.Counter((a, b) for a, b in zip(truth, said) if a != b)
    return [f"{a} as {b}: {count}" for (a, b), count in wrong.most_common(6)]


def judge_set(head: Head, at: Texts, examples: list[tuple[str, str]]) -> dict:
    texts, truth = [text for text, _ in examples], [label for _, label in examples]
    probabilities = head.probabilities(at.whole(texts))
    said = [head.labels[i] for i in probabilities.argmax(axis=1)]
    right = [a == b for a, b in zip(truth, said)]
    result = {"accuracy": metrics.wilson(sum(right), len(right)),
              "by label": {label: metrics.wilson(sum(r for r, of in zip(right, truth) if of == label), truth.count(label))
                           for label in sorted(set(truth))},
              "confusions": confusions(truth, said),
              "confident": {f"{bound}": metrics.wilson(sum(r for r, p in zip(right, probabilities.max(axis=1)) if p >= bound),
                                                       int((probabilities.max(axis=1) >= bound).sum())) for bound in (0.5, 0.7, 0.9)}}
    if len(set(truth)) > 1:
        result["macro recall"] = metrics.macro_recall(numpy.array(truth), numpy.array(said))
    if len(head.labels) == 2 and len(set(truth)) == 2:
        scores = probabilities[:, 0]
        is_first = numpy.array([label == head.labels[0] for label in truth])
        result["auc"] = metrics.auc(scores[is_first], scores[~is_first])
    return result


def quiet(head: Head, at: Texts, label: str) -> dict:
    """How often texts are told to be something else than `label`, by source and by how sure the head must be."""
    result = {}
    index = head.labels.index(label)
    for name, texts in judged.plain().items():
        probabilities = head.probabilities(at.whole(texts))
        other = numpy.delete(probabilities, index, axis=1).max(axis=1)
        result[name] = {f"{bound}": metrics.wilson(int(((other >= bound) & (other > probabilities[:, index])).sum()), len(texts))
                        for bound in (0.0, 0.5, 0.7, 0.9)}
    return result


def show(name: str, result: dict) -> None:
    percent = judge_jailbreak.percent
    print(f"\n{name}")
    for of, row in result["sets"].items():
        print(f"  {of} ({row['accuracy']['of']}): accuracy {percent(row['accuracy'])}"
              + (f", macro recall {100 * row['macro recall']['value']:.1f} [{100 * row['macro recall']['low']:.1f}, "
                 f"{100 * row['macro recall']['high']:.1f}]" if "macro recall" in row else "")
              + (", AUC {value:.3f} [{low:.3f}, {high:.3f}]".format(**row["auc"]) if "auc" in row else ""))
        print("    " + "; ".join(f"{label} {percent(share)}" for label, share in row["by label"].items()))
        print("    sure from " + ", ".join(f"{bound}: {share['of']} texts, right {percent(share)}" for bound, share in row["confident"].items()))
        print("    " + "; ".join(row["confusions"]))
    for of, row in result.get("told though nothing was asked", {}).items():
        print(f"  told though nothing of the kind was asked, {of}: " + ", ".join(f"from {bound} {percent(share)}" for bound, share in row.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heads", type=pathlib.Path, default=sources.ROOT / "pack/heads")
    parser.add_argument("--only", default="", help="heads whose name holds this")
    arguments = parser.parse_args()
    wanted = [name for name in (*SETS, "jailbreak") if arguments.only in name]
    sets = {name: SETS[name]() for name in wanted if name in SETS}
    needed = [text for of in sets.values() for examples in of.values() for text, _ in examples]
    needed += [text for texts in judged.plain().values() for text in texts]
    if "jailbreak" in wanted:
        needed += [piece for text in judge_jailbreak.texts() for piece in pieces(text)]
        needed += [piece for text in judged.development() for piece in windows(text)]
    encoder.encode(needed)
    at = Texts(read_vectors(encoder.VECTORS))
    print(machine())
    report: dict = {"machine": machine(), "heads": {}}
    for name, of_head in sets.items():
        head = Head(arguments.heads / name)
        result: dict = {"sets": {of: judge_set(head, at, examples) for of, examples in of_head.items()}}
        if name in QUIET:
            result["told though nothing was asked"] = quiet(head, at, QUIET[name])
        report["heads"][name] = result
        show(name, result)
    if "jailbreak" in wanted:
        head = Head(arguments.heads / "jailbreak")
        attack = head.labels.index("jailbreak")
        score = lambda vectors: head.probabilities(vectors)[:, attack]  # noqa: E731
        results = {"our head": judge_jailbreak.judge(score, at, True),
                   "our head, read in pieces of 20 words": judge_jailbreak.judge(score, at, False, pieces),
                   "jailguard's weights": judge_jailbreak.judge(JailGuard(sources.jailguard()).scores, at, False)}
        report["heads"]["jailbreak"] = results
        judge_jailbreak.show(results)
    (sources.BUILD / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
