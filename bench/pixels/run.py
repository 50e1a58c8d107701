#!/usr/bin/env python3
"""Times decoding and resizing of JPEGs beside Pillow, both on one core, and prints a table.

    ninja -C build/release pixels
    build/parity/bin/python bench/pixels/run.py --tool build/release/bench/pixels/pixels [--rounds 20] [--core 0]

The pictures are drawn (parity/vision/scenes.py): 1080p, 4K and 12 megapixels, 4:2:0. The two take turns, so that what else the machine does hits
both; the fastest of the rounds and the median are shown. Pillow decodes with Image.open().convert("RGB") and resizes without reducing_gap.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "parity" / "vision"))
import scenes  # noqa: E402

PICTURES = {"1080p": (1920, 1080), "4K": (3840, 2160), "12 MP": (4000, 3000)}
FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR, "lanczos": Image.Resampling.LANCZOS}


def pillow_once(path, size, resample):
    start = time.perf_counter()
    image = Image.open(path).convert("RGB")
    decoded = time.perf_counter()
    image.resize((size, size), resample)
    return (decoded - start) * 1e3, (time.perf_counter() - decoded) * 1e3


def ours_once(tool, path, size, name):
    tool.stdin.write(f"{size} {size} {name} {path}\n")
    tool.stdin.flush()
    words = tool.stdout.readline().split()
    return float(words[1]), float(words[4])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--core", type=int, default=0)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {arguments.core})
    tool = subprocess.Popen([arguments.tool, "time", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    print(f"load {os.getloadavg()[0]:.1f}, core {arguments.core}; milliseconds, fastest (median) of {arguments.rounds}")
    print("picture | to | decode Pillow | decode ours | resize Pillow | resize ours | resize faster by")
    with tempfile.TemporaryDirectory() as folder:
        for name, (width, height) in PICTURES.items():
            path = f"{folder}/{width}.jpg"
            scenes.photograph(1, width, height).save(path, quality=88)
            for filter_name, size in (("bicubic", 512), ("bicubic", 224), ("bilinear", 384), ("lanczos", 512)):
                theirs, ours = [], []
                for _ in range(arguments.rounds):
                    theirs.append(pillow_once(path, size, FILTERS[filter_name]))
                    ours.append(ours_once(tool, path, size, filter_name))
                cells = [[row[i] for row in rows] for i in (0, 1) for rows in (theirs, ours)]
                shown = [f"{min(cell):.1f} ({statistics.median(cell):.1f})" for cell in cells]
                print(f"{name} | {filter_name} {size} | " + " | ".join(shown) + f" | {min(cells[2]) / min(cells[3]):.1f}x", flush=True)


if __name__ == "__main__":
    main()
