"""Calls `signalbox train`: to train a head, and to encode texts (it keeps the vectors of whatever it reads)."""
import json
import os
import pathlib
import subprocess
import sys

from sources import BUILD, ROOT

BINARY = os.environ.get("SIGNALBOX_BINARY", str(ROOT / "build/release/signalbox"))
MODEL = os.environ.get("SIGNALBOX_ENCODER", str(ROOT / "models/all-MiniLM-L6-v2"))
VECTORS = BUILD / "vectors"


def write(path: pathlib.Path, examples: list[tuple[str, str]]) -> pathlib.Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps({"text": text, "label": label}, ensure_ascii=False) + "\n" for text, label in examples),
                    encoding="utf-8")
    return path


def train(examples: list[tuple[str, str]], out: pathlib.Path, *options: str) -> dict:
    labels = write(BUILD / f"labels/{out.name}.jsonl", examples)
    command = [BINARY, "train", "--encoder", MODEL, "--precision", "fp32", "--json", "--labels", str(labels), "--out", str(out),
               "--vectors", str(VECTORS), *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
    if done.returncode != 0:
        sys.exit(f"training: signalbox train failed on {labels}")
    return json.loads(done.stdout)


def encode(texts: list[str]) -> None:
    """Their vectors stand in VECTORS afterwards. There is no verb that encodes many texts; a training of made-up labels does."""
    known: set[str] = set()
    if (VECTORS / "vectors.json").exists():
        known = {text["sha256"] for text in json.loads((VECTORS / "vectors.json").read_text(encoding="utf-8"))["texts"]}
    from vectors import sha256
    missing = sorted({text for text in texts if sha256(text) not in known})
    if missing:
        missing += [f"filler {i}" for i in range(40)]  # a training wants some texts of each label
        train([(text, "ab"[i % 2]) for i, text in enumerate(missing)], BUILD / "encoded", "--regularisation", "1", "--no-unknown")
