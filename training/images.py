#!/usr/bin/env python3
"""Makes the projection of pack/images again, and judges it: pictures, features, choice, fit, report. Called by scripts/train_images.sh.

usage: images.py [--out FOLDER] [--judge-only] [--folds]   --folds also fits five more, so that every photo is judged by one that never saw its class.
"""
import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "pictures"))
import baseline  # noqa: E402  (the folder is on the path from here on)
import caches  # noqa: E402
import judge  # noqa: E402
import kinds  # noqa: E402
import numpy  # noqa: E402
import photos  # noqa: E402
import prototypes  # noqa: E402
import texts  # noqa: E402
import trunk  # noqa: E402
from concepts import Concepts  # noqa: E402
from fit import Choice, Projection, Sums, fit  # noqa: E402
from safetensors.numpy import load_file, save_file  # noqa: E402

PICTURES = {"a": 42, "b": 30}
KEPT_BACK = 36  # of generator A pictures from this number on select and set thresholds, and are not fitted to
CHOICES = tuple(Choice(ridge, whitening) for ridge in (0.3, 1.0) for whitening in (0.1, 0.5, 2.0))
HIDDEN = 600
CLEARLY = 0.02


class Split:
    def __init__(self):
        self.items = caches.items(PICTURES)
        self.features = caches.features(self.items)
        self.by_name = {photo.name: photo for photo in photos.photos()}

    def part(self, one: caches.Item) -> str:
        if one.source == "photo":
            return self.by_name[one.kind].part
        if one.source == "b":
            return "held_out"
        return "validation" if one.source == "a" and one.number >= KEPT_BACK or one.source == "shape" and one.number >= 13 else "train"

    def take(self, wanted) -> tuple[list[caches.Item], numpy.ndarray]:
        rows = [i for i, one in enumerate(self.items) if wanted(one)]
        return [self.items[i] for i in rows], self.features[rows]


def weights_of(items: list[caches.Item]) -> numpy.ndarray:
    """Rendered kinds, photos, estimated classes and shapes have fixed shares, whatever there is of each."""
    shares = {"a": 0.5, "photo": 0.18, "class": 0.2, "shape": 0.12}
    counts = {source: sum(one.source == source for one in items) for source in shares}
    return numpy.array([shares[one.source] / counts[one.source] for one in items])


def with_classes(split: Split, concepts: Concepts, items: list, features: numpy.ndarray):
    """Beside one photo of each class that is fitted to, the trunk's own estimate of the class (prototypes.py)."""
    at = [i for i, one in enumerate(split.items) if one.source == "photo" and one.treatment == "plain"]
    made = prototypes.class_means(split.features[at], [split.items[i].kind for i in at], concepts.classes)
    return items + [caches.item("class", name, 0, "estimated") for name in concepts.classes], numpy.concatenate([features, made])


def fitted(split: Split, choice: Choice, concepts: Concepts, wanted):
    items, features = with_classes(split, concepts, *split.take(wanted))
    return fit(features, weights_of(items), concepts.targets(items), concepts, choice)


def validated(split: Split, project) -> float:
    """The mean over classes of rules that come first, rendered and real pictures counting alike."""
    values = []
    for source in ("a", "photo"):
        items, features = split.take(lambda one: one.source == source and split.part(one) == "validation")
        values.append(judge.by_class(items, judge.rule_scores(project(features)), split.by_name)["all"]["mean_of_classes"])
    return float(numpy.mean(values))


def chosen(split: Split, concepts: Concepts) -> tuple[object, Choice, dict]:
    """By validation; the network with the best linear choice's numbers is only kept where it is clearly better."""
    items, features = with_classes(split, concepts, *split.take(lambda one: split.part(one) == "train"))
    weights, targets = weights_of(items), concepts.targets(items)
    sums, tried, best = Sums(features, weights), {}, (0.0, None, Choice())

    def attempt(choice: Choice, margin: float) -> None:
        nonlocal best
        project = fit(features, weights, targets, concepts, choice, sums)
        value = validated(split, project)
        tried[json.dumps(dataclasses.asdict(choice))] = value
        print(f"validation {value:.4f}: {choice}", flush=True)
        if value > best[0] + margin:
            best = (value, project, choice)
    for choice in CHOICES:
        attempt(choice, 0)
    attempt(dataclasses.replace(best[2], hidden=HIDDEN), CLEARLY)
    return best[1], best[2], tried


def judged(split: Split, project) -> dict:
    def of(wanted):
        items, features = split.take(wanted)
        return items, judge.rule_scores(project(features))

    def is_photo_of_nothing(one):
        return one.source == "photo" and not judge.truths(one, split.by_name)

    def is_look_alike(one):
        return one.kind in kinds.LOOK_ALIKES
    _, photos_and_look_alikes = of(lambda one: split.part(one) == "validation" and (one.source == "photo" or is_look_alike(one)))
    _, of_no_kind = of(lambda one: split.part(one) == "validation" and is_photo_of_nothing(one))
    limits = judge.thresholds(photos_and_look_alikes, of_no_kind)
    report = {"thresholds": limits}
    parts = {"rendered": lambda one: one.source == "b" and one.treatment == "plain", "rendered_photographed": lambda one: one.source == "b" and one.treatment != "plain",
             "real": lambda one: one.source == "photo" and one.treatment == "plain" and split.part(one) == "held_out"}
    for name, wanted in parts.items():
        items, scores = of(wanted)
        ruled = [i for i, one in enumerate(items) if judge.truths(one, split.by_name)]
        found = {rule: judge.wilson(int((scores[mine, judge.RULES.index(rule)] >= limits[rule]).sum()), len(mine))
                 for rule in judge.RULES if (mine := [i for i in ruled if rule in judge.truths(items[i], split.by_name)])}
        report[name] = {**judge.by_class(items, scores, split.by_name), "auc": judge.areas(items, scores, split.by_name), "found_at_threshold": found}
    others = {"natural_photos": lambda one: one.source == "photo" and one.treatment == "plain" and split.part(one) == "held_out",
              **{kind: lambda one, kind=kind: one.source == "b" and one.kind == kind for kind in kinds.LOOK_ALIKES}}
    report["false_positives_of_security_rules"] = {}
    for name, wanted in others.items():
        hits = judge.fired(of(wanted)[1], limits, judge.SECURITY)
        report["false_positives_of_security_rules"][name] = {"any": judge.wilson(int(hits.any(1).sum()), len(hits)), **{rule: judge.wilson(int(hits[:, i].sum()), len(hits)) for i, rule in enumerate(judge.SECURITY)}}
    every = [entry["value"] for part in parts for entry in report[part]["auc"].values()]
    report["rules_reversed"] = {"reversed": sum(value < 0.5 for value in every), "of": len(every), "lowest_auc": min(every)}
    return report


def out_of_domain(split: Split, project) -> dict:
    sides = {}
    for part in ("validation", "held_out"):
        for side in (True, False):
            _, features = split.take(lambda one: split.part(one) == part and (one.treatment == "plain" or one.source == "a") and one.source != "shape" and bool(judge.truths(one, split.by_name)) == side and one.kind not in kinds.LOOK_ALIKES)
            sides[part, side] = judge.rule_scores(project(features)).max(1)
    numbers = judge.strangeness(sides["validation", True], sides["validation", False])
    return judge.calibration(sides["held_out", True], sides["held_out", False], numbers)


def across_folds(split: Split, choice: Choice) -> dict:
    """Every photo judged, each by a projection that saw none of its class; not the projection that ships."""
    items, scores = [], []
    for fold in range(5):
        concepts = Concepts(folds=tuple(other for other in range(5) if other != fold))
        project = fitted(split, choice, concepts, lambda one: one.source in ("a", "shape") and split.part(one) == "train" or one.source == "photo" and split.by_name[one.kind].fold != fold)
        some, features = split.take(lambda one: one.source == "photo" and one.treatment == "plain" and split.by_name[one.kind].fold == fold)
        items += some
        scores.append(judge.rule_scores(project(features)))
    return judge.by_class(items, numpy.concatenate(scores), split.by_name)


def shown(report: dict) -> None:
    def cell(entry):
        return f"{100 * entry['share']:5.1f} [{100 * entry['low']:.0f}, {100 * entry['high']:.0f}] of {entry['of']}"
    for part in ("rendered", "rendered_photographed", "real"):
        print(f"\n{part}: rule | first | ConSE first | among three | AUC | found at threshold")
        for name, entry in {"all": report["projection"][part]["all"], **report["projection"][part]["classes"]}.items():
            theirs = report["conse"][part]["all"] if name == "all" else report["conse"][part]["classes"][name]
            area = report["projection"][part]["auc"].get(name)
            found = report["projection"][part]["found_at_threshold"].get(name)
            print(f"{name:16} | {cell(entry['first'])} | {cell(theirs['first'])} | {cell(entry['among_three'])} | {area['value'] if area else 0:.3f} | {cell(found) if found else ''}")
        wrong = {name: {other: count for other, count in row.items() if other != name} for name, row in report["projection"][part]["confusion"].items()}
        print("confusions:", "; ".join(f"{name} -> " + ", ".join(f"{other} {count}" for other, count in row.items()) for name, row in wrong.items() if row))
    print("\nsecurity rules that fire:", json.dumps({name: cell(entry["any"]) for name, entry in report["projection"]["false_positives_of_security_rules"].items()}))
    print("reversed:", report["projection"]["rules_reversed"], "known shapes:", {key: report["known_shapes"][key] for key in ("first", "lowest_auc", "reversed")})
    print("out of domain:", report["out_of_domain"])
    for name, said in report["samples"].items():
        print(f"sample {name}: {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "pack/images")
    parser.add_argument("--judge-only", action="store_true")
    parser.add_argument("--folds", action="store_true")
    arguments = parser.parse_args()
    began = time.monotonic()
    for which, count in PICTURES.items():
        subprocess.run([sys.executable, HERE / "pictures/render.py", which, str(count)], check=True)
    split = Split()
    file = arguments.out / "projection.safetensors"
    if not arguments.judge_only:
        project, choice, tried = chosen(split, Concepts())
        if choice.hidden:
            sys.exit("training: the network was clearly better; the pack's format holds a linear projection only")
        arguments.out.mkdir(parents=True, exist_ok=True)
        # save_file() writes memory as it lies, and a solved matrix lies transposed.
        save_file({"projection.weight": numpy.ascontiguousarray(project.weight, numpy.float16), "projection.bias": project.bias.astype(numpy.float16)}, file)
        metadata = {"format": 1, "trunk": {"package": trunk.PACKAGE, "version": trunk.VERSION, "file": trunk.weights_file().name, "sha256": trunk.fingerprint()},
                    "text_model": texts.identity(), "preprocessor": trunk.preprocessor(),
                    "projection": {"input": 1280, "output": 384, "applied_to": "features of the head, averaged over all places", "then": "divided by its length"},
                    "fit": dataclasses.asdict(choice), "validation": tried}
        (arguments.out / "projection.json").write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")
    # What ships is what is judged: the file, not the numbers it was made of.
    held, choice = load_file(file), Choice(**json.loads((arguments.out / "projection.json").read_text(encoding="utf-8"))["fit"])
    project = Projection(held["projection.weight"], held["projection.bias"])
    plain = split.take(lambda one: one.source == "photo" and one.treatment == "plain")[1]
    report = {"projection": judged(split, project), "conse": judged(split, baseline.Conse(plain)), "known_shapes": judge.known_shapes(project), "out_of_domain": out_of_domain(split, project), "samples": judge.real_samples(project)}
    if arguments.folds:
        report["real_across_folds"] = across_folds(split, choice)
    (arguments.out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    rules = {name: {"candidates": rule.rule, "threshold": round(report["projection"]["thresholds"][name], 4), "security": rule.security} for name, rule in kinds.RULES.items()}
    (arguments.out / "rules.json").write_text(json.dumps(rules, indent=1) + "\n", encoding="utf-8")
    shown(report)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
