"""Heads as `signalbox train` writes them, computed here by numpy: what the router's own arithmetic is compared with (goldens)."""
import json
import pathlib

import numpy

from datasets import windows
from vectors import sha256  # bench/heads


class Head:
    def __init__(self, folder: pathlib.Path):
        self.described = json.loads((folder / "head.json").read_text(encoding="utf-8"))
        data = (folder / "head.safetensors").read_bytes()
        length = int.from_bytes(data[:8], "little")
        tensors = {name: numpy.frombuffer(data[8 + length:][slice(*of["data_offsets"])], dtype="<f4").reshape(of["shape"])
                   for name, of in json.loads(data[8:8 + length]).items() if name != "__metadata__"}
        self.weight, self.bias = tensors["output.weight"], tensors["output.bias"]
        self.hidden = (tensors["hidden.weight"], tensors["hidden.bias"]) if "hidden.weight" in tensors else None
        self.labels: list[str] = self.described["labels"]

    def probabilities(self, vectors: numpy.ndarray) -> numpy.ndarray:
        if self.hidden:
            vectors = numpy.maximum(vectors @ self.hidden[0].T + self.hidden[1], 0)
        logits = (vectors @ self.weight.T + self.bias) / self.described["temperature"]
        powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


class JailGuard:
    """The published MLP of jailguard over the same vectors (the package's own way of pooling is ours: mean, length 1)."""
    def __init__(self, weights: dict):
        self.layers = [(numpy.array(weights["w_" + name]), numpy.array(weights["b_" + name])) for name in ("h1", "h2", "out")]

    def scores(self, vectors: numpy.ndarray) -> numpy.ndarray:
        for weight, bias in self.layers[:-1]:
            vectors = numpy.maximum(vectors @ weight.T + bias, 0)
        weight, bias = self.layers[-1]
        return 1 / (1 + numpy.exp(-(vectors @ weight.T + bias)[:, 0]))


class Texts:
    """Vectors of texts, those of long ones in windows."""
    def __init__(self, vectors: dict[str, numpy.ndarray]):
        self.vectors = vectors

    def whole(self, texts: list[str]) -> numpy.ndarray:
        return numpy.stack([self.vectors[sha256(text)] for text in texts])

    def highest(self, texts: list[str], score, cut=windows) -> numpy.ndarray:
        """Each text's score: that of its highest window, as rules that protect read long texts."""
        pieces = [cut(text) for text in texts]
        scores = score(self.whole([piece for of_text in pieces for piece in of_text]))
        ends = numpy.cumsum([len(of_text) for of_text in pieces])
        return numpy.array([part.max() for part in numpy.split(scores, ends[:-1])])
