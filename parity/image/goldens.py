#!/usr/bin/env python3
"""Writes MODEL/goldens of a joint model: what transformers computes of pixels and of texts, in fp64.

usage: goldens.py MODEL [--texts FILE] [--images N] [--layers N]

MODEL/goldens/image/{manifest.json, goldens.safetensors}: N pictures drawn from a seed (12), as bytes; the tower gets the fp32 number
(byte / 255 - mean) / std of each. The tensors, for image number i:
  i.pixels   uint8 [3, height, width]      RGB
  i.NAME     float32 [tokens, hidden]      of the first `--layers` images (3): "patch embedding", "layer k attention" (its states and what
                                           attention adds), "layer k mlp"; the last one is what the pooling sees
             float32 [channels, h, w]      of a convolutional tower in their place "stem", "block k depthwise", "block k", "head"
  i.NAME     float32                       of all: "pooling head", "projection" (where there is one), "vector" (of length 1)
With --texts, MODEL/goldens/{manifest.json, goldens.safetensors} as parity/text/goldens.py writes them; ids are what the encoder reads:
SigLIP's are padded to the model's positions, CLIP's end with the first end token.
"""
import argparse
import hashlib
import json
import pathlib

import numpy
import safetensors.numpy
import torch
import transformers

from towers import Towers, towers_of


def sha256(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def pictures(count: int, size: int) -> numpy.ndarray:
    """Slopes, discs and noise: every channel, corner and side differs."""
    random = numpy.random.default_rng(11)
    y, x = numpy.mgrid[0:size, 0:size] / size
    made = []
    for _ in range(count):
        planes = []
        for _ in range(3):
            slope = random.uniform(-1, 1) * x + random.uniform(-1, 1) * y
            disc = ((x - random.uniform()) ** 2 + (y - random.uniform()) ** 2 < random.uniform(0.02, 0.2)) * random.uniform(-1, 1)
            planes.append(128 + 110 * slope + 90 * disc + random.normal(0, 12, (size, size)))
        made.append(numpy.clip(planes, 0, 255))
    return numpy.array(made).round().astype(numpy.uint8)


def normalised(pixels: numpy.ndarray, preprocessor: dict) -> torch.Tensor:
    mean = numpy.array(preprocessor["image_mean"])[:, None, None]
    std = numpy.array(preprocessor["image_std"])[:, None, None]
    return torch.tensor(((pixels / 255.0 - mean) / std).astype(numpy.float32)).double()


def write(out: pathlib.Path, folder: pathlib.Path, tensors: dict, manifest: dict) -> None:
    out.mkdir(parents=True, exist_ok=True)
    # A transposed array would be written in the order of its memory.
    tensors = {name: numpy.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    safetensors.numpy.save_file(tensors, out / "goldens.safetensors")
    manifest = {**manifest, "weights_sha256": sha256(folder / "model.safetensors"),
                "reference": {"torch": torch.__version__, "transformers": transformers.__version__, "dtype": "float64"}}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def write_images(folder: pathlib.Path, towers, count: int, layers: int) -> None:
    preprocessor = json.loads((folder / "preprocessor_config.json").read_text())
    pixels = pictures(count, towers.size)
    tensors = {}
    for number, picture in enumerate(pixels):
        tensors[f"{number}.pixels"] = picture
        for name, states in towers.image(normalised(picture, preprocessor)).items():
            if number < layers or states.dim() == 1:
                tensors[f"{number}.{name}"] = states.float().numpy()
    write(folder / "goldens/image", folder, tensors,
          {"kind": "image", "images": count, "layers": towers.layers,
           "mean": preprocessor["image_mean"], "std": preprocessor["image_std"]})


def write_texts(folder: pathlib.Path, towers: Towers, path: pathlib.Path, every: int) -> None:
    texts = path.read_text().rstrip("\n").split("\n")
    tensors, vectors = {}, []
    for number, ids in enumerate(towers.ids_of(folder, texts)):
        states, vector = towers.words(ids)
        tensors[f"{number}.ids"] = numpy.array(ids, dtype=numpy.int32)
        if number % every == 0:
            tensors.update({f"{number}.layer.{k}": s.float().numpy() for k, s in enumerate(states)})
        vectors.append(vector.float().numpy())
    tensors["vectors"] = numpy.stack(vectors)
    write(folder / "goldens", folder, tensors,
          {"kind": "text", "pooling": "last" if towers.kind in ("siglip", "clip") else "mean", "texts": texts, "layers_every": every,
           "tokenizer_sha256": sha256(folder / "tokenizer.json")})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--texts", type=pathlib.Path)
    parser.add_argument("--images", type=int, default=12)
    parser.add_argument("--layers", type=int, default=3)
    args = parser.parse_args()
    towers = towers_of(args.model)
    write_images(args.model, towers, args.images, args.layers)
    if args.texts:
        write_texts(args.model, towers, args.texts, 10)


if __name__ == "__main__":
    main()
