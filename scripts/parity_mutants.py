#!/usr/bin/env python3
"""make parity-mutants: plants each mistake of `signalbox parity --images --plant` and prints how far it is outside the bound.

MODEL and IMAGES name another model and what its reference makes of pictures (parity/image/reference.py); SIGNALBOX_BINARY another binary.
A golden counts only if each mistake misses the bound of 1e-5 at least 5-fold (DESIGN 6.1): exit status 1 where one does not.
"""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = pathlib.Path(os.environ.get("SIGNALBOX_BINARY") or ROOT / "build/release/signalbox")
MODEL = os.environ.get("MODEL") or "tests/golden/tiny-siglip"
IMAGES = os.environ.get("IMAGES") or "tests/golden/pictures-tiny-siglip"
MISTAKES = ("pooling", "range", "resize", "nearest", "channels", "flip", "activation")
FOLDS = 5


def compared(*plant: str) -> dict:
    done = subprocess.run([BINARY, "parity", "--model", MODEL, "--images", IMAGES, "--json", *plant], cwd=ROOT, capture_output=True, text=True)
    if done.returncode > 1 or not done.stdout:
        sys.exit(f"parity-mutants: {done.stderr.strip()}")
    return json.loads(done.stdout)


def row(name: str, found: dict) -> float:
    """Prints a line; how many times the bound the error is."""
    both, grid, truth = found["all"]["end_to_end"], found["grid"], found["truth"]
    folds = both["relative_error"] / found["bound"]
    shown = f"{truth['reversed_rules']:>4} of {truth['rules']}" if truth["pictures"] else f"{'-':>9}"
    print(f"{name:<14} {both['relative_error']:>9.1e} {folds:>12,.1f} {both['lowest_cosine']:>12.8f}  {found['differs'] or '-':<14}"
          f" {grid['winners_reversed']:>5} of {grid['winners_judged']:<5} {grid['margins_reversed']:>8} of {grid['margins_judged']:<9} {shown}", flush=True)
    return folds


def main() -> int:
    if not BINARY.exists():
        sys.exit("parity-mutants: build/release/signalbox is missing; make build comes first.")
    print(f"{MODEL}, {IMAGES}\n")
    print(f"{'mistake':<14} {'error':>9} {'times bound':>12} {'min cosine':>12}  {'what differs':<14} {'winners turned':>14} {'margins turned':>21} {'rules < 0.5':>12}")
    clean = row("none", compared())
    hidden = [mistake for mistake in MISTAKES if row(mistake, compared("--plant", mistake)) < FOLDS]
    if clean > 1:
        print("\nWithout a mistake the path is outside the bound itself.")
    for mistake in hidden:
        print(f"\nThe mistake {mistake} is less than {FOLDS} times outside the bound: these pictures do not show it.")
    return 1 if hidden or clean > 1 else 0


if __name__ == "__main__":
    sys.exit(main())
