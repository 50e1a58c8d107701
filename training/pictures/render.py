"""Makes the pictures of both generators into build/training/pictures/GENERATOR/KIND/NUMBER.jpg; what is there already stays.

usage: render.py a|b [COUNT]   Chromium is Debian's, driven by Playwright.
"""
import hashlib
import io
import pathlib
import random
import sys
import time

from PIL import Image

import drawn_a
import papers_a
import screens_a
from words import ROOT, Words

STORE = ROOT / "build/training/pictures"
LONGEST = 640


def generators(which: str) -> dict:
    if which == "a":
        return {**papers_a.MAKERS, **screens_a.MAKERS, **drawn_a.MAKERS}
    import papers_b
    import screens_b
    return {**papers_b.MAKERS, **screens_b.MAKERS}


def dice(*key: object) -> random.Random:
    return random.Random(int(hashlib.sha256("/".join(map(str, key)).encode()).hexdigest()[:16], 16))


def keep(image: Image.Image, path: pathlib.Path) -> None:
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.convert("RGB").save(path, quality=93)


class Browser:
    def __enter__(self):
        from playwright.sync_api import sync_playwright
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        self.tab = self.chromium.new_page()
        return self

    def __exit__(self, *_):
        self.chromium.close()
        self.playwright.stop()

    def picture(self, content: str, width: int, height: int) -> Image.Image:
        self.tab.set_viewport_size({"width": width, "height": height})
        self.tab.set_content(content, wait_until="load")
        return Image.open(io.BytesIO(self.tab.screenshot(type="jpeg", quality=95)))


def main() -> None:
    which, count = sys.argv[1], int((sys.argv[2:] or ["36"])[0])
    began, made = time.monotonic(), 0
    with Browser() as browser:
        for number in range(count):
            for kind, maker in generators(which).items():
                path = STORE / which / kind / f"{number:03}.jpg"
                if path.exists():
                    continue
                drawn = maker(Words(dice(which, kind, number)))
                keep(drawn if isinstance(drawn, Image.Image) else browser.picture(*drawn), path)
                made += 1
            print(f"{which}: {made} pictures, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
