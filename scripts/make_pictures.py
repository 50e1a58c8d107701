#!/usr/bin/env python3
"""Draws examples/pictures/: what the README, the tests and the demo show to Signalbox.

    python3 -m venv .venv && .venv/bin/pip install Pillow && .venv/bin/python scripts/make_pictures.py

Every identity, number and key is invented (ICAO's specimen country Utopia, UTO). The pictures are committed; run this
again only to change them. The fonts are Debian's fonts-dejavu.
"""
import pathlib
import sys

from PIL import Image, ImageDraw, ImageFilter, ImageFont

OUT = pathlib.Path(__file__).resolve().parent.parent / "examples" / "pictures"
FONTS = "/usr/share/fonts/truetype/dejavu/"


def font(name, size):
    return ImageFont.truetype(f"{FONTS}{name}.ttf", size)


# --- passport ---------------------------------------------------------------------------------------------------------


def check_digit(field):
    """ICAO 9303: weights 7, 3, 1; digits as they are, letters from 10, filler 0; modulo 10."""
    values = [0 if c == "<" else int(c, 36) for c in field]
    return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)


def mrz(surname, given, number, nationality, birth, sex, expiry, personal):
    first = f"P<{nationality}{surname}<<{given.replace(' ', '<')}".ljust(44, "<")
    number, personal = number.ljust(9, "<"), personal.ljust(14, "<")
    parts = [number, birth, expiry, personal]
    n, b, e, p = (part + check_digit(part) for part in parts)
    second = n + nationality + b + sex + e + p
    second += check_digit(n + b + e + p)
    assert len(first) == len(second) == 44
    return first, second


def passport():
    page = Image.new("RGB", (1250, 880), (233, 239, 232))
    draw = ImageDraw.Draw(page)
    for y in range(0, 880, 14):  # guilloche, faint
        draw.line([(0, y), (1250, y + 60)], fill=(222, 232, 224), width=2)
    draw.rectangle([0, 0, 1250, 84], fill=(28, 56, 92))
    draw.text((40, 22), "UTOPIA", font=font("DejaVuSerif-Bold", 38), fill="white")
    draw.text((930, 26), "PASSPORT", font=font("DejaVuSerif-Bold", 34), fill="white")
    draw.rectangle([40, 130, 380, 560], fill=(196, 204, 212), outline=(90, 100, 110), width=3)
    draw.ellipse([135, 190, 285, 370], fill=(150, 158, 168))
    draw.pieslice([75, 390, 345, 730], 180, 360, fill=(150, 158, 168))
    draw.rectangle([40, 560, 380, 740], fill=(233, 239, 232))
    draw.line([(40, 560), (380, 560)], fill=(90, 100, 110), width=3)
    fields = [
        ("Type", "P", 430, 120), ("Code", "UTO", 640, 120), ("Passport No.", "L898902C3", 870, 120),
        ("Surname", "ERIKSSON", 430, 215), ("Given names", "ANNA MARIA", 430, 310),
        ("Nationality", "UTOPIAN", 430, 405), ("Sex", "F", 870, 405),
        ("Date of birth", "12 AUG 1974", 430, 500), ("Place of birth", "ZENITH", 870, 500),
        ("Date of expiry", "15 APR 2032", 430, 595), ("Authority", "PASSPORT OFFICE", 870, 595),
    ]
    for label, value, x, y in fields:
        draw.text((x, y), label, font=font("DejaVuSans", 20), fill=(90, 100, 110))
        draw.text((x, y + 28), value, font=font("DejaVuSans-Bold", 30), fill=(20, 24, 28))
    draw.rectangle([0, 720, 1250, 880], fill=(246, 246, 242))
    lines = mrz("ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", "740812", "F", "320415", "ZE184226B")
    for i, line in enumerate(lines):
        draw.text((38, 740 + i * 62), line, font=font("DejaVuSansMono", 44), fill=(16, 16, 16))
    page.filter(ImageFilter.GaussianBlur(0.6)).save(OUT / "passport.jpg", quality=82)


# --- screenshots of an editor -----------------------------------------------------------------------------------------

KEYWORDS = {"import", "def", "return", "for", "in", "if", "not", "while", "from"}
CLEAN_LINES = [
    "import boto3",
    "",
    "def last_item(items):",
    "    # return the final element of a list",
    "    return items[len(items)]",
    "",
    "def upload(path, bucket):",
    "    client = boto3.client(\"s3\")",
    "    for attempt in range(3):",
    "        client.upload_file(path, bucket, path)",
    "    return last_item([path, bucket])",
]
KEY_LINES = CLEAN_LINES[:6] + [
    "AWS_ACCESS_KEY_ID = \"AKIAZ7Q3MTN5XW4RJVHE\"",
    "AWS_REGION = \"eu-west-1\"",
    "",
    "def upload(path, bucket):",
    "    client = boto3.client(\"s3\", aws_access_key_id=AWS_ACCESS_KEY_ID)",
] + CLEAN_LINES[8:]


def colour(word):
    if word.strip("():,") in KEYWORDS:
        return (197, 134, 192)
    if word.startswith('"'):
        return (206, 145, 120)
    return (212, 212, 212)


def screenshot(name, lines):
    size, step = 17, 26
    mono = font("DejaVuSansMono", size)
    picture = Image.new("RGB", (900, 96 + step * len(lines)), (30, 30, 30))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 0, 900, 40], fill=(50, 50, 51))
    for i, light in enumerate([(237, 106, 94), (245, 191, 79), (98, 197, 84)]):
        draw.ellipse([16 + i * 24, 13, 30 + i * 24, 27], fill=light)
    draw.text((400, 10), "upload.py", font=font("DejaVuSans", 15), fill=(190, 190, 190))
    for number, line in enumerate(lines):
        y = 64 + number * step
        draw.text((22, y), f"{number + 1:>2}", font=mono, fill=(110, 118, 129))
        x = 76 + mono.getlength(" ") * (len(line) - len(line.lstrip()))
        if line.lstrip().startswith("#"):
            draw.text((x, y), line.lstrip(), font=mono, fill=(106, 153, 85))
            continue
        for word in line.split():
            draw.text((x, y), word, font=mono, fill=colour(word))
            x += mono.getlength(word + " ")
    picture.save(OUT / name, optimize=True)


# --- clean pictures ---------------------------------------------------------------------------------------------------


def receipt():
    picture = Image.new("RGB", (520, 700), (250, 249, 245))
    draw = ImageDraw.Draw(picture)
    draw.text((120, 40), "CORNER BAKERY", font=font("DejaVuSans-Bold", 32), fill=(30, 30, 30))
    draw.text((150, 92), "12 Mill Lane, Zenith", font=font("DejaVuSans", 22), fill=(60, 60, 60))
    mono = font("DejaVuSansMono", 24)
    rows = [("Sourdough loaf", "4.20"), ("Cinnamon roll x2", "5.60"), ("Flat white", "3.10"), ("Apple juice", "2.40")]
    for i, (item, price) in enumerate(rows):
        draw.text((50, 180 + i * 46), item, font=mono, fill=(30, 30, 30))
        draw.text((400, 180 + i * 46), price, font=mono, fill=(30, 30, 30))
    draw.line([(50, 380), (470, 380)], fill=(80, 80, 80), width=2)
    draw.text((50, 400), "TOTAL", font=font("DejaVuSansMono-Bold", 28), fill=(20, 20, 20))
    draw.text((380, 400), "15.30", font=font("DejaVuSansMono-Bold", 28), fill=(20, 20, 20))
    draw.text((50, 500), "Paid by card. Thank you!", font=font("DejaVuSans", 22), fill=(60, 60, 60))
    picture.save(OUT / "receipt.png", optimize=True)


def landscape():
    picture = Image.new("RGB", (800, 500))
    draw = ImageDraw.Draw(picture)
    for y in range(500):
        draw.line([(0, y), (800, y)], fill=(120 + y // 5, 170 + y // 8, 230 - y // 10))
    draw.ellipse([600, 60, 690, 150], fill=(255, 236, 160))
    draw.polygon([(0, 360), (180, 180), (330, 330), (480, 150), (800, 380), (800, 500), (0, 500)], fill=(92, 118, 104))
    draw.polygon([(0, 420), (300, 350), (800, 440), (800, 500), (0, 500)], fill=(70, 132, 78))
    picture.save(OUT / "landscape.png", optimize=True)


def diagram():
    picture = Image.new("RGB", (860, 420), "white")
    draw = ImageDraw.Draw(picture)
    label, small = font("DejaVuSans-Bold", 26), font("DejaVuSans", 19)
    boxes = [("Client", 40), ("Gateway", 320), ("Database", 600)]
    for text, x in boxes:
        draw.rounded_rectangle([x, 150, x + 210, 250], 14, fill=(226, 238, 252), outline=(50, 90, 150), width=3)
        draw.text((x + 105, 200), text, font=label, fill=(20, 40, 80), anchor="mm")
    for (_, x), text in zip(boxes, ["request", "query"]):
        draw.line([(x + 212, 200), (x + 276, 200)], fill=(50, 90, 150), width=3)
        draw.polygon([(x + 276, 192), (x + 276, 208), (x + 290, 200)], fill=(50, 90, 150))
        draw.text((x + 246, 172), text, font=small, fill=(60, 60, 60), anchor="mm")
    draw.text((430, 60), "How an order is stored", font=font("DejaVuSans", 30), fill=(30, 30, 30), anchor="mm")
    draw.text((430, 350), "Each step is retried at most twice.", font=small, fill=(60, 60, 60), anchor="mm")
    picture.save(OUT / "diagram.png", optimize=True)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    passport()
    screenshot("code_with_key.png", KEY_LINES)
    screenshot("code_clean.png", CLEAN_LINES)
    receipt()
    landscape()
    diagram()
    return 0


if __name__ == "__main__":
    sys.exit(main())
