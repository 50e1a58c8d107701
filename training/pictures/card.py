#!/usr/bin/env python3
"""Writes the tables of pack/images/report.json into docs/model-pack.md, between its two marks; --check only compares."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE, REPORT = ROOT / "docs/model-pack.md", ROOT / "pack/images/report.json"
FIRST, LAST = "<!-- images: written by training/pictures/card.py -->", "<!-- end of images -->"
BAR = {"rendered": 0.90, "rendered_photographed": 0.90, "real": 0.85}
TITLES = {"rendered": "Rendered by generator B, as they are", "rendered_photographed": "The same, as if photographed (tilt, light, blur, noise, crop, JPEG)", "real": "Real photos of classes never trained on"}


def share(entry: dict) -> str:
    return f"{100 * entry['share']:.0f} [{100 * entry['low']:.0f}, {100 * entry['high']:.0f}]"


def table(report: dict, part: str) -> list[str]:
    ours, theirs = report["projection"][part], report["conse"][part]
    lines = [f"**{TITLES[part]}**", "", "| rule | pictures | first % | ConSE first % | among three % | AUC | found at threshold % | taken for |", "|---|--:|---|--:|--:|--:|--:|---|"]
    for name, entry in {"all": ours["all"], **ours["classes"]}.items():
        other = theirs["all"] if name == "all" else theirs["classes"][name]
        wrong = sorted(((count, rule) for rule, count in ours["confusion"].get(name, {}).items() if rule != name), reverse=True)[:3]
        area = f"{ours['auc'][name]['value']:.3f}" if name in ours["auc"] else ""
        found = f"{100 * ours['found_at_threshold'][name]['share']:.0f}" if name in ours["found_at_threshold"] else ""
        missed = "" if entry["first"]["share"] >= BAR[part] else " **missed**"
        lines.append(f"| {name}{missed} | {entry['first']['of']} | {share(entry['first'])} | {100 * other['first']['share']:.0f} | {100 * entry['among_three']['share']:.0f} | {area} | {found} | {', '.join(f'{rule} {count}' for count, rule in wrong)} |")
    return lines + [""]


def alarms(report: dict) -> list[str]:
    lines = ["| pictures | of | any security rule fires % | which |", "|---|--:|---|---|"]
    for name, entry in report["projection"]["false_positives_of_security_rules"].items():
        which = ", ".join(f"{rule} {round(one['share'] * one['of'])}" for rule, one in entry.items() if rule != "any" and one["share"])
        lines.append(f"| {name} | {entry['any']['of']} | {100 * entry['any']['share']:.1f} [{100 * entry['any']['low']:.1f}, {100 * entry['any']['high']:.1f}] | {which} |")
    return lines + [""]


def written() -> str:
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    lines = [line for part in TITLES for line in table(report, part)]
    return "\n".join([FIRST, "", *lines, "**Security rules on pictures that they have nothing to do with**", "", *alarms(report), LAST])


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    start, end = page.index(FIRST), page.index(LAST) + len(LAST)
    new = page[:start] + written() + page[end:]
    if "--check" in sys.argv:
        return 0 if new == page else 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
