"""Text in pictures: languages, the floor of confidence, and where on the picture a match stands."""
import json
import pathlib

import pytest
from PIL import Image, ImageDraw, ImageFont

from harness.cli import Cli
from harness.paths import CONFIGS, render
from harness.processes import StartFailure

GERMAN_LINES = ["Straßenübergänge über größere Flüsse", "Prüfgebühr für Schülerausweise", "Äpfel, Öl und Übungsbücher"]
KEY, CARD = "AKIA" + "Q3T7XLMN5PBZ2RKD", "4111 1111 1111 1111"  # nobody's
SECRET_LINES = ["Invoice of the month", f"aws_access_key_id = {KEY}", "Thank you for your visit", f"Card {CARD}"]


def config(folder: pathlib.Path, image_text: str) -> pathlib.Path:
    path = folder / "image_text.yaml"
    path.write_text(render((CONFIGS / "image_text.yaml").read_text(), {
        "IMAGE_TEXT": image_text, "GATEWAY_PORT": 18899, "MANAGEMENT_PORT": 18080, "UPSTREAM": "127.0.0.1:18001"}))
    return path


def draw(path: pathlib.Path, lines: list[str], at: tuple[int, int] = (40, 40), ink: str = "black", size: int = 28, font: str = "") -> list[tuple[int, int, int, int]]:
    """Writes the lines on a white sheet of 1200 x 900; returns the box of each: left, top, right, bottom."""
    letters = ImageFont.truetype(font, size) if font else ImageFont.load_default(size)
    sheet = Image.new("RGB", (1200, 900), "white")
    ink_of, boxes = ImageDraw.Draw(sheet), []
    for number, line in enumerate(lines):
        place = (at[0], at[1] + 2 * size * number)
        ink_of.text(place, line, fill=ink, font=letters)
        boxes.append(ink_of.textbbox(place, line, font=letters))
    sheet.save(path)
    return boxes


def explained(cli: Cli, folder: pathlib.Path, image_text: str, picture: pathlib.Path) -> dict:
    result = cli("explain", "-c", config(folder, image_text), "--text", "Summarize", "--image", picture, "--json")
    assert result.status == 0, result.err
    return json.loads(result.out)


def evidence_of(response: dict, signal: str) -> list[dict]:
    return next(entry for entry in response["signals"] if entry["signal"] == signal)["evidence"]


def overlaps(box: dict, drawn: tuple[int, int, int, int]) -> bool:
    """The middle of what was drawn is in the box, and the box is no more than two lines high."""
    left, top, right, bottom = drawn
    x, y = (left + right) / 2, (top + bottom) / 2
    return (box["left"] <= x <= box["left"] + box["width"] and box["top"] <= y <= box["top"] + box["height"]
            and box["height"] < 2 * (bottom - top))


def test_umlauts_are_read_with_german_data_only(cli: Cli, tmp_path: pathlib.Path):
    draw(tmp_path / "page.png", GERMAN_LINES, font="DejaVuSans.ttf")  # Pillow's own font has no umlauts
    english = explained(cli, tmp_path, "{}", tmp_path / "page.png")
    assert english["routing_decision"] == "otherwise"
    for languages in ("[deu]", "[eng, deu]"):
        german = explained(cli, tmp_path, f"{{languages: {languages}}}", tmp_path / "page.png")
        assert german["routing_decision"] == "german", german["images"][0]["text"]
        assert "Straßenübergänge" in german["images"][0]["text"]


@pytest.mark.parametrize("command", ["explain", "serve"])
def test_a_language_without_data_ends_the_start(command: str, cli: Cli, tmp_path: pathlib.Path, start_router):
    if command == "serve":
        with pytest.raises(StartFailure) as failure:
            start_router("image_text.yaml", IMAGE_TEXT="{languages: [eng, tlh_nope]}", UPSTREAM="127.0.0.1:18001")
        message = str(failure.value)
    else:
        draw(tmp_path / "page.png", GERMAN_LINES)
        result = cli("explain", "-c", config(tmp_path, "{languages: [eng, tlh_nope]}"), "--text", "x", "--image", tmp_path / "page.png")
        assert result.status != 0
        message = result.err
    assert "global.router.image_text" in message and "tlh_nope.traineddata" in message
    assert "tesseract-ocr-tlh-nope" in message and "/tessdata" in message, "where it looked"


def test_a_folder_without_data_ends_the_start(cli: Cli, tmp_path: pathlib.Path):
    draw(tmp_path / "page.png", GERMAN_LINES)
    result = cli("explain", "-c", config(tmp_path, f"{{tessdata: {tmp_path}}}"), "--text", "x", "--image", tmp_path / "page.png")
    assert result.status != 0
    assert f"cannot load eng.traineddata from {tmp_path}" in result.err and "tesseract-ocr-eng" in result.err


def test_matches_in_a_picture_have_their_boxes(cli: Cli, tmp_path: pathlib.Path):
    drawn = draw(tmp_path / "page.png", SECRET_LINES, at=(300, 500))
    response = explained(cli, tmp_path, "{}", tmp_path / "page.png")
    assert response["routing_decision"] == "leak"
    for signal, line in (("secrets:keys", 1), ("pii:card", 3)):
        findings = evidence_of(response, signal)
        assert findings, response["images"][0]["text"]
        for finding in findings:
            assert finding["image"] == 0
            assert [overlaps(box, drawn[line]) for box in finding["boxes"]] == [True], (finding, drawn[line])
    image = response["images"][0]
    text = image["text"].encode()
    for line in image["lines"]:
        assert 0 <= line["begin"] < line["end"] <= len(text) and 0 <= line["confidence"] <= 1
        assert line["box"]["left"] + line["box"]["width"] <= image["width"] == 1200
        assert line["box"]["top"] + line["box"]["height"] <= image["height"] == 900
    result = cli("explain", "-c", config(tmp_path, "{}"), "--text", "x", "--image", tmp_path / "page.png")
    assert "in image 0, bytes " in result.out and ", box " in result.out
    assert KEY not in result.out


def test_boxes_are_those_of_the_upright_picture(cli: Cli, tmp_path: pathlib.Path):
    drawn = draw(tmp_path / "upright.png", SECRET_LINES, at=(300, 500))
    turned, exif = Image.open(tmp_path / "upright.png").transpose(Image.Transpose.ROTATE_90), Image.Exif()
    exif[0x0112] = 6  # to be shown, turn it clockwise
    turned.save(tmp_path / "turned.jpg", quality=95, exif=exif)
    response = explained(cli, tmp_path, "{}", tmp_path / "turned.jpg")
    assert (response["images"][0]["width"], response["images"][0]["height"]) == (1200, 900)
    finding = evidence_of(response, "secrets:keys")[0]
    assert overlaps(finding["boxes"][0], drawn[1])


def test_a_floor_above_all_words_leaves_the_picture_unjudged(cli: Cli, tmp_path: pathlib.Path):
    draw(tmp_path / "page.png", SECRET_LINES)
    response = explained(cli, tmp_path, "{min_confidence: 1}", tmp_path / "page.png")
    image = response["images"][0]
    assert (image["state"], image["reason"]) == ("unjudged", "low_confidence")
    states = {entry["signal"]: entry["state"] for entry in response["signals"]}
    assert states["unjudged:doubtful"] == "match"
    assert states["secrets:keys"] == "unknown", "that no key was read proves nothing"
    assert response["routing_decision"] == "leak", "a security signal that is unknown counts as a match"


def test_a_floor_below_all_words_changes_nothing(cli: Cli, tmp_path: pathlib.Path):
    draw(tmp_path / "page.png", SECRET_LINES)
    pictures_of = [explained(cli, tmp_path, options, tmp_path / "page.png")["images"] for options in ("{}", "{min_confidence: 0.01}")]
    assert pictures_of[0] == pictures_of[1]


def test_a_picture_that_takes_too_long_is_unjudged(cli: Cli, tmp_path: pathlib.Path):
    draw(tmp_path / "page.png", SECRET_LINES * 3)
    response = explained(cli, tmp_path, "{timeout: 1ms}", tmp_path / "page.png")
    assert (response["images"][0]["state"], response["images"][0]["reason"]) == ("unjudged", "timeout")
    assert {entry["signal"]: entry["state"] for entry in response["signals"]}["unjudged:late"] == "match"
