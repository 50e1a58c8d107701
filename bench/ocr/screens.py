"""Screens of 1920x1080 as people send them: an editor, a terminal, a page of text, a chat, a dialog over a desktop.

Text as browsers and editors set it (13 to 17 px), with the furniture around it: side bars, line numbers, menus, icons.
"""
import random

from PIL import Image, ImageDraw

from render import CODE, SENTENCES, Specimen, font_of, secrets_of

WIDTH, HEIGHT = 1920, 1080


class Sheet:
    """A picture that remembers what was written on it."""

    def __init__(self, ground):
        self.picture = Image.new("RGB", (WIDTH, HEIGHT), ground)
        self.ink = ImageDraw.Draw(self.picture)
        self.lines: list[str] = []

    def text(self, at, text, colour, family="DejaVu Sans", size=14):
        self.ink.text(at, text, fill=colour, font=font_of_cached(family, size))
        if text.strip():
            self.lines.append(text.strip())

    def box(self, box, colour):
        self.ink.rectangle(box, fill=colour)


_FONTS: dict = {}


def font_of_cached(family, size):
    key = (family, size)
    if key not in _FONTS:
        _FONTS[key] = font_of(family, size)
    return _FONTS[key]


def icons(sheet, draw, x, y, step, count, colours):
    for i in range(count):
        left, top = x, y + i * step
        shape = draw.choice(("ellipse", "rounded_rectangle", "line"))
        colour = draw.choice(colours)
        if shape == "line":
            sheet.ink.line((left, top, left + 18, top + 18), fill=colour, width=2)
            sheet.ink.line((left, top + 18, left + 18, top), fill=colour, width=2)
        elif shape == "ellipse":
            sheet.ink.ellipse((left, top, left + 18, top + 18), outline=colour, width=2)
        else:
            sheet.ink.rounded_rectangle((left, top, left + 18, top + 18), 3, outline=colour, width=2)


def editor(draw, dark):
    ground, ink, side, dim = ((30, 30, 30), (212, 212, 212), (37, 37, 38), (133, 133, 133)) if dark else ((255, 255, 255), (36, 41, 47), (243, 243, 243), (110, 119, 129))
    sheet = Sheet(ground)
    sheet.box((0, 0, 47, HEIGHT), (51, 51, 51))
    icons(sheet, draw, 14, 60, 48, 6, [(200, 200, 200)])
    sheet.box((48, 0, 300, HEIGHT), side)
    family = draw.choice(("DejaVu Sans Mono", "Hack", "Liberation Mono"))
    for i, name in enumerate(draw.sample(["main.py", "router.cpp", "README.md", "config.yaml", "tests", "src", "Makefile", "index.html", "package.json", "setup.sh"], 9)):
        sheet.text((76, 70 + i * 22), name, ink, "DejaVu Sans", 13)
    key, secret = "aws_access_key", secrets_of(draw)["aws_access_key"]
    at = draw.randint(5, 30)
    for i in range(44):
        y = 48 + i * 22
        sheet.text((318, y), str(i + 1), dim, family, 14)
        line = f"AWS_ACCESS_KEY_ID = '{secret}'" if i == at else draw.choice(CODE) if draw.random() < 0.8 else ""
        sheet.text((370, y), line, draw.choice((ink, (86, 156, 214) if dark else (5, 80, 174), ink)), family, 14)
    sheet.box((0, HEIGHT - 24, WIDTH, HEIGHT), (0, 122, 204))
    sheet.text((60, HEIGHT - 21), "main", (255, 255, 255), "DejaVu Sans", 13)
    sheet.text((1600, HEIGHT - 21), "Ln 12, Col 8  UTF-8  Python", (255, 255, 255), "DejaVu Sans", 13)
    return sheet, {key: secret}


def terminal(draw, dark):
    sheet = Sheet((0, 0, 0) if dark else (255, 255, 221))
    ink = (204, 204, 204) if dark else (0, 0, 0)
    secret, at = secrets_of(draw)["github_token"], draw.randint(3, 20)
    for i in range(draw.randint(28, 50)):
        line = f"export GITHUB_TOKEN={secret}" if i == at else draw.choice(CODE[9:] + ("drwxr-xr-x 4 root root 4096 Nov 23 18:09 tessdata", "-rw-r--r-- 1 root root 4113088 Oct 30 2019 eng.traineddata", "[104/922] Building CXX object src/telemetry/log.cpp.o"))
        sheet.text((10, 8 + i * 19), line, ink, "DejaVu Sans Mono", 15)
    return sheet, {"github_token": secret}


def article(draw, dark):
    sheet = Sheet((24, 26, 27) if dark else (255, 255, 255))
    ink = (220, 220, 215) if dark else (32, 33, 34)
    sheet.box((0, 0, WIDTH, 56), (48, 52, 54) if dark else (232, 234, 237))
    sheet.text((300, 18), "https://www.example.com/articles/railway-signals", ink, "DejaVu Sans", 14)
    sheet.text((420, 100), "How signal boxes work", ink, "Liberation Serif", 32)
    family, size = draw.choice((("Liberation Serif", 17), ("DejaVu Sans", 15), ("Liberation Sans", 16)))
    for i in range(30):
        sheet.text((420, 170 + i * 28), " ".join(draw.sample(SENTENCES, 2)), ink, family, size)
    for i in range(8):
        sheet.text((60, 180 + i * 40), draw.choice(("Contents", "History", "See also", "References", "Download", "Tools")), (60, 110, 220), "Liberation Sans", 15)
    return sheet, {}


def chat(draw, dark):
    sheet = Sheet((18, 18, 18) if dark else (240, 242, 245))
    ink = (230, 230, 230) if dark else (5, 5, 5)
    secret = secrets_of(draw)["password"]
    at = draw.randint(1, 8)
    for i in range(11):
        mine, y = draw.random() < 0.5, 40 + i * 90
        text = f"the password is {secret}" if i == at else draw.choice(SENTENCES)
        width = int(font_of_cached("Liberation Sans", 15).getlength(text)) + 40
        x = WIDTH - 200 - width if mine else 420
        sheet.ink.rounded_rectangle((x, y, x + width, y + 48), 16, fill=(0, 132, 255) if mine else (58, 59, 60) if dark else (255, 255, 255))
        sheet.text((x + 20, y + 14), text, (255, 255, 255) if mine or dark else ink, "Liberation Sans", 15)
        sheet.ink.ellipse((360, y, 400, y + 40), fill=(draw.randint(60, 200), draw.randint(60, 200), draw.randint(60, 200)))
    return sheet, {"password": secret}


def dialog(draw, dark):
    sheet = Sheet((20, 50, 90))
    for i in range(400):
        sheet.ink.ellipse((draw.randint(-200, WIDTH), draw.randint(-200, HEIGHT), draw.randint(0, WIDTH) + 200, draw.randint(0, HEIGHT) + 200) if False else
                          [c for x, y, r in [(draw.randint(0, WIDTH), draw.randint(0, HEIGHT), draw.randint(20, 240))] for c in (x - r, y - r, x + r, y + r)],
                          fill=(20 + draw.randint(0, 40), 60 + draw.randint(0, 60), 100 + draw.randint(0, 80)))
    ground, ink = ((45, 45, 48), (240, 240, 240)) if dark else ((250, 250, 250), (20, 20, 20))
    x, y = draw.randint(200, 1000), draw.randint(150, 500)
    sheet.ink.rounded_rectangle((x, y, x + 720, y + 360), 10, fill=ground)
    secret = secrets_of(draw)["iban"]
    for i, text in enumerate(["Confirm payment", *draw.sample(SENTENCES, 4), f"IBAN {secret}", "Amount 1,250.00 EUR"]):
        sheet.text((x + 30, y + 24 + i * 40), text, ink, "DejaVu Sans", 16 if i else 20)
    return sheet, {"iban": secret}


SCENES = {"editor": editor, "terminal": terminal, "article": article, "chat": chat, "dialog": dialog}


def screens(seed: int = 1, each: int = 2):
    for name, scene in SCENES.items():
        for dark in (False, True):
            for number in range(each):
                sheet, secrets = scene(random.Random(f"{name}{dark}{number}{seed}"), dark)
                yield Specimen(sheet.picture, name, "", 0, dark, sheet.lines, secrets)
