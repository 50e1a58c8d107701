"""What a head says of some texts, computed by numpy: tests/integration/test_pack.py holds the router to it."""
import json
import pathlib

import encoder
import judged
from grammar import chance, part
from heads import Head, Texts
from vectors import read_vectors

EACH = 3  # texts of each label


def texts_of(name: str) -> list[tuple[str, str]]:
    if name == "jailbreak":
        return [(text.text, text.label) for text in part("jailbreak_test", "test")]
    of_name = {"domain": judged.domain, "difficulty": judged.difficulty, "fact_check": judged.fact_check,
               "user_feedback": judged.user_feedback, "modality": judged.modality}[name]()
    written = [examples for of, examples in of_name.items() if "written" in of]
    return written[0] if written else [(text, label) for text, label in next(iter(of_name.values())) if len(text) < 400]


def write(folder: pathlib.Path) -> None:
    head = Head(folder)
    examples = texts_of(folder.name)
    texts: list[str] = []
    for label in head.labels:
        of_label = sorted({text for text, of in examples if of == label})
        texts += chance("goldens", folder.name, label).sample(of_label, min(EACH, len(of_label)))
    encoder.encode(texts)
    said = head.probabilities(Texts(read_vectors(encoder.VECTORS)).whole(texts))
    lines = [{"text": text, "probabilities": {label: round(float(p), 5) for label, p in zip(head.labels, of_text)}}
             for text, of_text in zip(texts, said)]
    (folder / "goldens.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
