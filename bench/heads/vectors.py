"""Reads the vectors that `signalbox train --vectors DIR` keeps."""
import hashlib
import json
import pathlib

import numpy


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_vectors(folder: pathlib.Path) -> dict[str, numpy.ndarray]:
    """By the text's SHA-256."""
    index = json.loads((folder / "vectors.json").read_text(encoding="utf-8"))
    data = (folder / "vectors.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    shape = json.loads(data[8:8 + length])["vectors"]["shape"]
    values = numpy.frombuffer(data, dtype="<f4", offset=8 + length).reshape(shape)
    return {text["sha256"]: vector for text, vector in zip(index["texts"], values)}
