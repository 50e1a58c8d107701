"""What a head is worth, with 95 % intervals: Wilson for shares, DeLong for the AUC, bootstrap (fixed seed) for the rest."""
import math

import numpy

Z = 1.959963984540054
RESAMPLES = 1000


def wilson(good: int, of: int) -> dict:
    if of == 0:
        return {"of": 0}
    share = good / of
    centre = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return {"share": share, "low": max(0.0, centre - half), "high": min(1.0, centre + half), "of": of}


def bootstrap(values: list[float]) -> dict:
    low, high = numpy.quantile(values, [0.025, 0.975])
    return {"low": float(low), "high": float(high)}


def macro_recall(truth: numpy.ndarray, said: numpy.ndarray) -> dict:
    dice = numpy.random.default_rng(1)
    right = [(said[truth == label] == label) for label in sorted(set(truth))]
    mean = float(numpy.mean([of_label.mean() for of_label in right]))
    resampled = [numpy.mean([dice.choice(of_label, len(of_label)).mean() for of_label in right]) for _ in range(RESAMPLES)]
    return {"value": mean, **bootstrap(resampled)}


def placements(scores: numpy.ndarray, others: numpy.ndarray) -> numpy.ndarray:
    """For each score the share of the others below it; equal ones count half."""
    others = numpy.sort(others)
    return (numpy.searchsorted(others, scores, "left") + numpy.searchsorted(others, scores, "right")) / (2 * len(others))


def auc(positive: numpy.ndarray, negative: numpy.ndarray) -> dict:
    of_positive, of_negative = placements(positive, negative), 1 - placements(negative, positive)
    value = float(of_positive.mean())
    error = math.sqrt(of_positive.var(ddof=1) / len(positive) + of_negative.var(ddof=1) / len(negative))
    if not 0 < value < 1:
        return {"value": value, "low": value, "high": value}
    logit, half = math.log(value / (1 - value)), Z * error / (value * (1 - value))
    return {"value": value, "low": 1 / (1 + math.exp(-logit + half)), "high": 1 / (1 + math.exp(-logit - half))}


def threshold_at(negative: numpy.ndarray, rate: float) -> float:
    """The lowest threshold that at most `rate` of the negatives reach."""
    ordered = numpy.sort(negative)[::-1]
    allowed = int(rate * len(ordered))
    return float(numpy.nextafter(ordered[allowed], math.inf)) if allowed < len(ordered) else 0.0


def recall_at(positive: numpy.ndarray, negative: numpy.ndarray, rate: float) -> dict:
    """Recall where `rate` of the negatives reach the threshold, both sides resampled."""
    dice = numpy.random.default_rng(2)
    value = float((positive >= threshold_at(negative, rate)).mean())
    resampled = [(dice.choice(positive, len(positive)) >= threshold_at(dice.choice(negative, len(negative)), rate)).mean()
                 for _ in range(RESAMPLES)]
    return {"value": value, **bootstrap(resampled), "positives": len(positive), "negatives": len(negative)}


def reached(scores: numpy.ndarray, threshold: float) -> dict:
    return wilson(int((scores >= threshold).sum()), len(scores))
