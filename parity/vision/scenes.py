"""Larger pictures, drawn from a seed: identity documents, screens of code, adversarial ones, photographs' sizes. For compare.py and bench."""
import math
import random

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import pictures


def font(size):
    return ImageFont.load_default(size=size)


def identity_document(seed):
    """A made-up card or passport page: portrait, fields, machine-readable zone, guilloche."""
    r = random.Random(seed)
    width, height = r.choice([(1013, 638), (1250, 880), (1754, 1240), (856, 540)])
    image = Image.new("RGB", (width, height), tuple(r.randint(200, 250) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    ink = tuple(r.randint(90, 190) for _ in range(3))
    for line in range(0, height, 9):
        points = [(x, line + 6 * math.sin(x / r.uniform(28, 32) + line)) for x in range(0, width, 6)]
        draw.line(points, ink, 1)
    left, top, right, bottom = width // 20, height // 5, width // 3, height * 7 // 10
    draw.rectangle((left, top, right, bottom), (225, 225, 230), (40, 40, 40), 2)
    draw.ellipse((left + 40, top + 30, right - 40, bottom - 90), (r.randint(120, 230), 160, 130))
    draw.text((left, height // 20), r.choice(["PASSPORT", "IDENTITY CARD", "RESIDENCE PERMIT"]), (120, 10, 30), font(height // 12))
    for row, label in enumerate(("Surname", "Given names", "Date of birth", "Document No.", "Expiry")):
        y = top + row * height // 11
        draw.text((width * 2 // 5, y), label, (90, 90, 90), font(height // 40))
        value = "".join(r.choice("ABCDEFGHKLMNPRSTUVXYZ0123456789") for _ in range(9))
        draw.text((width * 2 // 5, y + height // 36), value, "black", font(height // 24))
    for row in range(2):
        zone = "".join(r.choice("ABCDEFGHKLMNPRSTUVXYZ0123456789<<<<") for _ in range(44))
        draw.text((width // 30, height * (80 + 8 * row) // 100), zone, "black", font(height // 20))
    if seed % 3 == 0:
        image = image.rotate(r.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor=(70, 60, 50))
    return image


def code_screen(seed):
    r = random.Random(seed)
    width, height = r.choice([(1920, 1080), (1366, 768), (1280, 1024), (2560, 1440)])
    dark = r.random() < 0.7
    image = Image.new("RGB", (width, height), (30, 30, 30) if dark else (253, 253, 250))
    draw = ImageDraw.Draw(image)
    colours = [(86, 156, 214), (206, 145, 120), (106, 153, 85), (220, 220, 170), (197, 134, 192)]
    size = r.choice([13, 15, 18])
    for row in range(height // (size + 5)):
        x = 60 + 4 * size * r.randint(0, 4)
        draw.text((12, row * (size + 5)), str(row + 1), (110, 110, 110), font(size))
        for _ in range(r.randint(0, 9)):
            word = "".join(r.choice("abcdefghijklmnopqrstuvwxyz_(){};:=+-*/<>.0123456789") for _ in range(r.randint(1, 12)))
            draw.text((x, row * (size + 5)), word, r.choice(colours) if dark else tuple(c // 2 for c in r.choice(colours)), font(size))
            x += size * len(word) * 6 // 10 + size // 2
    return image


def adversarial(seed):
    """What filters, decoders and eight bits between passes like least."""
    r = random.Random(seed)
    noise = numpy.random.default_rng(seed)
    kind = seed % 8
    width, height = r.randint(3, 1500), r.randint(3, 1500)
    if kind == 0:  # noise of extremes
        samples = noise.choice(numpy.array([0, 255], numpy.uint8), (height, width, 3))
    elif kind == 1:  # a fine checkerboard
        step = r.randint(1, 9)
        y, x = numpy.mgrid[:height, :width]
        samples = numpy.repeat((((x // step + y // step) % 2) * 255).astype(numpy.uint8)[..., None], 3, 2)
    elif kind == 2:  # uniform noise
        samples = noise.integers(0, 256, (height, width, 3), numpy.uint8)
    elif kind == 3:  # one column, or one row
        width, height = r.choice([(1, r.randint(2, 3000)), (r.randint(2, 3000), 1), (2, r.randint(2, 3000))])
        samples = noise.integers(0, 256, (height, width, 3), numpy.uint8)
    elif kind == 4:  # a zone plate
        y, x = numpy.mgrid[:height, :width].astype(float)
        wave = 127.5 + 127.5 * numpy.cos((x * x + y * y) * math.pi / max(width, height))
        samples = numpy.stack([wave, 255 - wave, wave[::-1]], 2).astype(numpy.uint8)
    elif kind == 5:  # single bright dots
        samples = numpy.zeros((height, width, 3), numpy.uint8)
        samples[noise.random((height, width)) < 0.01] = 255
    elif kind == 6:  # the target's size on one axis, and one beside it
        width, height = r.choice([(224, 225), (383, 384), (512, 511), (256, 1000), (1000, 512), (513, 512)])
        samples = noise.integers(0, 256, (height, width, 3), numpy.uint8)
    else:  # text hidden in little contrast
        samples = numpy.asarray(pictures.page(max(width, 64), max(height, 64), (128, 128, 128), (131, 128, 126)))
    return Image.fromarray(samples)


def other_domain(seed):
    """Neither photo nor document: charts, gradients, maps of noise, x-ray-like grey, pixel art."""
    r = random.Random(seed)
    noise = numpy.random.default_rng(seed)
    width, height = r.randint(200, 1600), r.randint(200, 1200)
    if seed % 4 == 0:
        image = pictures.smooth(64, 48).resize((width, height), Image.Resampling.BICUBIC)
        draw = ImageDraw.Draw(image)
        for bar in range(12):
            draw.rectangle((bar * width // 12, height - r.randint(1, height), bar * width // 12 + width // 20, height), (bar * 20, 90, 200 - bar * 9))
        return image
    if seed % 4 == 1:
        return Image.fromarray(noise.integers(0, 256, (height // 8 + 1, width // 8 + 1), numpy.uint8)).resize((width, height)).filter(
            ImageFilter.GaussianBlur(4)).convert("RGB")
    if seed % 4 == 2:
        small = Image.fromarray(noise.integers(0, 256, (16, 16, 3), numpy.uint8))
        return small.resize((width, height), Image.Resampling.NEAREST)
    blobs = noise.integers(0, 256, (9, 9, 3), numpy.uint8)
    return Image.fromarray(blobs).resize((width, height), Image.Resampling.LANCZOS)


def photograph(seed, width, height):
    """Photo-like detail at any size: noise of every scale over soft shapes."""
    noise = numpy.random.default_rng(seed)
    total = numpy.zeros((height, width, 3), numpy.float32)
    for octave in range(7):
        cells = 4 << octave
        layer = Image.fromarray(noise.integers(0, 256, (cells * 3 // 4, cells, 3), numpy.uint8))
        total += numpy.asarray(layer.resize((width, height), Image.Resampling.BICUBIC), numpy.float32) / 2 ** (octave + 1)
    total += noise.normal(0, 3, total.shape)
    return Image.fromarray(numpy.clip(total, 0, 255).astype(numpy.uint8))
