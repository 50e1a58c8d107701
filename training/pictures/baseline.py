"""ConSE: the trunk's own ImageNet classes, each by its name's vector, weighted by how likely it is. No training, and the names of all 900 classes."""
import numpy
import photos
import trunk
from concepts import class_texts

LIKELIEST = 10


class Conse:
    def __init__(self, plain_photos: numpy.ndarray):
        """plain_photos: features of the untreated photos, sorted by WordNet id."""
        names = [photo.name for photo in photos.photos()]
        self.positions = photos.imagenet_positions(trunk.logits(plain_photos))
        vectors = class_texts(names).mean(1)
        self.vectors = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)

    def __call__(self, features: numpy.ndarray) -> numpy.ndarray:
        scores = trunk.logits(features)[:, self.positions]
        chance = numpy.exp(scores - scores.max(1, keepdims=True))
        chance[chance < numpy.sort(chance, axis=1)[:, [-LIKELIEST]]] = 0
        made = chance @ self.vectors
        return made / numpy.linalg.norm(made, axis=1, keepdims=True)
