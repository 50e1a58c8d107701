"""Pictures drawn at test time, as data URIs: text that a character recogniser should read, and pictures without any."""
import base64
import io

from PIL import Image, ImageDraw, ImageFont

# ICAO 9303's specimen: nobody's document.
PASSPORT_LINES = ["PASSPORT", "UTOPIA", "Surname ERIKSSON", "Given names ANNA MARIA",
                  "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
# The access key that a cloud vendor's own documentation uses as its example.
CODE_LINES = ["def connect():", "    region = 'eu-west-1'", "    key = 'AKIAIOSFODNN7EXAMPLE'", "    return open(region, key)"]
CLEAN_CODE_LINES = ["def add(a, b):", "    total = a - b", "    return total", "print(add(2, 2))"]


def text_picture(lines: list[str], size: int = 28) -> str:
    """Black text on white, one line below the other, as a PNG data URI."""
    font = ImageFont.load_default(size)
    width = int(max(font.getlength(line) for line in lines)) + 80
    picture = Image.new("RGB", (width, int(size * 1.8) * len(lines) + 80), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((40, 40 + int(size * 1.8) * number), line, fill="black", font=font)
    return data_uri(picture)


def landscape() -> str:
    """Sky, hill and sun: nothing to read."""
    picture = Image.new("RGB", (320, 200), (140, 190, 240))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((240, 20, 290, 70), fill=(250, 220, 90))
    draw.ellipse((-80, 120, 400, 340), fill=(70, 140, 60))
    return data_uri(picture)


def data_uri(picture: Image.Image, kind: str = "PNG") -> str:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return f"data:image/{kind.lower()};base64," + base64.b64encode(buffer.getvalue()).decode()


def user_message(text: str, *urls: str) -> dict:
    parts = [{"type": "text", "text": text}] + [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return {"role": "user", "content": parts}
