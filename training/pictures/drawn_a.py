"""Generator A of what is drawn with Pillow: shapes, radiograph-like pictures, maps, whiteboards, handwritten notes. All of it synthetic."""
import math

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from words import NOUNS, Words

FONTS = "/usr/share/fonts/"
HANDS = ("truetype/breip/Breip.ttf", "truetype/fifthhorseman/dkg.ttf", "truetype/femkeklaver/femkeklaver.ttf", "opentype/bwht/BecauseWeBuild-Regular.otf", "opentype/bwht/BecauseWeLearn-Regular.otf", "opentype/comic-neue/ComicNeue-Italic.otf")
COLOURS = {"red": (0, 75, 48), "green": (125, 60, 38), "blue": (228, 70, 48), "yellow": (50, 85, 55), "orange": (29, 90, 52), "black": (0, 0, 6), "white": (0, 0, 96)}


def noise(w: Words, width: int, height: int, cells: int) -> numpy.ndarray:
    dice = numpy.random.default_rng(w.number(0, 2**31))
    small = Image.fromarray(dice.integers(0, 256, (cells, cells), numpy.uint8))
    return numpy.asarray(small.resize((width, height), Image.Resampling.BICUBIC), numpy.float32) / 255


def shape(w: Words, colour: str, kind: str) -> Image.Image:
    """One plain shape; places, sizes, tones and backgrounds are free (the product's own known pictures are a fixed few and are not used)."""
    size = w.pick((200, 260, 320))
    low = w.number(70, 185)
    ground = tuple(max(0, min(255, low + w.number(-8, 8))) for _ in range(3)) if w.dice.random() < 0.8 else tuple(w.number(60, 200) for _ in range(3))
    image = Image.new("RGB", (size * 2, size * 2), ground)
    hue, saturation, light = COLOURS[colour]
    tone = f"hsl({(hue + w.number(-7, 7)) % 360},{max(0, min(100, saturation + w.number(-15, 12) * (saturation > 0)))}%,{max(0, min(100, light + w.number(-5, 5)))}%)"
    side = int(size * 2 * w.dice.uniform(0.25, 0.75))
    x, y = w.number(0, size * 2 - side), w.number(0, size * 2 - side)
    draw = ImageDraw.Draw(image)
    if kind == "circle":
        draw.ellipse((x, y, x + side, y + side), fill=tone)
    elif kind == "square":
        draw.rectangle((x, y, x + side, y + side), fill=tone)
    else:
        draw.polygon([(x + side / 2, y), (x, y + side), (x + side, y + side)], fill=tone)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def radiograph(w: Words) -> Image.Image:
    width, height = w.pick(((420, 500), (500, 480), (380, 560)))
    image = Image.new("L", (width, height), w.number(0, 25))
    draw = ImageDraw.Draw(image)
    what = w.pick(("chest", "chest", "hand", "limb", "skull"))
    def bone(x1, y1, x2, y2, thick, tone):
        draw.line((x1, y1, x2, y2), fill=tone, width=thick)
        for x, y in ((x1, y1), (x2, y2)):
            draw.ellipse((x - thick * 0.8, y - thick * 0.7, x + thick * 0.8, y + thick * 0.7), fill=min(255, tone + 12))
    if what == "chest":
        draw.ellipse((width * 0.05, height * 0.02, width * 0.95, height * 1.2), fill=w.number(95, 140))
        for side in (-1, 1):
            x = width / 2 + side * width * 0.2
            draw.ellipse((x - width * 0.15, height * 0.16, x + width * 0.15, height * w.dice.uniform(0.72, 0.85)), fill=w.number(25, 55))
            for rib in range(9):
                y = height * (0.14 + 0.075 * rib)
                draw.arc((x - width * 0.21, y, x + width * 0.21, y + height * 0.16), 180 if side < 0 else 190, 350, fill=w.number(110, 150), width=w.number(6, 10))
            draw.line((width / 2, height * 0.14, width / 2 + side * width * 0.38, height * 0.08), fill=170, width=12)
        draw.rectangle((width * 0.465, 0, width * 0.535, height), fill=w.number(165, 205))
        draw.ellipse((width * 0.42, height * 0.42, width * 0.72, height * 0.8), fill=w.number(140, 180))
    elif what == "hand":
        for finger in range(5):
            angle = math.radians(-62 + finger * 29 + w.number(-4, 4))
            x, y = width * (0.3 + 0.1 * finger), height * 0.66
            draw.line((x, y, x + math.sin(angle) * 240, y - math.cos(angle) * 260), fill=70, width=44)
            for joint, length in enumerate((100, 70, 50, 34)):
                x2, y2 = x + math.sin(angle) * length, y - math.cos(angle) * length
                bone(x, y, x2, y2, 17 - 3 * joint, w.number(165, 215))
                x, y = x2 + math.sin(angle) * 8, y2 - math.cos(angle) * 8
        for _ in range(8):
            x, y = width * w.dice.uniform(0.33, 0.68), height * w.dice.uniform(0.68, 0.76)
            draw.ellipse((x - 17, y - 14, x + 17, y + 14), fill=w.number(160, 205))
        bone(width * 0.42, height * 0.8, width * 0.42, height, 26, 185), bone(width * 0.58, height * 0.8, width * 0.58, height, 30, 185)
    elif what == "limb":
        tilt = w.number(-40, 40)
        draw.line((width / 2 - tilt, 0, width / 2 + tilt, height), fill=75, width=int(width * 0.5))
        bone(width * 0.45 - tilt, -10, width * 0.45, height * 0.46, w.number(40, 60), 185)
        bone(width * 0.43, height * 0.54, width * 0.43 + tilt, height + 10, w.number(36, 52), 190), bone(width * 0.6, height * 0.56, width * 0.6 + tilt, height + 10, 20, 170)
    else:
        draw.ellipse((width * 0.14, height * 0.08, width * 0.88, height * 0.72), fill=w.number(100, 135), outline=220, width=w.number(9, 14))
        draw.polygon([(width * 0.5, height * 0.6), (width * 0.84, height * 0.6), (width * 0.76, height * 0.94), (width * 0.56, height * 0.95)], fill=150)
        for tooth in range(8):
            draw.rectangle((width * (0.58 + 0.03 * tooth), height * 0.76, width * (0.6 + 0.03 * tooth), height * 0.83), fill=225)
        draw.ellipse((width * 0.62, height * 0.4, width * 0.8, height * 0.54), fill=50)
    image = image.filter(ImageFilter.GaussianBlur(w.dice.uniform(2.5, 5)))
    field = numpy.asarray(image, numpy.float32) * (0.75 + 0.5 * noise(w, width, height, 12)) + 14 * (noise(w, width, height, 160) - 0.5)
    if w.dice.random() < 0.1:
        field = 255 - field
    image = Image.fromarray(numpy.clip(field, 0, 255).astype(numpy.uint8))
    ImageDraw.Draw(image).text((w.pick((14, width - 40)), 14), w.pick(("L", "R", "PA", "AP")), fill=235, font=ImageFont.truetype(FONTS + "truetype/dejavu/DejaVuSans-Bold.ttf", 24))
    return image.convert("RGB")


def map(w: Words) -> Image.Image:
    width, height = 720, 540
    land, water, road = w.pick((((242, 239, 233), (170, 211, 223), (255, 255, 255)), ((229, 227, 223), (155, 192, 230), (250, 215, 140)), ((36, 42, 54), (20, 30, 60), (90, 100, 120)), ((250, 244, 220), (150, 200, 220), (220, 120, 90))))
    image = Image.new("RGB", (width, height), land)
    draw = ImageDraw.Draw(image)
    for _ in range(w.number(3, 8)):
        x, y, r = w.number(0, width), w.number(0, height), w.number(30, 110)
        draw.polygon([(x + math.cos(a) * r * w.dice.uniform(0.6, 1.2), y + math.sin(a) * r * w.dice.uniform(0.6, 1.2)) for a in [i * 0.7 for i in range(9)]], fill=tuple(min(255, int(c * f)) for c, f in zip(land, (0.84, 0.96, 0.8))))
    river = [(-10, w.number(0, height))]
    while river[-1][0] < width:
        river.append((river[-1][0] + w.number(40, 110), river[-1][1] + w.number(-70, 70)))
    draw.line(river, fill=water, width=w.number(10, 46), joint="curve")
    tilt = w.number(-90, 90)
    for wide, count in ((3, w.number(12, 30)), (8, w.number(3, 6))):
        for _ in range(count):
            if w.dice.random() < 0.5:
                x = w.number(-50, width)
                draw.line((x, 0, x + tilt, height), fill=road, width=wide)
            else:
                y = w.number(-50, height)
                draw.line((0, y, width, y - tilt), fill=road, width=wide)
    font = ImageFont.truetype(FONTS + w.pick(("truetype/dejavu/DejaVuSans.ttf", "truetype/liberation/LiberationSans-Regular.ttf")), w.number(13, 18))
    for _ in range(w.number(8, 18)):
        draw.text((w.number(0, width - 90), w.number(0, height - 20)), w.pick((w.address().split(",")[0][3:], w.address().split()[-1], w.place())), fill=(90, 90, 90) if sum(land) > 300 else (200, 200, 200), font=font, stroke_width=2, stroke_fill=land)
    return image


def scribble(draw: ImageDraw.ImageDraw, w: Words, x: int, y: int, words: int, font, ink, width: int) -> int:
    left = x
    for _ in range(words):
        word = w.pick((w.pick(NOUNS), w.name().split()[0], w.pick(("and", "to", "the", "buy", "call", "ask", "!!", "->", "10:30"))))
        draw.text((x, y + w.number(-3, 3)), word, fill=ink, font=font)
        x += int(draw.textlength(word + " ", font=font))
        if x > width - 90:
            x, y = left, y + int(font.size * 1.25)
    return y


def note(w: Words) -> Image.Image:
    width, height = w.pick(((560, 720), (600, 480), (520, 520)))
    paper = w.pick(((252, 250, 240), (255, 255, 255), (250, 240, 150), (240, 244, 250), (235, 225, 200)))
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    step = w.number(28, 40)
    ruling = w.pick(("lines", "lines", "grid", ""))
    for y in range(50, height, step):
        if ruling:
            draw.line((0, y, width, y), fill=(170, 190, 220))
    for x in range(0, width, step):
        if ruling == "grid":
            draw.line((x, 0, x, height), fill=(190, 205, 225))
    ink = w.pick(((20, 40, 140), (25, 25, 30), (60, 60, 70), (160, 30, 40)))
    font = ImageFont.truetype(FONTS + w.pick(HANDS), w.number(26, 40))
    y = w.number(20, 60)
    while y < height - w.number(60, 200):
        y = scribble(draw, w, w.number(30, 60), y, w.number(3, 12), font, ink, width) + int(font.size * 1.4)
    return image.rotate(w.dice.uniform(-3, 3), fillcolor=paper, resample=Image.Resampling.BICUBIC)


def whiteboard(w: Words) -> Image.Image:
    width, height = 800, 560
    shade = (235 + 20 * noise(w, width, height, 4))[..., None] * numpy.array([w.dice.uniform(0.93, 1), w.dice.uniform(0.95, 1), 1])
    image = Image.fromarray(numpy.clip(shade, 0, 255).astype(numpy.uint8))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONTS + w.pick(HANDS), w.number(34, 52))
    inks = ((20, 30, 40), (20, 60, 180), (200, 30, 40), (20, 130, 60))
    for _ in range(w.number(3, 6)):
        scribble(draw, w, w.number(30, 480), w.number(30, 470), w.number(1, 4), font, w.pick(inks), width)
    for _ in range(w.number(3, 8)):
        x, y, ink = w.number(30, 620), w.number(30, 430), w.pick(inks)
        (draw.ellipse if w.dice.random() < 0.4 else draw.rectangle)((x, y, x + w.number(70, 170), y + w.number(40, 110)), outline=ink, width=5)
        draw.line([(x, y), (x + w.number(-90, 120), y + w.number(-80, 90)), (x + w.number(20, 180), y + w.number(10, 120))], fill=ink, width=5)
    draw.rectangle((0, 0, width - 1, height - 1), outline=(160, 165, 170), width=w.number(0, 16))
    return image


MAKERS = {f.__name__: f for f in (radiograph, map, note, whiteboard)}
