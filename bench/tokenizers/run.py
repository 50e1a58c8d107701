"""The C++ tokenizer beside the `tokenizers` package, one core, in one run.

    run.py TOOL OUT_JSON FILE... [--seconds S] [--rounds N]

Both tokenise the same texts in turn (ours, theirs one text a call, theirs a batch a call on one thread), `rounds` times over;
the median counts. Each measurement repeats the texts for at least `seconds` of processor time (what else runs does not count), so that caches of both sides are warm; the
reference keeps its own cache of words, as ours does. Texts are kinds that differ in what they cost:

  prompts   short questions (the corpus, else made): under 100 bytes each
  english   running English, 1 KiB each
  mixed     many scripts, emoji, code and markup, about 1 KiB each (lines.py, without broken bytes)
  code      source code of this project, 4 KiB each
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import struct
import subprocess
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "parity" / "tokenizers"))
import tokenizers  # noqa: E402

import lines as made  # noqa: E402


def chunks(text, size):
    data = text.encode()
    return [data[at:at + size].decode("utf-8", "ignore") for at in range(0, len(data) - size, size)]


def texts():
    prompts = [line.decode() for line in made.corpus(3000)] or [" ".join(made.WORDS[i:i + 9]) for i in range(60)]
    english = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src" / "gateway").glob("*.cpp")))
    mixed = "\n".join(line.decode("utf-8", "ignore") for line in made.made(2000))
    return {"prompts": prompts, "english": chunks(english, 1024), "mixed": chunks(mixed, 1024), "code": chunks(code, 4096)}


def ours(tool, path, records, seconds):
    out = subprocess.run([tool, path, "--time", str(seconds)], input=records, stdout=subprocess.PIPE, check=True).stdout.split()
    return float(out[1]) / int(out[0]), int(out[2]) // int(out[0])


def repeat(work, seconds):
    begin, passes = time.process_time(), 0
    while True:
        tokens = work()
        passes += 1
        spent = time.process_time() - begin
        if spent >= seconds:
            return spent / passes, tokens


def measure(tool, path, kind, seconds, rounds):
    reference = tokenizers.Tokenizer.from_file(path)
    reference.no_truncation()
    reference.no_padding()
    records = b"".join(struct.pack("<I", len(t.encode())) + t.encode() for t in kind)
    size = sum(len(t.encode()) for t in kind)
    # encode_batch of all texts at once would keep every result alive; a hundred is what a server would batch at most.
    groups = [kind[at:at + 100] for at in range(0, len(kind), 100)]
    one = lambda: sum(len(reference.encode(text)) for text in kind)
    batch = lambda: sum(len(e) for group in groups for e in reference.encode_batch(group))
    rows = [(ours(tool, path, records, seconds), repeat(one, seconds), repeat(batch, seconds)) for _ in range(rounds)]
    assert all(row[0][1] == row[1][1] == row[2][1] for row in rows), "the two sides made different numbers of tokens"
    mine, single, batched = (statistics.median(row[i][0] for row in rows) for i in range(3))
    return {"bytes": size, "texts": len(kind), "tokens": rows[0][0][1], "ours_mb_s": size / mine / 1e6,
            "reference_one_mb_s": size / single / 1e6, "reference_batch_mb_s": size / batched / 1e6,
            "ours_us_per_text": mine / len(kind) * 1e6, "ratio": min(single, batched) / mine}


def cpu():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("out")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # children inherit it: one core for both sides
    result = {"machine": cpu(), "cores": os.cpu_count(), "load": os.getloadavg(), "reference": tokenizers.__version__, "rows": []}
    for path in arguments.files:
        for name, kind in texts().items():
            row = measure(arguments.tool, path, kind, arguments.seconds, arguments.rounds)
            result["rows"].append({"file": pathlib.Path(path).stem, "texts_kind": name, **row})
            print(f"{pathlib.Path(path).stem:12} {name:8} ours {row['ours_mb_s']:7.1f} MB/s  one {row['reference_one_mb_s']:6.2f}"
                  f"  batch {row['reference_batch_mb_s']:6.2f}  {row['ratio']:5.1f}x  {row['ours_us_per_text']:7.1f} us/text", flush=True)
    pathlib.Path(arguments.out).write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
