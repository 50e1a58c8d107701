"""docs/model-pack.md says what is there: counts of written data, thresholds, and which heads the fresh texts judged."""
import hashlib
import json
import re
import subprocess
import sys

import pytest

from harness.paths import ROOT

CARD = (ROOT / "docs/model-pack.md").read_text(encoding="utf-8")
HEADS = sorted(folder.name for folder in (ROOT / "pack/heads").iterdir())
FRESH = ROOT / "training/fresh"
REPORT = json.loads((FRESH / "report.json").read_text(encoding="utf-8"))["heads"]


def digest(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(head: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in CARD.splitlines() if line.startswith(f"| `{head}`")]


def test_the_written_data_is_counted():
    done = subprocess.run([sys.executable, ROOT / "training/counts.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("head", HEADS)
def test_the_card_names_the_threshold_and_what_a_head_is_fit_for(head: str):
    roles = json.loads((ROOT / "scripts/pack.json").read_text(encoding="utf-8"))["roles"]
    _, _, threshold, security, _ = rows(head)[0]
    assert threshold == (f"{head}, {roles[head]['threshold']}" if head in roles else "none")
    assert re.match(r"\**no\b", security), "no head met the bar for a security rule"


@pytest.mark.parametrize("head", HEADS)
def test_the_fresh_texts_judged_these_heads(head: str):
    assert REPORT[head]["head"] == digest(ROOT / "pack/heads" / head / "head.safetensors"), (
        "the head is another than the one that training/fresh judged: the card's numbers are not its own")
    assert REPORT[head]["file"] == digest(FRESH / f"{head}.txt"), "the fresh texts were edited after they had judged"


@pytest.mark.parametrize("head", [head for head in HEADS if head != "jailbreak"])
def test_the_card_quotes_the_fresh_report(head: str):
    share = REPORT[head]["set"]["accuracy"]
    quoted = f"{100 * share['share']:.1f} [{100 * share['low']:.1f}, {100 * share['high']:.1f}]"
    assert (rows(head)[1][1], rows(head)[1][2]) == (str(share["of"]), quoted)


def test_the_card_quotes_the_fresh_report_on_jailbreak():
    told = REPORT["jailbreak"]["our head"]["told as attacks"]
    for group in ("jailbreak, en", "benign, en"):
        share = told[group]["1.0%"]
        assert f"{100 * share['share']:.1f} [{100 * share['low']:.1f}, {100 * share['high']:.1f}]" in CARD
