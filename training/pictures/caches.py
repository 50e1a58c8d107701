"""Features of all pictures, made once per picture and way of treating it, in build/training/pictures/features-SOURCE.npz."""
import dataclasses
import pathlib
import sys
import time

import augment
import drawn_a
import kinds
import numpy
import photos
import trunk
from PIL import Image
from render import STORE, dice
from words import Words

SOURCES = ("a", "b", "photo", "shape")


@dataclasses.dataclass(frozen=True)
class Item:
    key: str  # where it comes from and how it was treated; no two are equal
    source: str  # a, b, photo, shape
    kind: str  # of a photo: its class's name
    treatment: str  # plain, light0.., heavy0..
    number: int
    path: pathlib.Path | None = None


def item(source: str, kind: str, number: int, treatment: str, path=None) -> Item:
    return Item(f"{source}/{kind}/{number}/{treatment}", source, kind, treatment, number, path)


def items(counts: dict[str, int], shapes: int = 16) -> list[Item]:
    """counts: pictures of each kind by generator. Of photos the training has each class's picture twice, the judging once."""
    made = []
    for source, treatments in (("a", ("light0", "heavy0")), ("b", ("plain", "heavy0"))):
        for one in kinds.RENDERED:
            for path in sorted((STORE / source / one.name).glob("*.jpg"))[:counts[source]]:
                made += [item(source, one.name, int(path.stem), treatment, path) for treatment in treatments]
    for number, photo in enumerate(photos.photos()):
        made += [item("photo", photo.name, number, treatment, photo.path) for treatment in ("plain", "heavy0")]
    for colour in kinds.COLOURS:
        for form in kinds.SHAPES:
            made += [item("shape", f"{colour} {form}", number, "plain") for number in range(shapes)]
    return made


def picture(one: Item, grounds: list[Image.Image]) -> Image.Image:
    if one.source == "shape":
        return drawn_a.shape(Words(dice(one.key)), *one.kind.split())
    image = Image.open(one.path).convert("RGB")
    if one.treatment.startswith("light"):
        return augment.light(image, dice(one.key))
    if one.treatment.startswith("heavy"):
        return augment.heavy(image, dice(one.key), [] if one.source == "photo" else grounds)
    return image


def cache(source: str) -> pathlib.Path:
    return STORE / f"features-{source}.npz"


def load(source: str) -> dict[str, numpy.ndarray]:
    if not cache(source).exists():
        return {}
    with numpy.load(cache(source)) as held:
        return dict(zip(held["keys"].tolist(), held["features"]))


def save(source: str, known: dict[str, numpy.ndarray]) -> None:
    numpy.savez(cache(source), keys=numpy.array(list(known)), features=numpy.stack(list(known.values())).astype(numpy.float32))


def of_source(source: str, wanted: list[Item]) -> dict[str, numpy.ndarray]:
    known = load(source)
    missing = sorted((one for one in wanted if one.key not in known), key=lambda one: one.number)
    # Photos of the training part lie under papers as tables and walls; those that judge never do.
    grounds = [Image.open(photo.path).convert("RGB") for photo in photos.photos() if photo.part == "train"][:60] if missing else []
    began = time.monotonic()
    for start in range(0, len(missing), 128):
        part = missing[start:start + 128]
        for one, vector in zip(part, trunk.features([trunk.prepared(picture(one, grounds)) for one in part])):
            known[one.key] = vector
        save(source, known)
        print(f"features of {source}: {min(start + 128, len(missing))} of {len(missing)}, {time.monotonic() - began:.0f} s", flush=True)
    return known


def features(wanted: list[Item]) -> numpy.ndarray:
    known = {source: of_source(source, [one for one in wanted if one.source == source]) for source in SOURCES}
    return numpy.stack([known[one.source][one.key] for one in wanted])


if __name__ == "__main__":
    only, count = sys.argv[1], int(sys.argv[2])
    of_source(only, [one for one in items({"a": count, "b": count}) if one.source == only])
