#!/usr/bin/env python3
"""Judges the heads of the pack by training/fresh, and writes training/fresh/report.json. Called by TRAIN_FRESH=1 scripts/train.sh alone:
each look at these numbers makes it harder not to tune on them, so `make train` does not show them.

A text that a head was fitted to word for word is left out. What the report says of thresholds: scripts/pack.json's for the roles that
have one, for jailbreak those that 1 % and 0.1 % of the development texts reach, chosen without training/fresh.
"""
import hashlib
import json
import re

import numpy

import sources  # first: it makes bench/heads importable
import datasets
import encoder
import fresh
import judge_jailbreak
import judged
import metrics
from evaluate import judge_set
from heads import Head, JailGuard, Texts
from judge_jailbreak import percent
from vectors import read_vectors

HEADS = sources.ROOT / "pack/heads"
QUIET = {"fact_check": "no_fact_check_needed", "user_feedback": "satisfied", "modality": "AR"}  # says nothing: no rule fires


def folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def unseen(name: str) -> tuple[list[fresh.Fresh], dict]:
    """The fresh texts that the head was not fitted to, and how much the rest has in common with what it was fitted to."""
    fitted = next(head.fitted() for head in datasets.HEADS if head.name == name)
    whole = {folded(text.text) for text in fitted}
    runs = {run for text in fitted for run in sources.shingles(text.text)}
    kept = [one for one in fresh.read(name) if folded(one.text) not in whole]
    shares = [len(own & runs) / len(own) for own in (sources.shingles(one.text) for one in kept)]
    return kept, {"left out": [one.text for one in fresh.read(name) if folded(one.text) in whole],
                  "four-word runs that a fitted text has, mean share": float(numpy.mean(shares)),
                  "texts with more than half of them": sum(share > 0.5 for share in shares)}


def at_threshold(head: Head, at: Texts, texts: list[fresh.Fresh], threshold: float, quiet: str) -> dict:
    """Per label that a rule can name: how many of its texts reach the threshold, and how many of the others."""
    probabilities = head.probabilities(at.whole([one.text for one in texts]))
    best = probabilities.argmax(axis=1)
    result = {}
    for index, label in enumerate(head.labels):
        if label == quiet:
            continue
        fires = (best == index) & (probabilities[:, index] >= threshold)
        own = numpy.array([one.label == label for one in texts])
        result[label] = {"found": metrics.wilson(int(fires[own].sum()), int(own.sum())),
                         "false alarms": metrics.wilson(int(fires[~own].sum()), int((~own).sum()))}
    return result


def jailbreak(score, at: Texts, texts: list[fresh.Fresh]) -> dict:
    of = lambda some: at.highest(some, score)  # noqa: E731
    groups = {f"{label}, {language}": [one.text for one in texts if (one.label, one.language) == (label, language)]
              for label in ("jailbreak", "benign") for language in ("en", "de", "es", "fr")}
    groups |= {f"{one.label}, en: {one.family}": [other.text for other in texts if other.language == "en"
                                                  and (other.label, other.family) == (one.label, one.family)]
               for one in texts if one.language == "en"}
    english = groups["jailbreak, en"]
    groups |= {f"jailbreak, en, {name}": [disguise(text) for text in english] for name, disguise in judge_jailbreak.disguises().items()}
    development = of(judged.development())
    thresholds = {f"{rate:.1%}": metrics.threshold_at(development, rate) for rate in judge_jailbreak.RATES}
    return {"thresholds": thresholds, "auc, en": metrics.auc(of(english), of(groups["benign, en"])),
            "told as attacks": {name: {key: metrics.reached(of(some), value) for key, value in thresholds.items()}
                                for name, some in groups.items()}}


def needed(sets: dict[str, list[fresh.Fresh]]) -> list[str]:
    texts = [one.text for of in sets.values() for one in of]
    english = [one.text for one in sets["jailbreak"] if (one.label, one.language) == ("jailbreak", "en")]
    disguised = [disguise(text) for disguise in judge_jailbreak.disguises().values() for text in english]
    return [piece for text in texts + disguised + judged.development() for piece in datasets.windows(text)]


def show(report: dict) -> None:
    for name, row in report["heads"].items():
        print(f"\n{name}: {row['overlap']}")
        if name == "jailbreak":
            for who in ("our head", "jailguard's weights"):
                print(f"  {who}: thresholds {row[who]['thresholds']}, AUC " + "{value:.3f} [{low:.3f}, {high:.3f}]".format(**row[who]["auc, en"]))
                for group, told in row[who]["told as attacks"].items():
                    print(f"    {group:<44} {told['1.0%']['of']:>3}  {percent(told['1.0%']):<22} {percent(told['0.1%'])}")
            continue
        judged_set = row["set"]
        area = ", AUC {value:.3f} [{low:.3f}, {high:.3f}]".format(**judged_set["auc"]) if "auc" in judged_set else ""
        print(f"  accuracy {percent(judged_set['accuracy'])}, macro recall {percent(judged_set['macro recall'])}{area}")
        print("    " + "; ".join(f"{label} {percent(share)}" for label, share in judged_set["by label"].items()))
        print("    sure from " + ", ".join(f"{bound}: {share['of']} right {percent(share)}" for bound, share in judged_set["confident"].items()))
        print("    " + "; ".join(judged_set["confusions"]))
        for label, told in row.get("at the pack's threshold", {}).items():
            print(f"    at {row['threshold']}, {label}: found {percent(told['found'])}, false alarms {percent(told['false alarms'])}")


def main() -> None:
    roles = json.loads((sources.ROOT / "scripts/pack.json").read_text(encoding="utf-8"))["roles"]
    overlaps: dict[str, dict] = {}
    sets: dict[str, list[fresh.Fresh]] = {}
    for head in datasets.HEADS:
        sets[head.name], overlaps[head.name] = unseen(head.name)
    encoder.encode(needed(sets))
    at = Texts(read_vectors(encoder.VECTORS))
    report: dict = {"heads": {}}
    for name, texts in sets.items():
        head = Head(HEADS / name)
        row: dict = {"head": hashlib.sha256((HEADS / name / "head.safetensors").read_bytes()).hexdigest(),
                     "file": hashlib.sha256((fresh.FOLDER / f"{name}.txt").read_bytes()).hexdigest(), "overlap": overlaps[name]}
        if name == "jailbreak":
            index = head.labels.index("jailbreak")
            row["our head"] = jailbreak(lambda vectors: head.probabilities(vectors)[:, index], at, texts)
            row["jailguard's weights"] = jailbreak(JailGuard(sources.jailguard()).scores, at, texts)
        else:
            row |= {"set": judge_set(head, at, [(one.text, one.label) for one in texts])}
        if name in roles:
            row |= {"threshold": roles[name]["threshold"],
                    "at the pack's threshold": at_threshold(head, at, texts, roles[name]["threshold"], QUIET.get(name, ""))}
        report["heads"][name] = row
    show(report)
    (fresh.FOLDER / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
