#!/usr/bin/env python3
"""Trains the heads of the pack into pack/heads (or --out). Called by scripts/train.sh.

Every text, choice and split is made by fixed seeds; equal inputs give equal heads, byte by byte, on one kind of processor.
The strength C is chosen here: `signalbox train` knows nothing of phrasings, and variations of one phrasing on both sides of a
split would praise heads that learned the phrasings by heart.
"""
import argparse
import collections
import hashlib
import json
import pathlib
import time

import sources  # first: it makes bench/heads importable
import encoder
import goldens
import numpy
from datasets import HEADS, Head
from grammar import Text
from heads import Head as Trained
from vectors import read_vectors, sha256

STRENGTHS = ("0.1", "0.3", "1", "3", "10", "30")
TOLERANCE = 1.01  # the weakest that is as good as the best but for a hundredth


def kept_back(text: Text) -> bool:
    return int(hashlib.sha256(("strength" + text.phrasing).encode()).hexdigest()[:8], 16) % 5 == 0


def log_loss(folder: pathlib.Path, texts: list[Text], balanced: bool) -> float:
    """Mean over the texts; where the training is balanced over the labels, so that rare ones count alike."""
    head, vectors = Trained(folder), read_vectors(encoder.VECTORS)
    probabilities = head.probabilities(numpy.stack([vectors[sha256(text.text)] for text in texts]))
    losses: dict[str, list[float]] = {}
    for text, of_text in zip(texts, probabilities):
        losses.setdefault(text.label, []).append(-float(numpy.log(max(of_text[head.labels.index(text.label)], 1e-9))))
    means = [numpy.mean(of_label) for of_label in losses.values()]
    return float(numpy.average(means, weights=None if balanced else [len(of_label) for of_label in losses.values()]))


def strength(head: Head, texts: list[Text]) -> str:
    encoder.encode([text.text for text in texts])
    back, fitted = [text for text in texts if kept_back(text)], [text for text in texts if not kept_back(text)]
    losses = {}
    for c in STRENGTHS:
        out = sources.BUILD / f"strengths/{head.name}"
        encoder.train([(text.text, text.label) for text in fitted], out, *head.options, "--regularisation", c)
        losses[c] = log_loss(out, back, "balanced" in head.options)
    print(f"  C by phrasings kept back ({len(back)} of {len(texts)} texts): "
          + ", ".join(f"{c}: {loss:.3f}" for c, loss in losses.items()), flush=True)
    return next(c for c in STRENGTHS if losses[c] <= TOLERANCE * min(losses.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=sources.ROOT / "pack/heads")
    parser.add_argument("--only", default="", help="heads whose name holds this")
    arguments = parser.parse_args()
    for head in HEADS:
        if arguments.only not in head.name:
            continue
        began = time.monotonic()
        texts = head.fitted()
        c = strength(head, texts)
        report = encoder.train([(text.text, text.label) for text in texts], arguments.out / head.name, *head.options,
                               "--regularisation", c, "--held-out", "0.05")
        goldens.write(arguments.out / head.name)
        labels = ", ".join(f"{label} {count}" for label, count in sorted(collections.Counter(text.label for text in texts).items()))
        print(f"{head.name}: C {c}, {len(texts)} texts ({labels}); {time.monotonic() - began:.0f} s", flush=True)
        (sources.BUILD / "trained").mkdir(parents=True, exist_ok=True)
        (sources.BUILD / f"trained/{head.name}.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
