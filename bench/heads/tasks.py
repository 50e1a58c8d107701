"""The four tasks of bench/heads/run.py, made from the corpus: examples to fit and examples to judge by, as {text, label} lines."""
import dataclasses
import hashlib
import json
import pathlib

# MMLU's 57 subjects in MMLU-Pro's 14 categories (TIGER-Lab/MMLU-Pro; the four it leaves out stand under "other" or by their science).
GROUPS = {
    "biology": "college_biology high_school_biology",
    "business": "business_ethics management marketing",
    "chemistry": "college_chemistry high_school_chemistry",
    "computer science": "college_computer_science computer_security high_school_computer_science machine_learning",
    "economics": "econometrics high_school_macroeconomics high_school_microeconomics",
    "engineering": "electrical_engineering",
    "health": "anatomy clinical_knowledge college_medicine human_aging medical_genetics nutrition professional_medicine virology",
    "history": "high_school_european_history high_school_us_history high_school_world_history prehistory",
    "law": "international_law jurisprudence professional_law",
    "math": "abstract_algebra college_mathematics elementary_mathematics high_school_mathematics high_school_statistics",
    "other": "global_facts high_school_geography high_school_government_and_politics human_sexuality miscellaneous "
             "professional_accounting public_relations security_studies sociology us_foreign_policy",
    "philosophy": "formal_logic logical_fallacies moral_disputes moral_scenarios philosophy world_religions",
    "physics": "astronomy college_physics conceptual_physics high_school_physics",
    "psychology": "high_school_psychology professional_psychology",
}
GROUP_OF = {subject: group for group, subjects in GROUPS.items() for subject in subjects.split()}


@dataclasses.dataclass(frozen=True)
class Example:
    text: str
    label: str


@dataclasses.dataclass(frozen=True)
class Task:
    name: str
    metric: str          # of the goal: accuracy, macro_recall or auc
    goal: float
    fitted: list[Example]
    judged: list[Example]
    options: list[str]   # of signalbox train
    unknown: str = ""    # a label that is no label


def rows(path: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]  # splitlines() knows other ends


def held_out(key: str) -> bool:
    """One in five, by a digest: the same on every machine, and equal keys on one side."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 5 == 0


def split(examples: list[tuple[str, Example]]) -> tuple[list[Example], list[Example]]:
    return ([example for key, example in examples if not held_out(key)],
            [example for key, example in examples if held_out(key)])


def question_of(text: str) -> str:
    """An MMLU item without its answer options: items that differ in these alone stay together."""
    return text.split("\nA. ")[0]


def tasks(corpus: pathlib.Path) -> list[Task]:
    data = corpus / "data"
    clinc = [[Example(row["text"], row["label"]) for row in rows(data / f"clinc150/{part}.jsonl")]
             for part in ("train", "validation")]
    banking = [(row["text"], Example(row["text"], row["label"])) for row in rows(data / "banking77/train.jsonl")]
    mmlu = rows(data / "mmlu_routing/train.jsonl")
    groups = [(question_of(row["text"]), Example(row["text"], GROUP_OF[row["subject"]])) for row in mmlu]
    small = [(question_of(row["text"]), Example(row["text"], str(row["small_model_correct"]).lower())) for row in mmlu]
    return [
        Task("clinc150", "accuracy", 0.91, clinc[0], clinc[1], ["--unknown-label", "oos"], unknown="oos"),
        Task("banking77", "accuracy", 0.88, *split(banking), []),
        Task("mmlu groups", "macro_recall", 0.75, *split(groups), []),
        Task("small model correct", "auc", 0.68, *split(small), []),
    ]
