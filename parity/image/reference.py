#!/usr/bin/env python3
"""Writes OUT, a folder that `signalbox parity --model MODEL --images OUT` takes: pictures, and what the reference makes of them.

usage: reference.py MODEL OUT (--photos FOLDER [--count N] | --drawn N [--side N] | --scenes N)... [--labels FILE]

Pictures come from the photo folder, from train_siglip.py's drawings (N of each class, of a seed of their own, with their class as ground
truth) and from parity/vision/scenes.py (N of each kind). OUT/manifest.json has for each picture its file, category, SHA-256 of the file, of
the decoded and of the resized samples, and its label's number or null; the labels are the drawings' classes, or the lines of FILE.
OUT/reference.safetensors: "N.pixels" float32 [3, height, width] (transformers' load_image and image processor), "N.vector" float32 and
"labels" float32 [labels, dimension], computed in fp64 and of length 1.
"""
import argparse
import hashlib
import io
import json
import pathlib
import random
import sys

import numpy
import PIL
import safetensors.numpy
import torch
import transformers
from PIL import Image
from transformers.image_utils import load_image

import train_siglip
from towers import Towers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "vision"))
import scenes  # noqa: E402

SEED = 20_001  # not the training's
KINDS = {"identity documents": scenes.identity_document, "code screens": scenes.code_screen, "adversarial": scenes.adversarial,
         "out of domain": scenes.other_domain}


def encoded(image: Image.Image, number: int) -> tuple[str, bytes]:
    """In turn as what clients send."""
    kind, options = (("jpg", {"format": "JPEG", "quality": 92}), ("png", {"format": "PNG"}), ("webp", {"format": "WEBP", "quality": 90}))[number % 3]
    out = io.BytesIO()
    image.save(out, **options)
    return kind, out.getvalue()


def pictures(args: argparse.Namespace):
    """(category, label or None, file ending, bytes)"""
    if args.photos:
        for path in random.sample(sorted(args.photos.glob("*.jpg")), args.count):
            yield "photos", None, "jpg", path.read_bytes()
    for label in range(train_siglip.DRAWN if args.drawn else 0):
        for number in range(args.drawn):
            size = random.randint(200, args.side), random.randint(200, args.side)
            image = train_siglip.drawn(label)[0].resize(size, Image.Resampling.LANCZOS)
            yield "drawings", label, *encoded(image, number)
    for category, make in KINDS.items():
        for number in range(args.scenes):
            yield category, None, *encoded(make(SEED + number), number)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--photos", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--drawn", type=int, default=0)
    parser.add_argument("--side", type=int, default=900, help="of the largest drawing")
    parser.add_argument("--scenes", type=int, default=0)
    parser.add_argument("--labels", type=pathlib.Path)
    args = parser.parse_args()
    random.seed(SEED)
    args.out.mkdir(parents=True, exist_ok=True)
    towers = Towers(args.model)
    processor = transformers.AutoImageProcessor.from_pretrained(args.model, backend="pil")
    labels = args.labels.read_text().split("\n") if args.labels else [
        train_siglip.TEMPLATES[0].format(train_siglip.drawn(number)[1]) for number in range(train_siglip.DRAWN)]
    joint = hasattr(towers, "text")  # an image tower alone has no labels
    labels = [label for label in labels if label.strip() and joint]
    tensors, listed = {"labels": numpy.stack(
        [towers.words(ids)[1].float().numpy() for ids in towers.ids_of(args.model, labels)]) if joint else numpy.zeros((0, 1), numpy.float32)}, []
    for number, (category, label, kind, data) in enumerate(pictures(args)):
        file = f"{number:04d}.{kind}"
        (args.out / file).write_bytes(data)
        image = load_image(str(args.out / file))
        pixels = processor(image, return_tensors="np")["pixel_values"][0]
        resized = processor(image, return_tensors="np", do_rescale=False, do_normalize=False)["pixel_values"][0]
        tensors[f"{number}.pixels"] = numpy.ascontiguousarray(pixels, dtype=numpy.float32)
        tensors[f"{number}.vector"] = towers.image(torch.tensor(pixels).double())["vector"].float().numpy()
        listed.append({"file": file, "category": category, "label": label if joint else None, "sha256": sha256(data),
                       "decoded_sha256": sha256(image.tobytes()),
                       "resized_sha256": sha256(numpy.ascontiguousarray(resized.transpose(1, 2, 0)).astype(numpy.uint8).tobytes())})
    safetensors.numpy.save_file(tensors, args.out / "reference.safetensors")
    (args.out / "manifest.json").write_text(json.dumps({
        "kind": "pictures", "weights_sha256": sha256((args.model / "model.safetensors").read_bytes()),
        "reference": {"torch": torch.__version__, "transformers": transformers.__version__, "pillow": PIL.__version__},
        "labels": labels, "pictures": listed}, indent=1) + "\n")
    print(f"{len(listed)} pictures, {len(labels)} labels")


if __name__ == "__main__":
    main()
