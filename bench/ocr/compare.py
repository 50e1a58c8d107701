"""Compares recognisers on pictures with known text: latency, character error, and how many keys and documents are found.

    python3 -m venv V && V/bin/pip install -r bench/ocr/requirements.txt
    ninja -C build/release ocr
    V/bin/python bench/ocr/compare.py --tool build/release/bench/ocr/ocr [--core 1] [--readers ours,ppocr] [--sizes 12,14] [--fonts 6]

character error   Levenshtein distance of each line that was drawn to the most similar line that was read, over all its characters;
                  "dense" leaves blanks out on both sides
exact             keys, numbers and zones that stand in what was read character by character
found             those of whose kind something stands there, by the pattern of the kind: what a rule asks
"""
import argparse
import collections
import os
import pathlib
import re
import statistics
import tempfile

from rapidfuzz.distance import Levenshtein

import render
import screens
from readers import readers

SHAPES = {kind: re.compile(pattern) for kind, pattern in {
    "aws_access_key": r"AKIA[0-9A-Z]{16}\b", "aws_secret_key": r"(?<![\w/+])[\w/+]{40}(?![\w/+])", "github_token": r"ghp_[0-9A-Za-z]{36}\b",
    "jwt": r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}", "google_api_key": r"AIza[\w-]{35}", "slack_token": r"xoxb-\d{11}-\w{24}", "iban": r"DE\d{20}\b",
    "password": r"(?i)password(?: is|:) ?\S{8,}", "uuid": r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "hex": r"\b[0-9a-f]{32}\b",
    "upper": r"\b[A-Z0-9]{25}\b", "mrz_names": r"P<UTO[A-Z]+<<[A-Z<]{20,}", "mrz_numbers": r"[0-9A-Z]{9}\dUTO\d{7}[MF]\d{7}<+\d{1,2}"}.items()}


def error(truth: list[str], read: list[str]) -> tuple[int, int]:
    """(wrong characters, all characters); a line that is missing is all wrong."""
    wrong = sum(min([len(line), *(Levenshtein.distance(line, other) for other in read)]) for line in truth)
    return wrong, sum(map(len, truth))


def dense(lines: list[str]) -> list[str]:
    return ["".join(line.split()) for line in lines]


class Score:
    def __init__(self):
        self.ms, self.cpu = [], []
        self.wrong = self.all = self.dense_wrong = self.dense_all = self.secrets = self.exact = self.found = 0

    def add(self, specimen, answer: dict) -> None:
        truth, read = [" ".join(line.split()) for line in specimen.lines], [" ".join(line.split()) for line in answer["text"].splitlines()]
        wrong, letters = error(truth, read)
        dense_wrong, dense_letters = error(dense(truth), dense(read))
        self.wrong, self.all = self.wrong + wrong, self.all + letters
        self.dense_wrong, self.dense_all = self.dense_wrong + dense_wrong, self.dense_all + dense_letters
        self.ms.append(answer["ms"])
        self.cpu.append(answer["cpu_ms"])
        for kind, value in specimen.secrets.items():
            self.secrets += 1
            self.exact += value in answer["text"]
            self.found += bool(SHAPES[kind].search(answer["text"]))

    def cells(self) -> list[str]:
        def percentile(values, share):
            return sorted(values)[min(len(values) - 1, int(share * len(values)))]

        recall = [f"{100 * n / self.secrets:.1f}" for n in (self.exact, self.found)] if self.secrets else ["-", "-"]
        return [str(len(self.ms)), f"{statistics.median(self.ms):.0f}", f"{percentile(self.ms, .95):.0f}", f"{statistics.median(self.cpu):.0f}", f"{percentile(self.cpu, .95):.0f}",
                f"{100 * self.wrong / max(1, self.all):.2f}", f"{100 * self.dense_wrong / max(1, self.dense_all):.2f}", str(self.secrets), *recall]


HEAD = ["pictures", "ms p50", "p95", "CPU ms p50", "p95", "char. error %", "dense %", "secrets", "exact %", "found %"]


def groups(specimen) -> list[str]:
    if specimen.size == 0:
        return ["1080p, all", f"1080p, {specimen.kind}"]
    ground = "dark" if specimen.dark else "light"
    return ["specimens, all", f"of {specimen.kind}", f"{specimen.size} px", ground, specimen.font]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="build/release/bench/ocr/ocr")
    parser.add_argument("--readers", default="ours,ppocr")
    parser.add_argument("--core", type=int, help="pin the readers to this processor")
    parser.add_argument("--sizes", default=",".join(map(str, render.SIZES)))
    parser.add_argument("--fonts", type=int, default=len(render.FONTS), help="the first of each kind of font")
    parser.add_argument("--screens", type=int, default=2, help="of each scene and polarity")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="print the secrets that were not found")
    options = parser.parse_args()
    fonts = render.MONO[:(options.fonts + 1) // 2] + render.PROPORTIONAL[:options.fonts // 2]
    specimens = [*render.specimens(options.seed, fonts, [int(size) for size in options.sizes.split(",")]), *screens.screens(options.seed, options.screens)]
    scores = collections.defaultdict(Score)
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / "specimen.png")
        competitors = readers(options.readers.split(","), os.path.abspath(options.tool), options.core)
        specimens[0].picture.save(path)
        for reader in competitors:
            reader.read(path)  # what is lazy has happened
        for specimen in specimens:
            specimen.picture.save(path)
            for reader in competitors:
                answer = reader.read(path)
                for group in groups(specimen):
                    scores[group, reader.name].add(specimen, answer)
                if options.misses:
                    for kind, value in specimen.secrets.items():
                        if not SHAPES[kind].search(answer["text"]):
                            print(f"missed by {reader.name} in {specimen.name}: {kind} {value}")
    print("| | |", " | ".join(HEAD), "|")
    print("|---|---|" + "--:|" * len(HEAD))
    for (group, name), score in scores.items():
        print(f"| {group} | {name} |", " | ".join(score.cells()), "|")


if __name__ == "__main__":
    main()
