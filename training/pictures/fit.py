"""Fits a linear projection of the trunk's features into MiniLM's space by ridge regression, and a small network to compare with.

What a picture is to become is not its caption's vector itself but that vector less what all captions share ("a photo of ..."), with the directions in which many
concepts lie close together stretched: (S + whitening * mean variance)^-1 (caption - shared), S being the captions' covariance. A large whitening leaves captions as they are.
Features are scaled for the fit; the scaling is folded into the weights afterwards.
"""
import dataclasses

import numpy
from concepts import Concepts


@dataclasses.dataclass(frozen=True)
class Choice:
    ridge: float = 0.3  # beside features of variance one
    whitening: float = 1.0
    shared: float = 0.7  # how much of the captions' mean is taken off
    hidden: int = 0


class Projection:
    """Of features [n][1280] unit vectors [n][384]."""

    def __init__(self, weight: numpy.ndarray, bias: numpy.ndarray):
        self.weight, self.bias = weight.astype(numpy.float32), bias.astype(numpy.float32)

    def __call__(self, features: numpy.ndarray) -> numpy.ndarray:
        made = features @ self.weight.T + self.bias
        return made / numpy.linalg.norm(made, axis=1, keepdims=True)


class Network:
    """Random features, of which a ridge regression makes vectors: a hidden layer that needs no descent."""

    def __init__(self, mean, scale, hidden, inner: Projection):
        self.mean, self.scale, self.hidden, self.inner = mean, scale, hidden, inner

    def __call__(self, features: numpy.ndarray) -> numpy.ndarray:
        return self.inner(expanded((features - self.mean) / self.scale, self.hidden))


def expanded(x: numpy.ndarray, hidden: numpy.ndarray) -> numpy.ndarray:
    return numpy.concatenate([x, numpy.maximum(x @ hidden, 0)], axis=1).astype(numpy.float32)


def goals(targets: numpy.ndarray, concepts: Concepts, choice: Choice) -> numpy.ndarray:
    centres = numpy.stack([vectors.mean(0) for vectors in concepts.vectors])
    shared = centres.mean(0)
    spread = centres - shared
    covariance = spread.T @ spread / len(spread)
    turned = numpy.linalg.solve(covariance + choice.whitening * numpy.trace(covariance) / len(covariance) * numpy.eye(len(covariance)), (centres - choice.shared * shared).T).T
    turned /= numpy.linalg.norm(turned, axis=1, keepdims=True)
    goal = targets @ turned
    return goal / numpy.linalg.norm(goal, axis=1, keepdims=True)


class Sums:
    """Of one set of pictures what every choice needs: made once."""

    def __init__(self, features: numpy.ndarray, weights: numpy.ndarray):
        self.odds = (weights / weights.sum())[:, None]
        self.mean = (self.odds * features).sum(0)
        self.scale = numpy.sqrt((self.odds * (features - self.mean) ** 2).sum(0)) + 0.05
        self.x = (features - self.mean) / self.scale
        self.gram = self.x.T @ (self.odds * self.x)

    def solve(self, goal: numpy.ndarray, ridge: float) -> Projection:
        centre = (self.odds * goal).sum(0)
        weight = numpy.linalg.solve(self.gram + ridge * numpy.eye(len(self.gram)), self.x.T @ (self.odds * (goal - centre))).T / self.scale
        return Projection(weight, centre - weight @ self.mean)


def fit(features: numpy.ndarray, weights: numpy.ndarray, targets: numpy.ndarray, concepts: Concepts, choice: Choice, sums: Sums | None = None):
    sums = sums or Sums(features, weights)
    goal = goals(targets, concepts, choice)
    if not choice.hidden:
        return sums.solve(goal, choice.ridge)
    hidden = numpy.random.default_rng(7).normal(0, features.shape[1] ** -0.5, (features.shape[1], choice.hidden)).astype(numpy.float32)
    return Network(sums.mean, sums.scale, hidden, Sums(expanded(sums.x, hidden), weights).solve(goal, choice.ridge))
