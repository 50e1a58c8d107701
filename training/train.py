#!/usr/bin/env python3
"""Trains the heads of the pack into pack/heads (or --out). Called by scripts/train.sh.

Every text, choice and split is made by fixed seeds; equal inputs give equal heads, byte by byte, on one kind of processor.
"""
import argparse
import collections
import json
import pathlib
import time

import encoder
from datasets import HEADS
from sources import BUILD, ROOT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "pack/heads")
    parser.add_argument("--only", default="", help="heads whose name holds this")
    arguments = parser.parse_args()
    for head in HEADS:
        if arguments.only not in head.name:
            continue
        began = time.monotonic()
        texts = head.fitted()
        report = encoder.train([(text.text, text.label) for text in texts], arguments.out / head.name, *head.options)
        labels = ", ".join(f"{label} {count}" for label, count in sorted(collections.Counter(text.label for text in texts).items()))
        print(f"{head.name}: {len(texts)} texts ({labels}); {time.monotonic() - began:.0f} s", flush=True)
        (BUILD / "trained").mkdir(parents=True, exist_ok=True)
        (BUILD / f"trained/{head.name}.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
