#!/usr/bin/env python3
"""Counts what was written for the heads, per class, and keeps the table in docs/model-pack.md true.

Usage: counts.py [--check | --write]
Prints the table; --write puts it between the marks in docs/model-pack.md, --check fails when another stands there.
"""
import argparse
import collections
import pathlib
import sys

import fresh
import grammar

CARD = pathlib.Path(__file__).resolve().parents[1] / "docs/model-pack.md"
BEGIN, END = "<!-- counted by training/counts.py --write -->\n", "<!-- end of the count -->\n"
# head: files of training/data whose texts judge or are fitted to
FILES = {"domain": ("domain_train", "domain_test"), "fact_check": ("fact_check",), "user_feedback": ("user_feedback",),
         "modality": ("modality",), "jailbreak": ("jailbreak_train", "jailbreak_test"), "difficulty": ()}
HEADINGS = ("head", "class", "fitted: phrasings", "with slots", "texts", "judge: phrasings", "texts", "fresh")


def counted(texts: list[grammar.Text]) -> tuple[int, int, int]:
    """Phrasings, those of them that were filled more than once, and the texts that come out."""
    by_phrasing = collections.Counter(text.phrasing for text in texts)
    return len(by_phrasing), sum(count > 1 for count in by_phrasing.values()), len(texts)


def rows() -> list[tuple[str, ...]]:
    result = []
    for head, files in FILES.items():
        written = [text for name in files for text in grammar.read(name)]
        judged_once = fresh.read(head)
        for label in sorted({text.label for text in written} | {text.label for text in judged_once}):
            of_label = [text for text in written if text.label == label]
            phrasings, slots, texts = counted([text for text in of_label if text.part == "train"])
            judging, _, judged = counted([text for text in of_label if text.part == "test"])
            numbers = phrasings, slots, texts, judging, judged, sum(text.label == label for text in judged_once)
            result.append((head, label, *map(str, numbers)))
    return result


def table() -> str:
    lines = [HEADINGS, ("---",) * len(HEADINGS), *rows()]
    terms = grammar.terms("domain_terms")
    about = len((grammar.DATA / "domain_ask.txt").read_text(encoding="utf-8").splitlines())
    return "".join("| " + " | ".join(line) + " |\n" for line in lines) \
        + f"\nTo domain's come {len(terms):,} questions: {about} phrasings with {len({text.phrasing for text in terms})} written terms, 4 each.\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    card = CARD.read_text(encoding="utf-8")
    before, begin, rest = card.partition(BEGIN)
    old, end, after = rest.partition(END)
    if (arguments.check or arguments.write) and not (begin and end):
        sys.exit(f"{CARD}: the marks of the count are missing: {BEGIN.strip()} and {END.strip()}")
    if arguments.write:
        CARD.write_text(before + BEGIN + table() + END + after, encoding="utf-8")
    elif arguments.check and old != table():
        sys.exit(f"{CARD}: the count is old: python3 training/counts.py --write")
    else:
        print(table(), end="")


if __name__ == "__main__":
    main()
