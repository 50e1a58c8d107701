"""Reads training/fresh/*.txt: texts that judge the heads once and that nothing may be tuned on (the files' first lines say so).

    # comment
    > label / family / language      what follows has this label; family and language may be left out
    one text a line; \\n in it is a line break
"""
import dataclasses
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent / "fresh"


@dataclasses.dataclass(frozen=True)
class Fresh:
    text: str
    label: str
    family: str
    language: str


def read(name: str) -> list[Fresh]:
    found: list[Fresh] = []
    label, family, language = "", "", "en"
    for number, line in enumerate((FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("# "):
            continue
        if line.startswith("> "):
            label, family, language = ([part.strip() for part in line[2:].split("/")] + ["", "en"])[:3] if "/" in line \
                else (line[2:].strip(), "", "en")
        elif not label:
            raise ValueError(f"fresh/{name}.txt:{number}: a text before the first line that begins with >")
        else:
            found.append(Fresh(line.replace("\\n", "\n"), label, family, language))
    if len({one.text for one in found}) != len(found):
        raise ValueError(f"fresh/{name}.txt: a text stands in it twice")
    return found
