"""The C++ tokenizer against the `tokenizers` package, live: every pipeline of tests/golden/tokenizers, on many hard lines.

Real vocabularies, on all lines: parity/tokenizers/real_files.py and compare.py (docs/tokenizers.md).
"""
import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = pathlib.Path(os.environ.get("SIGNALBOX_BINARY", ROOT / "build/release/signalbox")).parent / "parity/tokenize_tool"
FILES = sorted((ROOT / "tests/golden/tokenizers").glob("*.json"))

pytest.importorskip("tokenizers")
sys.path.insert(0, str(ROOT / "parity/tokenizers"))
import compare  # noqa: E402
import lines as texts  # noqa: E402

LINES = texts.all_lines(made_count=500, corpus_limit=150)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
@pytest.mark.parametrize("how", [{}, {"special": False}, {"pair": True}], ids=["single", "bare", "pair"])
def test_equals_the_reference(file, how):
    assert compare.compare(str(TOOL), file, LINES, **how) == 0


def test_there_are_files():
    assert len(FILES) >= 20
