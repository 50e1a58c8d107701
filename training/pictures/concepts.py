"""What the projection learns to tell apart: kinds, ImageNet classes by their names, coloured shapes; and which of them a picture is."""
import caches
import kinds
import numpy
import photos
import texts

NAME_TEMPLATES = ("{}", "a photo of {}", "a picture of {}")


def class_captions(name: str) -> list[str]:
    words = name.replace("_", " ")
    return [template.format(words if template == "{}" else kinds.article(words)) for template in NAME_TEMPLATES]


def class_texts(names: list[str]) -> numpy.ndarray:
    """[classes][templates][384]"""
    captions = [caption for name in names for caption in class_captions(name)]
    return texts.vectors(captions).reshape(len(names), len(NAME_TEMPLATES), -1)


class Concepts:
    """Only classes that are fitted to are among them: no caption names a class of the validation or of the judging part."""

    def __init__(self, parts: tuple[str, ...] = ("train",), folds: tuple[int, ...] | None = None):
        self.photos = photos.photos()
        fitted = [photo for photo in self.photos if (photo.fold in folds if folds is not None else photo.part in parts)]
        self.classes = [photo.name for photo in fitted]
        self.by_name = {photo.name: photo for photo in self.photos}
        rules = {text for rule in kinds.RULES.values() for text in rule.rule}
        self.names, self.captions = [], []
        for one in kinds.ALL.values():
            self.add(one.name, [caption for caption in kinds.captions(one.name) if caption not in rules])
        for colour in kinds.COLOURS:
            for shape in kinds.SHAPES:
                self.add(f"{colour} {shape}", kinds.captions(f"{colour} {shape}"))
        for name in self.classes:
            self.add("class " + name, class_captions(name))
        flat = [caption for some in self.captions for caption in some]
        vectors, at = texts.vectors(flat), 0
        self.vectors = []
        for some in self.captions:
            self.vectors.append(vectors[at:at + len(some)])
            at += len(some)
        self.index = {name: i for i, name in enumerate(self.names)}

    def add(self, name: str, captions: list[str]) -> None:
        self.names.append(name)
        self.captions.append(captions)

    def of(self, one: caches.Item) -> list[str]:
        """The concepts of a picture: of a photo its class, and the kinds that the class belongs to."""
        if one.source not in ("photo", "class"):
            return [one.kind]
        return ["class " + one.kind, *self.by_name[one.kind].kinds]

    def targets(self, items: list[caches.Item]) -> numpy.ndarray:
        """[items][concepts]: shares that sum to one; of a photo half for its class, half for its kinds."""
        made = numpy.zeros((len(items), len(self.names)), numpy.float32)
        for row, one in enumerate(items):
            found = [self.index[name] for name in self.of(one) if name in self.index]
            made[row, found] = 1 / len(found)
        return made
