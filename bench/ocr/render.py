"""Pictures with known text: specimens (a few lines in one font, size and polarity) and whole screens.

Fonts are Debian's: fonts-dejavu-core, -liberation, -freefont-ttf, -noto-mono, -inconsolata, -hack. Everything is drawn from a
fixed seed; keys and documents are invented.
"""
import dataclasses
import random
import string
import subprocess

from PIL import Image, ImageDraw, ImageFont

MONO = ("DejaVu Sans Mono", "Liberation Mono", "FreeMono", "Noto Mono", "Inconsolata", "Hack")
PROPORTIONAL = ("DejaVu Sans", "Liberation Sans", "Liberation Serif", "FreeSans", "FreeSerif", "DejaVu Serif")
FONTS = MONO + PROPORTIONAL
SIZES = (12, 14, 16, 18, 20, 24)
# (ground, ink): paper, a grey page, two usual dark editors, a terminal.
LIGHT = (((255, 255, 255), (0, 0, 0)), ((246, 248, 250), (36, 41, 47)))
DARK = (((30, 30, 30), (212, 212, 212)), ((40, 42, 54), (248, 248, 242)), ((0, 0, 0), (0, 220, 90)))

SENTENCES = (
    "The quarterly report shows that revenue grew by 12 percent.", "Please send the invoice to accounts before Friday.",
    "Every change needs a review by two engineers of the team.", "Our office in Rotterdam is closed on the 5th of May.",
    "She asked whether the shipment had left the warehouse yet.", "The patient was given 250 mg twice a day for a week.",
    "Do not share these figures outside the finance department.", "A railway signal box sets the points for each train.",
    "The contract ends on 31 December 2026 unless it is renewed.", "Meeting moved to room 4.12, bring the printed agenda.",
)
CODE = (
    "def connect(region, timeout=30):", "    client = boto3.client('s3', region_name=region)", "    for page in paginator.paginate(Bucket=name):",
    "if (status != 200 && retries < 3) {", "  std::vector<int> values(count, 0);", "  return items.map((x) => x * 2);",
    "SELECT id, name FROM users WHERE age >= 18;", "import { useState, useEffect } from 'react';", "    raise ValueError(f'unknown key: {key}')",
    "$ git commit -m \"Fix the parser\" --no-verify", "docker run --rm -p 8080:80 nginx:1.25", "const total = prices.reduce((a, b) => a + b, 0);",
)


@dataclasses.dataclass
class Specimen:
    picture: Image.Image
    kind: str
    font: str
    size: int
    dark: bool
    lines: list[str]
    secrets: dict[str, str] = dataclasses.field(default_factory=dict)  # kind -> the value that must be found

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.font.replace(' ', '')}-{self.size}-{'dark' if self.dark else 'light'}"


def font_file(family: str) -> str:
    answer = subprocess.run(["fc-match", "-f", "%{family}|%{file}", f"{family}:style=Regular:weight=80"], capture_output=True, text=True, check=True)
    families, file = answer.stdout.split("|")
    if family not in families.split(","):
        raise SystemExit(f"no font \"{family}\": install the packages that the head of render.py names")
    return file


def font_of(family: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(family), size)


def letters(draw: random.Random, alphabet: str, count: int) -> str:
    return "".join(draw.choice(alphabet) for _ in range(count))


def secrets_of(draw: random.Random) -> dict[str, str]:
    """One of each kind, as a provider would issue it."""
    word, upper = string.ascii_letters + string.digits, string.ascii_uppercase + string.digits
    url_safe = word + "-_"
    return {
        "aws_access_key": "AKIA" + letters(draw, string.ascii_uppercase + "234567", 16),
        "aws_secret_key": letters(draw, word + "/+", 40),
        "github_token": "ghp_" + letters(draw, word, 36),
        "jwt": "eyJ" + letters(draw, word, 17) + ".eyJ" + letters(draw, url_safe, 24) + "." + letters(draw, url_safe, 22),
        "google_api_key": "AIza" + letters(draw, url_safe, 35),
        "slack_token": f"xoxb-{letters(draw, string.digits, 11)}-{letters(draw, word, 24)}",
        "iban": "DE" + letters(draw, string.digits, 20),
        "password": letters(draw, word + "!#%", 12),
        "uuid": "-".join(letters(draw, "0123456789abcdef", n) for n in (8, 4, 4, 4, 12)),
        "hex": letters(draw, "0123456789abcdef", 32),
        "upper": letters(draw, upper, 25),
    }


LABELS = {"aws_access_key": "AWS_ACCESS_KEY_ID={}", "aws_secret_key": "aws_secret_access_key = {}", "github_token": "GITHUB_TOKEN={}",
          "jwt": "Authorization: Bearer {}", "google_api_key": "apiKey: \"{}\",", "slack_token": "SLACK_BOT_TOKEN={}", "iban": "IBAN {}",
          "password": "password: {}", "uuid": "tenant id {}", "hex": "client_secret = '{}'", "upper": "license key {}"}


def mrz_of(draw: random.Random) -> list[str]:
    """Two lines of a passport (ICAO 9303, TD3) with right check digits."""
    def check(text: str) -> str:
        value = lambda c: 0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55
        return str(sum(value(c) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)

    surname, given = draw.choice(["ERIKSSON", "MUELLER", "OKONKWO", "GARCIA"]), draw.choice(["ANNA<MARIA", "JOHN", "PETRA<EVA"])
    number = letters(draw, string.ascii_uppercase + string.digits, 9)
    born, ends = f"{draw.randint(50, 99)}0812", f"{draw.randint(26, 34)}0415"
    tail = number + check(number) + "UTO" + born + check(born) + draw.choice("MF") + ends + check(ends) + "<" * 14 + check("<" * 14)
    return [f"P<UTO{surname}<<{given}".ljust(44, "<"), tail + check(tail[:10] + tail[13:20] + tail[21:43])]


def draw_lines(lines: list[str], family: str, size: int, colours, draw: random.Random) -> Image.Image:
    font = font_of(family, size)
    step = round(size * draw.uniform(1.35, 1.7))
    left, top = draw.randint(8, 60), draw.randint(8, 40)
    width = int(max(font.getlength(line) for line in lines)) + left + draw.randint(10, 120)
    picture = Image.new("RGB", (width, top * 2 + step * len(lines)), colours[0])
    ink = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        ink.text((left, top + step * number), line, fill=colours[1], font=font)
    return picture


def specimen(kind: str, family: str, size: int, dark: bool, seed: int) -> Specimen:
    draw = random.Random(f"{kind}{family}{size}{dark}{seed}")
    colours, secrets = draw.choice(DARK if dark else LIGHT), {}
    if kind == "prose":
        lines = draw.sample(SENTENCES, 6)
    elif kind == "code":
        lines = draw.sample(CODE, 6)
    elif kind == "keys":
        secrets = dict(draw.sample(sorted(secrets_of(draw).items()), 6))
        lines = [LABELS[name].format(value) for name, value in secrets.items()]
    else:
        zone = mrz_of(draw)
        lines, secrets = ["PASSPORT", "Date of birth 12 AUG 1974", *zone], {"mrz_names": zone[0], "mrz_numbers": zone[1]}
    return Specimen(draw_lines(lines, family, size, colours, draw), kind, family, size, dark, lines, secrets)


KINDS = ("prose", "code", "keys", "mrz")


def specimens(seed: int = 1, fonts=FONTS, sizes=SIZES):
    for kind in KINDS:
        # Machine-readable zones are set in a font of fixed width.
        for family in fonts if kind != "mrz" else [font for font in fonts if font in MONO]:
            for size in sizes:
                for dark in (False, True):
                    yield specimen(kind, family, size, dark, seed)
