"""The 21 pictures by which the product proves a joint model when it loads it (src/trust/known_pictures.cpp), drawn as there. They judge and are never fitted to."""
import kinds
import numpy
from PIL import Image

SIDE = 224
RGB = {"red": (210, 40, 40), "green": (40, 160, 60), "blue": (40, 70, 210), "yellow": (235, 210, 40), "orange": (240, 130, 20), "black": (20, 20, 20), "white": (245, 245, 245)}


def labels() -> list[str]:
    return [kinds.shape_label(colour, shape) for colour in kinds.COLOURS for shape in kinds.SHAPES]


def picture(label: int) -> Image.Image:
    side = 96 + 8 * (label % 5)
    room = SIDE - side
    y, x = numpy.mgrid[0:SIDE, 0:SIDE] + 0.5
    across, down = (x - room * (1 + label % 4) / 5) / side, (y - room * (1 + label % 3) / 4) / side
    inside = (across >= 0) & (across <= 1) & (down >= 0) & (down <= 1)
    shape = kinds.SHAPES[label % 3]
    if shape == "circle":
        inside &= numpy.hypot(across - 0.5, down - 0.5) <= 0.5
    elif shape == "triangle":
        inside &= numpy.abs(across - 0.5) <= down / 2
    samples = numpy.full((SIDE, SIDE, 3), 90 + 12 * (label % 7), numpy.uint8)
    samples[inside] = RGB[kinds.COLOURS[label // 3]]
    return Image.fromarray(samples)


def pictures() -> list[Image.Image]:
    return [picture(label) for label in range(len(kinds.COLOURS) * len(kinds.SHAPES))]
