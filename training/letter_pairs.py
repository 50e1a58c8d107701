#!/usr/bin/env python3
"""Writes src/disguise/letter_pairs.cpp: how often a letter follows another in English, counted in the corpus (fitted parts only).

Needs the corpus (SIGNALBOX_CORPUS). The result is the same on every machine."""
import collections
import math
import re

import sources

EDGE = 26
HEAD = """// Written by training/letter_pairs.py.
#include "disguise/english.h"

namespace signalbox::disguise {

// clang-format off
const std::array<std::array<std::int8_t, kLetters + 1>, kLetters + 1> kLetterPairs{{
"""
TAIL = """}};
// clang-format on

}  // namespace signalbox::disguise
"""


def texts():
    yield from (row["text"] for name in ("clinc150", "mmlu_routing", "banking77")
                for row in sources.rows(sources.CORPUS / f"data/{name}/train.jsonl"))


def main() -> None:
    pairs: collections.Counter = collections.Counter()
    for text in texts():
        for word in re.findall("[a-z]+", text.lower()):
            letters = [EDGE, *(ord(letter) - ord("a") for letter in word), EDGE]
            pairs.update(zip(letters, letters[1:]))
    lines = []
    for first in range(EDGE + 1):
        total = sum(pairs[first, second] + 2 for second in range(EDGE + 1))
        values = (max(-127, round(16 * math.log((pairs[first, second] + 2) / total))) for second in range(EDGE + 1))
        lines.append("    {{" + ", ".join(map(str, values)) + "}},\n")
    (sources.ROOT / "src/disguise/letter_pairs.cpp").write_text(HEAD + "".join(lines) + TAIL, encoding="utf-8")


if __name__ == "__main__":
    main()
