#!/usr/bin/env python3
"""Holds the decoder and the resizer to Pillow over hundreds of pictures and prints how many samples differ; 1 if any does.

    ninja -C build/release pixels
    build/parity/bin/python parity/vision/compare.py --tool build/release/bench/pixels/pixels --photos DIR [--each 40] [--kernels scalar]

Families: photographs (files of DIR), photographs' sizes (1080p, 4K, 12 megapixels), identity documents, screens of code, adversarial and
out-of-domain pictures; each is written as JPEG (several samplings, progressive), PNG, WebP, GIF or BMP in turn, decoded by both, and resized
by both to four squares. What transformers' load_image decodes is the reference. A difference after decoding is counted apart from one that
the resize adds: for the latter Pillow resizes our decoded samples.
"""
import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy
from PIL import Image
from transformers.image_utils import load_image

import scenes

SIZES = (224, 256, 384, 512)
FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR, "lanczos": Image.Resampling.LANCZOS,
           "box": Image.Resampling.BOX}
ENCODINGS = [("jpg", {"quality": 92, "subsampling": 2}), ("jpg", {"quality": 75, "subsampling": 1}), ("png", {}),
             ("jpg", {"quality": 60, "subsampling": 2, "progressive": True}), ("webp", {"quality": 75}), ("jpg", {"quality": 95, "subsampling": 0}),
             ("webp", {"lossless": True}), ("bmp", {}), ("gif", {})]
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "bmp": "BMP", "gif": "GIF"}


class Tool:
    def __init__(self, path, kernels):
        self.process = subprocess.Popen([path, "compare", *([kernels] if kernels else [])], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, path, width=0, height=0, name="bicubic"):
        self.process.stdin.write(f"{width} {height} {name} {path}\n".encode())
        self.process.stdin.flush()
        words = self.process.stdout.readline().decode().split()
        if not words or words[0] != "ok":
            raise RuntimeError(f"{path}: {' '.join(words)}")
        width, height = int(words[1]), int(words[2])
        data = self.process.stdout.read(width * height * 3)
        return numpy.frombuffer(data, numpy.uint8).reshape(height, width, 3)


def drawn(draw, count, folder, prefix, start=0):
    for i in range(count):
        extension, options = ENCODINGS[i % len(ENCODINGS)]
        image = draw(start + i)
        path = folder / f"{prefix}{i:03d}.{extension}"
        if max(image.size) <= 16383:
            image.save(path, FORMATS[extension], **options)
            yield path
            path.unlink()


def families(arguments, folder):
    each = arguments.each
    if arguments.photos:
        photos = sorted(path for path in pathlib.Path(arguments.photos).iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
        yield "photographs", random.Random(1).sample(photos, min(arguments.photo_count or each, len(photos)))
    sizes = [(1920, 1080), (3840, 2160), (4000, 3000), (1080, 1920)]
    yield "large photographs", drawn(lambda i: scenes.photograph(i, *sizes[i % 4]), max(4, each // 10), folder, "large")
    yield "identity documents", drawn(scenes.identity_document, each, folder, "document")
    yield "screens of code", drawn(scenes.code_screen, each, folder, "code")
    yield "adversarial", drawn(scenes.adversarial, each, folder, "adversarial")
    yield "out of domain", drawn(scenes.other_domain, each, folder, "other")


def differing(a, b):
    return int((a != b).sum()) if a.shape == b.shape else max(a.size, b.size)


def compare(path, tool, filters, counts):
    reference = load_image(str(path))
    decoded = tool.ask(path)
    wrong = differing(decoded, numpy.asarray(reference))
    counts["pictures"] += 1
    counts["decoded samples"] += decoded.size
    counts["decoder differs"] += wrong
    ours_decoded = reference if wrong == 0 else Image.fromarray(decoded)
    if wrong:
        print(f"  {path.name}: {wrong} of {decoded.size} decoded samples differ", flush=True)
    for name in filters:
        for size in SIZES:
            ours = tool.ask(path, size, size, name)
            theirs = numpy.asarray(reference.resize((size, size), FILTERS[name]))
            counts["resizes"] += 1
            counts["resized samples"] += ours.size
            counts["end to end differs"] += differing(ours, theirs)
            alone = theirs if wrong == 0 else numpy.asarray(ours_decoded.resize((size, size), FILTERS[name]))
            wrong_resize = differing(ours, alone)
            counts["resize differs"] += wrong_resize
            if wrong_resize:
                print(f"  {path.name}: {name} {size}: {wrong_resize} samples differ by the resize", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--photos")
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--photo-count", type=int, help="photographs, where not --each of them")
    parser.add_argument("--kernels", default="")
    parser.add_argument("--filters", default="bicubic,bilinear")
    arguments = parser.parse_args()
    Image.MAX_IMAGE_PIXELS = None
    tool = Tool(arguments.tool, arguments.kernels)
    columns = ["pictures", "decoded samples", "decoder differs", "resizes", "resized samples", "resize differs", "end to end differs"]
    print("family | " + " | ".join(columns))
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for family, paths in families(arguments, pathlib.Path(folder)):
            counts = dict.fromkeys(columns, 0)
            for path in paths:
                compare(path, tool, arguments.filters.split(","), counts)
            print(family, *counts.values(), sep=" | ", flush=True)
            wrong += counts["decoder differs"] + counts["end to end differs"]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
