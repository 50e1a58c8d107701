"""Compares the C++ tokenizer with the `tokenizers` package: ids, byte offsets, type ids and the special mask of every line.

    compare.py TOOL TOKENIZER_JSON... [--made N] [--corpus N] [--show N]
"""
import argparse
import codecs
import os
import struct
import subprocess
import sys

os.environ["TOKENIZERS_PARALLELISM"] = "false"
import tokenizers  # noqa: E402

import lines as texts  # noqa: E402


def decode(data):
    """The text with errors="replace", and for each character (and the end) where it starts in `data`."""
    faults = []

    def mark(error):
        faults.append((error.start, error.end))
        return "\ufffd", error.end

    codecs.register_error("mark", mark)
    text = data.decode("utf-8", errors="mark")
    starts, at, fault = [], 0, 0
    for char in text:
        starts.append(at)
        if fault < len(faults) and faults[fault][0] == at:
            at = faults[fault][1]
            fault += 1
        else:
            at += len(char.encode())
    return text, [*starts, at]


def reference(path):
    tokenizer = tokenizers.Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def rows(encoding, starts):
    """(id, begin, end, type, special) of each token; `starts` are those of each sequence's text."""
    sequences = [0] * len(encoding) if len(starts) == 1 else [encoding.token_to_sequence(i) or 0 for i in range(len(encoding))]
    columns = zip(encoding.ids, encoding.offsets, encoding.type_ids, encoding.special_tokens_mask, sequences)
    return [(id_, starts[at][begin], starts[at][end], kind, mask) for id_, (begin, end), kind, mask, at in columns]


def expected(tokenizer, lines, special=True, pair=False):
    out = []
    step = 2 if pair else 1
    for at in range(0, len(lines) - step + 1, step):
        decoded = [decode(line) for line in lines[at:at + step]]
        encoding = tokenizer.encode(*(text for text, _ in decoded), add_special_tokens=special)
        out.append(rows(encoding, [starts for _, starts in decoded]))
    return out


def actual(tool, path, lines, *options):
    records = b"".join(struct.pack("<I", len(line)) + line for line in lines)
    data = subprocess.run([tool, str(path), *options], input=records, stdout=subprocess.PIPE, check=True).stdout
    words = struct.unpack(f"<{len(data) // 4}I", data)
    out, at = [], 0
    while at < len(words):
        count = words[at]
        out.append([tuple(words[at + 1 + 5 * i:at + 6 + 5 * i]) for i in range(count)])
        at += 1 + 5 * count
    return out


def compare(tool, path, lines, show=3, special=True, pair=False):
    """Number of results that differ."""
    options = ([] if special else ["--no-special"]) + (["--pair"] if pair else [])
    want = expected(reference(path), lines, special, pair)
    got = actual(tool, path, lines, *options)
    assert len(want) == len(got), f"{len(want)} results expected, {len(got)} came"
    bad = 0
    for index, (a, b) in enumerate(zip(want, got)):
        if a == b:
            continue
        bad += 1
        if bad <= show:
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            print(f"  {index}: {lines[index * (2 if pair else 1)][:300]!r}\n   token {at}: want {a[at:at + 4]} got {b[at:at + 4]}")
    return bad


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--made", type=int, default=14000)
    parser.add_argument("--corpus", type=int, default=9000)
    parser.add_argument("--show", type=int, default=3)
    arguments = parser.parse_args()
    lines = texts.all_lines(arguments.made, arguments.corpus)
    failed = 0
    for path in arguments.files:
        for label, keywords in (("", {}), (" without special tokens", {"special": False}), (" pairs", {"pair": True})):
            bad = compare(arguments.tool, path, lines, arguments.show, **keywords)
            print(f"{path}{label}: {len(lines)} lines, {bad} differ", flush=True)
            failed += bad
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
