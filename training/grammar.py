"""Reads training/data/*.txt: texts that were written by hand, some with slots, each in a part (`train`, `test`).

    # comment
    = place train: Lisbon | Ghana | Vienna          a list; {place} in a text of part `train` takes one of these
    > needs_fact_check train 6 history              what follows has this label and part; each text with slots is filled 6 times;
    what is the population of {place}               the last word, a family, is optional

A slot takes only what its own part lists, so that texts of `test` share neither phrasing nor filling with texts of `train`.
In a file whose name ends in _train or _test the part is the file's. Every choice is made by a seed that hangs on the text alone:
the same on every machine, and unchanged by lines that are added elsewhere.
"""
import dataclasses
import hashlib
import pathlib
import random
import re

DATA = pathlib.Path(__file__).resolve().parent / "data"
SLOT = re.compile(r"\{([a-z]+)\}")


@dataclasses.dataclass(frozen=True)
class Text:
    text: str
    label: str
    part: str
    family: str
    phrasing: str  # file and line: texts of one phrasing are variations of each other


@dataclasses.dataclass
class Section:
    label: str
    part: str
    times: int
    family: str


def chance(*key: object) -> random.Random:
    return random.Random(hashlib.sha256("\0".join(map(str, key)).encode()).digest())


def fill(phrasing: str, lists: dict[tuple[str, str], list[str]], part: str, times: int) -> list[str]:
    if not any((name, part) in lists for name in SLOT.findall(phrasing)):
        return [phrasing]
    dice = chance("fill", phrasing)
    filled: list[str] = []
    for _ in range(times * 3):  # some fillings come out equal
        text = phrasing
        for _ in range(3):      # what stands in for a slot may hold a slot
            text = SLOT.sub(lambda slot: dice.choice(lists.get((slot[1], part), [slot[0]])), text)
        if text not in filled:
            filled.append(text)
    return filled[:times]


def section_of(line: str, part: str) -> Section:
    words = line[1:].split()
    label = words.pop(0)
    if words and words[0] in ("train", "test"):
        part = words.pop(0)
    times = int(words.pop(0)) if words else 1
    return Section(label, part, times, words[0] if words else "")


def read(name: str) -> list[Text]:
    """All texts of training/data/NAME.txt, filled, without repetitions."""
    default = name.rsplit("_", 1)[-1]
    lists: dict[tuple[str, str], list[str]] = {}
    section: Section | None = None
    found: list[tuple[int, str, Section]] = []
    for number, line in enumerate((DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("# "):
            continue
        if line.startswith("= "):
            head, values = line[2:].split(":", 1)
            key, part = head.split()
            lists[key, part] = [value.strip() for value in values.split(" | ")]
        elif line.startswith("> "):
            # "> computer science": in files without parts the label is the whole line
            section = Section(line[2:].strip(), default, 1, "") if default in ("train", "test") and not re.search(r"\d", line) \
                else section_of(line, default)
        elif section is None:
            raise ValueError(f"{name}.txt:{number}: a text before the first line that begins with >")
        else:
            found.append((number, line.replace("\\n", "\n"), section))
    texts: dict[str, Text] = {}
    for number, phrasing, of in found:
        for text in fill(phrasing, lists, of.part, of.times):
            texts.setdefault(text, Text(text, of.label, of.part, of.family, f"{name}.txt:{number}"))
    return list(texts.values())


def part(name: str, wanted: str) -> list[Text]:
    return [text for text in read(name) if text.part == wanted]


def as_typed(text: Text, times: int) -> list[Text]:
    """The text and variations of how people type it: case, end, politeness."""
    dice = chance("typed", text.text)
    result = [text]
    for _ in range(times * 4):
        if len(result) > times:
            break
        varied = dice.choice(["", "", "hey, ", "please ", "ok so ", "quick question: ", "hi! "]) + text.text
        varied = dice.choice([str.lower, str.capitalize, str.strip])(varied)
        varied = dice.choice([varied, varied.rstrip("?.!"), varied.rstrip("?.!") + dice.choice(["?", "!", " please", " thanks", ".", "..."])])
        if all(varied != other.text for other in result):
            result.append(dataclasses.replace(text, text=varied))
    return result


def terms(name: str) -> list[Text]:
    """Lines "> label: term | term", each term in some of the questions of data/domain_ask.txt."""
    questions = (DATA / "domain_ask.txt").read_text(encoding="utf-8").splitlines()
    texts = []
    for line in (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("> "):
            continue
        label, of_label = line[2:].split(": ", 1)
        for term in of_label.split(" | "):
            texts += [Text(question.replace("{t}", term), label, "train", "terms", f"{label} {term}")
                      for question in chance("terms", term).sample(questions, 4)]
    return texts
