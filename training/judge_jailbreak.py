"""The jailbreak head beside jailguard's published weights: recall at a false alarm rate, by source and family, and under disguise."""
from collections.abc import Callable

import numpy

import attacks
import judged
import metrics
from datasets import windows
from grammar import part
from heads import Texts
from sources import bastion, presidio

RATES = (0.01, 0.001)
Score = Callable[[numpy.ndarray], numpy.ndarray]


def disguises() -> dict[str, Callable[[str], str]]:
    sentences = sorted({text for text in judged.clinc() + presidio() if 4 <= len(text.split()) <= 25})
    around = lambda before, after: attacks.sentences_around(before, after, sentences)  # noqa: E731
    return {"letter case": attacks.casing, "spaces between letters": attacks.spacing, "homoglyphs": attacks.homoglyphs,
            "digits for letters": attacks.leet, "base64 alone": attacks.encoded, "base64 with a request": attacks.encoded_with_request,
            "10 words appended": attacks.words_after(10), "30 words appended": attacks.words_after(30),
            "60 words appended": attacks.words_after(60), "a sentence appended": around(0, 1), "3 sentences appended": around(0, 3),
            "6 sentences appended": around(0, 6), "3 sentences before": around(3, 0), "3 before and 3 after": around(3, 3)}


def robust_base() -> list[str]:
    """Short English attacks: the written ones and bastioncorpus's."""
    written = [text.text for text in part("jailbreak_test", "test") if text.label == "jailbreak"]
    return written + [one.text for one in bastion() if one.attack and one.text.isascii() and len(one.text.split()) < 80]


def calm_base() -> list[str]:
    return judged.sample(judged.clinc(), 600, "calm")


def texts() -> list[str]:
    main, other = judged.harmless()
    all_texts = [text for of in (main, other, judged.attacks(), judged.families()) for texts in of.values() for text in texts]
    all_texts += robust_base() + calm_base()
    all_texts += [disguise(text) for disguise in disguises().values() for text in robust_base() + calm_base()]
    return all_texts + [row[language] for row in judged.translations() for language in ("en", "de", "es", "nl")]


def judge(score: Score, at: Texts, development: bool, cut=windows) -> dict:
    of = lambda texts: at.highest(texts, score, cut)  # noqa: E731
    main, other = judged.harmless()
    calm = {name: of(texts) for name, texts in main.items()}
    negative = numpy.concatenate(list(calm.values()))
    rough = {name: of(texts) for name, texts in judged.attacks().items()}
    result: dict = {"negatives": len(negative), "sources": {}}
    for name, positive in rough.items():
        result["sources"][name] = {"of": len(positive), "auc": metrics.auc(positive, negative),
                                   **{f"recall at {rate:.1%}": metrics.recall_at(positive, negative, rate) for rate in RATES}}
    thresholds = {f"{rate:.1%}": metrics.threshold_at(negative, rate) for rate in RATES}
    result["thresholds"] = thresholds
    calm |= {name: of(texts) for name, texts in other.items()}
    result["false alarms"] = {name: {key: metrics.reached(scores, value) for key, value in thresholds.items()}
                              for name, scores in calm.items()}
    result["families"] = {name: {key: metrics.reached(of(texts), value) for key, value in thresholds.items()}
                          for name, texts in judged.families().items()}
    result["disguised"] = disguised(of, thresholds)
    result["languages"] = {language: {kind: {key: metrics.reached(of([row[language] for row in judged.translations()
                                                                      if row["label"] == kind]), value)
                                             for key, value in thresholds.items()} for kind in ("jailbreak", "benign")}
                           for language in ("en", "de", "es", "nl")}
    if development:
        result["operating points"] = operating_points(of(judged.development()), negative, rough, calm)
    return result


def disguised(of, thresholds: dict[str, float]) -> dict:
    base, calm = robust_base(), calm_base()
    result = {"none": {"attacks": {key: metrics.reached(of(base), value) for key, value in thresholds.items()},
                       "harmless": {key: metrics.reached(of(calm), value) for key, value in thresholds.items()}}}
    for name, disguise in disguises().items():
        scores, calm_scores = of([disguise(text) for text in base]), of([disguise(text) for text in calm])
        result[name] = {"attacks": {key: metrics.reached(scores, value) for key, value in thresholds.items()},
                        "harmless": {key: metrics.reached(calm_scores, value) for key, value in thresholds.items()}}
    return result


def operating_points(development: numpy.ndarray, negative: numpy.ndarray, rough: dict, calm: dict) -> dict:
    """Thresholds chosen on texts that are in none of the tables, and what they do on those that are."""
    result = {}
    for rate in RATES:
        value = metrics.threshold_at(development, rate)
        result[f"{rate:.1%} of the development texts"] = {
            "threshold": value, "false alarms": metrics.reached(negative, value),
            "recall": {name: metrics.reached(scores, value) for name, scores in rough.items()},
            "false alarms by source": {name: metrics.reached(scores, value) for name, scores in calm.items()}}
    return result


def percent(share: dict) -> str:
    value = share.get("share", share.get("value"))
    return "-" if value is None else f"{100 * value:.1f} [{100 * share['low']:.1f}, {100 * share['high']:.1f}]"


def show(results: dict[str, dict]) -> None:
    for who, result in results.items():
        print(f"\njailbreak, {who}; harmless texts: {result['negatives']}; thresholds {result['thresholds']}")
        print(f"  {'attacks':<28} {'n':>5}  {'AUC':<24} {'recall % at 1 % false alarms':<30} at 0.1 %")
        for name, row in result["sources"].items():
            area = "{value:.3f} [{low:.3f}, {high:.3f}]".format(**row["auc"])
            print(f"  {name:<28} {row['of']:>5}  {area:<24} {percent(row['recall at 1.0%']):<30} {percent(row['recall at 0.1%'])}")
        for what in ("false alarms", "families"):
            print(f"  {what}")
            for name, row in result[what].items():
                print(f"    {name:<38} {row['1.0%']['of']:>5}  {percent(row['1.0%']):<24} {percent(row['0.1%'])}")
        print(f"  {'disguise':<26} recall % at 1 %          at 0.1 %                 harmless at 1 %, at 0.1 %")
        for name, row in result["disguised"].items():
            print(f"    {name:<24} {percent(row['attacks']['1.0%']):<24} {percent(row['attacks']['0.1%']):<24} "
                  f"{100 * row['harmless']['1.0%']['share']:.1f}, {100 * row['harmless']['0.1%']['share']:.1f}")
        for language, row in result["languages"].items():
            print(f"    {language}: recall {percent(row['jailbreak']['1.0%'])}, at 0.1 % {percent(row['jailbreak']['0.1%'])};"
                  f" harmless {percent(row['benign']['1.0%'])}")
        for name, row in result.get("operating points", {}).items():
            print(f"  threshold at {name}: {row['threshold']:.4f}; false alarms {percent(row['false alarms'])}; recall "
                  + ", ".join(f"{source} {percent(of)}" for source, of in row["recall"].items()))
