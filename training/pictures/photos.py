"""The corpus photos: one of each of 900 ImageNet classes, which kinds they are of, and which part of the split their class belongs to."""
import dataclasses
import hashlib
import os
import pathlib

import numpy
from words import ROOT

FOLDER = pathlib.Path(os.environ.get("SIGNALBOX_CORPUS", ROOT / "../shared/corpus")) / "data/photos"
MEMBERS = {
    "car": "sports_car convertible minivan beach_wagon cab limousine jeep Model_T racer pickup ambulance police_van",
    "office": "desk desktop_computer laptop monitor computer_keyboard printer notebook screen typewriter_keyboard binder dial_telephone space_bar hand-held_computer",
    "food": "guacamole consomme hot_pot trifle ice_cream ice_lolly French_loaf bagel pretzel hotdog mashed_potato head_cabbage broccoli cauliflower zucchini spaghetti_squash acorn_squash butternut_squash artichoke bell_pepper "
            "Granny_Smith strawberry orange lemon fig banana jackfruit custard_apple pomegranate carbonara chocolate_sauce dough meat_loaf potpie burrito espresso eggnog bakery confectionery",
    "landscape": "alp cliff geyser lakeside promontory sandbar seashore valley volcano breakwater",
    "building": "barn boathouse church cinema dome greenhouse mobile_home mosque palace planetarium stupa bell_cote cliff_dwelling yurt beacon restaurant barbershop bookshop library toyshop shoe_shop tobacco_shop",
    "boat": "canoe catamaran container_ship fireboat gondola lifeboat liner schooner speedboat trimaran yawl pirate",
    "instrument": "accordion acoustic_guitar banjo bassoon cello drum electric_guitar flute French_horn gong grand_piano harp maraca marimba ocarina organ panpipe sax steel_drum trombone upright violin",
    "clothing": "abaya academic_gown bikini brassiere cardigan cloak cowboy_boot cowboy_hat fur_coat gown jean jersey kimono lab_coat maillot military_uniform miniskirt overskirt pajama poncho sarong sock sombrero stole suit "
                "sweatshirt swimming_trunks trench_coat vestment Windsor_tie hoopskirt mitten running_shoe sandal Loafer",
}
BIRDS = (("n01514668", "n01622779"), ("n01795545", "n01860187"), ("n02002556", "n02058221"))


@dataclasses.dataclass(frozen=True)
class Photo:
    path: pathlib.Path
    wnid: str
    name: str
    kinds: tuple[str, ...]
    fold: int  # 0 and 1 judge the projection that ships, 2 selects, the others are fitted to

    @property
    def part(self) -> str:
        return "held_out" if self.fold < 2 else "validation" if self.fold == 2 else "train"


def kinds_of(wnid: str, name: str) -> tuple[str, ...]:
    found = [kind for kind, names in MEMBERS.items() if name in names.split()]
    if wnid < "n02666196":
        found.append("animal")
        if "n02085620" <= wnid <= "n02113978":
            found.append("dog")
        if any(low <= wnid <= high for low, high in BIRDS):
            found.append("bird")
    return tuple(found)


def photos() -> list[Photo]:
    """A fold is a fifth of each kind's classes, by digests."""
    paths = sorted(FOLDER.glob("n*_*.jpg"))
    made, counters = [], {}
    for path in sorted(paths, key=lambda one: hashlib.sha256(one.name.encode()).digest()):
        wnid, name = path.stem.split("_", 1)
        kinds = kinds_of(wnid, name)
        counters[kinds] = counters.get(kinds, -1) + 1
        made.append(Photo(path, wnid, name, kinds, counters[kinds] % 5))
    return sorted(made, key=lambda one: one.wnid)


def imagenet_positions(logits: numpy.ndarray) -> list[int]:
    """Which of the 1000 logits belongs to which of the photos, sorted by WordNet id: ImageNet numbers its classes in that order, so that the positions rise,
    and of all rising assignments the one with the highest sum of logits is taken. No list of names is needed."""
    count, classes = logits.shape
    best = numpy.zeros(classes + 1)
    taken = numpy.zeros((count, classes), bool)
    for i in range(count):
        new = numpy.full(classes + 1, -numpy.inf)
        for j in range(i, classes - (count - 1 - i)):
            with_it = best[j] + logits[i, j]
            taken[i, j] = with_it > new[j]
            new[j + 1] = max(new[j], with_it)
        best = new
    positions, j = [], classes - 1
    for i in range(count - 1, -1, -1):
        while not taken[i, j]:
            j -= 1
        positions.append(j)
        j -= 1
    return positions[::-1]
