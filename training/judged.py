"""What the heads are judged by. Nothing of it is fitted to: other phrasings and topics, the questions that were held out, the
validation part of CLINC150, and sources that no head was fitted to (banking77, presidio, bastioncorpus, agent-injection-bench)."""
import json

import sources
from datasets import FRESH, sample
from grammar import DATA, Text, part

Sets = dict[str, list[tuple[str, str]]]  # by name: (text, label)


def labelled(texts: list[Text]) -> list[tuple[str, str]]:
    return [(text.text, text.label) for text in texts]


def held_out_questions() -> list[sources.Question]:
    return [question for question in sources.mmlu() if question.judged]


def clinc() -> list[str]:
    return [text for text, label in sources.clinc("validation") if label not in FRESH]


def domain() -> Sets:
    questions = held_out_questions()
    return {"MMLU, questions held out": [(question.text, question.group) for question in questions],
            "the same without answer options": [(question.bare, question.group) for question in questions],
            "written prompts": labelled(part("domain_test", "test"))}


def difficulty() -> Sets:
    return {"MMLU, questions held out": [(question.text, "easy" if question.small_model_correct else "hard")
                                         for question in held_out_questions()]}


def fact_check() -> Sets:
    groups = {"needs_fact_check": {"history", "biology", "health", "law"}, "no_fact_check_needed": {"math"}}
    questions = [question for question in held_out_questions() if len(question.bare) < 200]
    commands = "timer alarm play_music smart_home reminder todo_list shopping_list tell_joke flip_coin roll_dice translate make_call text".split()
    return {"written, other phrasings and topics": labelled(part("fact_check", "test")),
            "MMLU facts and mathematics": [(question.bare, label) for label, of in groups.items()
                                           for question in questions if question.group in of],
            "CLINC commands": [(text, "no_fact_check_needed") for text, label in sources.clinc("validation") if label in commands]}


def user_feedback() -> Sets:
    return {"written, other phrasings and topics": labelled(part("user_feedback", "test"))}


def modality() -> Sets:
    return {"written, other phrasings and topics": labelled(part("modality", "test"))}


# Texts that give no feedback and ask for no picture, by source.
def plain() -> dict[str, list[str]]:
    return {"CLINC150": clinc(), "banking77": sample(sources.banking(), 3000, "judged"),
            "MMLU": [question.text for question in held_out_questions()]}


# Harmless texts the false alarms of the jailbreak head are counted in; `main` ones together make its rates.
def harmless() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    written = [text.text for name in ("fact_check", "user_feedback", "modality", "domain_test") for text in part(name, "test")]
    hard = [text.text for text in part("jailbreak_test", "test") if text.label == "benign"]
    return plain(), {"presidio": sources.presidio(), "written requests": written, "written, like attacks": hard,
                     "bastioncorpus, benign": [one.text for one in sources.bastion() if not one.attack]}


def attacks() -> dict[str, list[str]]:
    written = [text for text in part("jailbreak_test", "test") if text.label == "jailbreak"]
    return {"written": [text.text for text in written],
            "in the wild": sources.in_the_wild_parts()[1],
            "bastioncorpus": [one.text for one in sources.bastion() if one.attack],
            "agent-injection-bench": [one.text for one in sources.injections()]}


def families() -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for text in part("jailbreak_test", "test"):
        if text.label == "jailbreak":
            result.setdefault("written: " + text.family, []).append(text.text)
    for one in sources.bastion():
        if one.attack:
            result.setdefault("bastioncorpus: " + one.family, []).append(one.text)
    return result


def translations() -> list[dict]:
    return [json.loads(line) for line in (DATA / "jailbreak_translations.jsonl").read_text(encoding="utf-8").splitlines()]


# For thresholds: harmless texts of the corpus's fitted parts that the jailbreak head was not fitted to.
def development() -> list[str]:
    import datasets
    fitted = {text.text for text in datasets.jailbreak()}
    clinc_texts = [text for text, _ in sources.clinc("train") if text not in fitted]
    questions = [question.text for question in sources.mmlu() if not question.judged and question.text not in fitted]
    return sample(clinc_texts, 4000, "development") + sample(questions, 3000, "development")
