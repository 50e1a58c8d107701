"""What the trunk's classifier knows of a class beside one photo: an estimate of its mean features.

A linear classifier of classes with equal spread has the weights w = S^-1 (mean of class - mean of all); so the mean of a class lies at mean + scale * S w. Spread, mean and
scale are estimated on the photos of the classes asked for, and nothing of other classes' weights is used.
"""
import numpy
import photos
import trunk


def class_means(plain: numpy.ndarray, names: list[str], wanted: list[str]) -> numpy.ndarray:
    """plain: features of the untreated photos, `names` their classes, sorted by WordNet id."""
    positions = dict(zip(names, photos.imagenet_positions(trunk.logits(plain))))
    own = plain[[names.index(name) for name in wanted]]
    weights = trunk.network()._fc.weight.detach().numpy()[[positions[name] for name in wanted]]
    centre = own.mean(0)
    away = (weights - weights.mean(0)) @ numpy.cov(own.T)
    scale = float((away * (own - centre)).sum() / (away ** 2).sum())
    return (centre + scale * away).astype(numpy.float32)
