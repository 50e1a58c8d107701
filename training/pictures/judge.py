"""What a projection is worth by rules: rendered and real pictures apart, intervals as in metrics.py."""
import pathlib
import sys

import caches
import kinds
import known
import numpy
import samples
import texts
import trunk

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from metrics import auc, placements, threshold_at, wilson  # noqa: E402  (of training/)

RULES = list(kinds.RULES)
SECURITY = [name for name in RULES if kinds.RULES[name].security]


def rule_scores(vectors: numpy.ndarray) -> numpy.ndarray:
    """[pictures][rules]: a rule's description that is most alike decides."""
    return numpy.stack([(vectors @ texts.vectors(list(kinds.RULES[name].rule)).T).max(1) for name in RULES], axis=1)


def truths(one: caches.Item, by_name: dict) -> list[str]:
    found = by_name[one.kind].kinds if one.source == "photo" else (one.kind,)
    return [name for name in found if name in kinds.RULES]


def ranks(scores: numpy.ndarray, truth: list[list[str]]) -> numpy.ndarray:
    """Of each picture the place of its right rule, the best of them where several are right."""
    order = numpy.argsort(-scores, axis=1)
    return numpy.array([min(int(numpy.where(row == RULES.index(name))[0][0]) for name in names) for row, names in zip(order, truth)])


def by_class(items: list, scores: numpy.ndarray, by_name: dict) -> dict:
    """Pictures that no rule is right for are left out here; they judge the thresholds."""
    truth = [truths(one, by_name) for one in items]
    kept = [i for i, names in enumerate(truth) if names]
    place = ranks(scores[kept], [truth[i] for i in kept])
    firsts = scores[kept].argmax(1)
    report, confusion = {}, {}
    for name in RULES:
        mine = numpy.array([name in truth[i] for i in kept])
        if mine.any():
            report[name] = {"first": wilson(int((place[mine] == 0).sum()), int(mine.sum())), "among_three": wilson(int((place[mine] < 3).sum()), int(mine.sum()))}
            confusion[name] = {RULES[rule]: int(count) for rule, count in zip(*numpy.unique(firsts[mine], return_counts=True))}
    return {"all": {"first": wilson(int((place == 0).sum()), len(place)), "among_three": wilson(int((place < 3).sum()), len(place)),
                    "mean_of_classes": float(numpy.mean([one["first"]["share"] for one in report.values()]))}, "classes": report, "confusion": confusion}


def areas(items: list, scores: numpy.ndarray, by_name: dict) -> dict:
    """AUC of each rule: its own pictures against all others of the same split."""
    truth = [truths(one, by_name) for one in items]
    made = {}
    for column, name in enumerate(RULES):
        mine = numpy.array([name in names for names in truth])
        if mine.sum() > 1:
            made[name] = auc(scores[mine, column], scores[~mine, column])
    return made


def thresholds(negatives: numpy.ndarray, of_no_kind: numpy.ndarray) -> dict:
    """On validation pictures: none of `negatives` (photos and look-alikes) reaches a security rule's, half a hundredth of them another rendered kind's. Of photo kinds
    the photos of no kind are the negatives, and five in a hundred may reach one: who photographs an abacus may well have a table in the picture."""
    made = {}
    for column, name in enumerate(RULES):
        if any(name == one.name for one in kinds.PHOTOS):
            made[name] = threshold_at(of_no_kind[:, column], 0.05)
        else:
            made[name] = threshold_at(negatives[:, column], 0.0 if name in SECURITY else 0.005)
    return made


def fired(scores: numpy.ndarray, limits: dict, names: list[str]) -> numpy.ndarray:
    return numpy.stack([scores[:, RULES.index(name)] >= limits[name] for name in names], axis=1)


def known_shapes(project) -> dict:
    """As the product asks when it loads a joint model: is any of the 21 rules upside down?"""
    seen = project(trunk.features([trunk.prepared(image) for image in known.pictures()]))
    scores = seen @ texts.vectors(known.labels()).T
    values = [float(placements(scores[[i], i], numpy.delete(scores[:, i], i)).mean()) for i in range(len(scores))]
    return {"first": wilson(int((scores.argmax(1) == numpy.arange(len(scores))).sum()), len(scores)), "lowest_auc": min(values), "reversed": sum(value < 0.5 for value in values),
            "auc": dict(zip(known.labels(), values))}


def strangeness(inside: numpy.ndarray, outside: numpy.ndarray) -> tuple[float, float]:
    """Platt's two numbers: chance that a picture is like nothing the rules know = 1 / (1 + exp(a * similarity + b))."""
    import torch
    x = torch.from_numpy(numpy.concatenate([inside, outside])).double()
    y = torch.cat([torch.zeros(len(inside)), torch.ones(len(outside))]).double()
    weight = torch.where(y == 1, 0.5 / len(outside), 0.5 / len(inside))
    numbers = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([numbers], max_iter=200, line_search_fn="strong_wolfe")
    def closure():
        optimizer.zero_grad()
        loss = (torch.nn.functional.binary_cross_entropy_with_logits(-(numbers[0] * x + numbers[1]), y, reduction="none") * weight).sum()
        loss.backward()
        return loss
    optimizer.step(closure)
    return tuple(numbers.detach().tolist())


def calibration(inside: numpy.ndarray, outside: numpy.ndarray, numbers: tuple[float, float]) -> dict:
    """Judged on pictures that the two numbers were not fitted to; both sides count alike."""
    chance = [1 / (1 + numpy.exp(numbers[0] * side + numbers[1])) for side in (inside, outside)]
    error = 0.0
    for low in numpy.arange(0, 1, 0.1):
        counts = [((side >= low) & (side < low + 0.1)).mean() for side in chance]
        if sum(counts):
            said = sum(side[(side >= low) & (side < low + 0.1)].sum() / len(side) for side in chance)
            error += abs(said - counts[1]) / 2
    return {"platt": {"a": numbers[0], "b": numbers[1]}, "auc": auc(chance[1], chance[0]), "expected_calibration_error": float(error), "inside": len(inside), "outside": len(outside)}


def real_samples(project) -> dict:
    """What the rules say of the few real documents and medical pictures that packages hold: too few for a share."""
    made = {}
    for name, image in samples.pictures().items():
        scores = rule_scores(project(trunk.features([trunk.prepared(image)])))[0]
        best = numpy.argsort(-scores)[:3]
        made[name] = {RULES[i]: round(float(scores[i]), 3) for i in best}
    return made
