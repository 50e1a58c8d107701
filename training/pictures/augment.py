"""What happens to a picture before it is sent to anybody: cropped, tilted, photographed from a table or a screen, badly lit, blurred, noisy, packed."""
import io
import random

import numpy
from PIL import Image, ImageEnhance, ImageFilter


def perspective(image: Image.Image, dice: random.Random, strength: float, ground) -> Image.Image:
    """The picture as a sheet that lies on `ground` (a colour or a picture)."""
    width, height = image.size
    spare = strength + 0.02
    room = Image.new("RGB", (int(width * (1 + spare)), int(height * (1 + spare))), ground if isinstance(ground, tuple) else 0)
    if not isinstance(ground, tuple):
        room = ground.resize(room.size)
    left, top = (room.width - width) // 2, (room.height - height) // 2
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    moved = [(x + dice.uniform(-1, 1) * strength * width / 2, y + dice.uniform(-1, 1) * strength * height / 2) for x, y in corners]
    rows, right = [], []
    for (x, y), (u, v) in zip(moved, ((0, 0), (width, 0), (width, height), (0, height))):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    warp = tuple(numpy.linalg.solve(numpy.array(rows), numpy.array(right)))
    lying = image.transform(room.size, Image.Transform.PERSPECTIVE, warp, Image.Resampling.BILINEAR)
    mask = Image.new("L", image.size, 255).transform(room.size, Image.Transform.PERSPECTIVE, warp, Image.Resampling.BILINEAR)
    room.paste(lying, (0, 0), mask)
    return room


def lit(image: Image.Image, dice: random.Random) -> Image.Image:
    """One side is brighter, and the light has a colour."""
    samples = numpy.asarray(image, numpy.float32)
    height, width = samples.shape[:2]
    slope = numpy.linspace(dice.uniform(0.6, 1), dice.uniform(0.85, 1.15), width)[None, :] * numpy.linspace(dice.uniform(0.75, 1), dice.uniform(0.85, 1.1), height)[:, None]
    cast = numpy.array([dice.uniform(0.9, 1.05), 1, dice.uniform(0.82, 1.06)])
    return Image.fromarray(numpy.clip(samples * slope[..., None] * cast, 0, 255).astype(numpy.uint8))


def moire(image: Image.Image, dice: random.Random) -> Image.Image:
    """A screen, photographed."""
    samples = numpy.asarray(image, numpy.float32)
    y, x = numpy.mgrid[0:samples.shape[0], 0:samples.shape[1]]
    stripes = 1 + dice.uniform(0.02, 0.07) * numpy.sin((x * dice.uniform(-1, 1) + y * dice.uniform(0.5, 2)) * dice.uniform(0.6, 2.4))
    return Image.fromarray(numpy.clip(samples * stripes[..., None], 0, 255).astype(numpy.uint8))


def packed(image: Image.Image, quality: int) -> Image.Image:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality)
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


def cropped(image: Image.Image, dice: random.Random, least: float) -> Image.Image:
    width, height = (int(side * dice.uniform(least, 1)) for side in image.size)
    x, y = dice.randint(0, image.width - width), dice.randint(0, image.height - height)
    return image.crop((x, y, x + width, y + height))


def light(image: Image.Image, dice: random.Random) -> Image.Image:
    """As a file is passed on: a little cropped, scaled, packed."""
    image = cropped(image.convert("RGB"), dice, 0.88)
    scale = dice.uniform(0.45, 1)
    image = image.resize((max(64, int(image.width * scale)), max(64, int(image.height * scale))), Image.Resampling.BILINEAR)
    return packed(image, dice.randint(45, 95))


def heavy(image: Image.Image, dice: random.Random, grounds: list[Image.Image]) -> Image.Image:
    """As somebody photographs it."""
    image = cropped(image.convert("RGB"), dice, 0.8)
    if dice.random() < 0.7:
        if dice.random() < 0.4:
            image = image.rotate(dice.uniform(-14, 14), Image.Resampling.BILINEAR, expand=False, fillcolor=tuple(dice.randint(0, 255) for _ in range(3)))
        ground = dice.choice(grounds) if grounds and dice.random() < 0.6 else tuple(dice.randint(0, 255) for _ in range(3))
        image = perspective(image, dice, dice.uniform(0.04, 0.3), ground)
    if dice.random() < 0.6:
        image = lit(image, dice)
    if dice.random() < 0.25:
        image = moire(image, dice)
    if dice.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(dice.uniform(0.3, 1.8)))
    if dice.random() < 0.4:
        grain = numpy.random.default_rng(dice.randint(0, 2**31)).normal(0, dice.uniform(3, 16), (image.height, image.width, 1))
        image = Image.fromarray(numpy.clip(numpy.asarray(image, numpy.float32) + grain, 0, 255).astype(numpy.uint8))
    if dice.random() < 0.3:
        image = ImageEnhance.Color(image).enhance(dice.uniform(0, 1.4))
    if dice.random() < 0.3:
        image = ImageEnhance.Contrast(image).enhance(dice.uniform(0.6, 1.3))
    return packed(image, dice.randint(30, 90))
