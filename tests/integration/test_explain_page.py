"""The explain page in a real browser (Debian's Chromium, driven by Playwright): what a person sees and does."""
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.paths import ROOT
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream

PICTURES = ROOT / "examples/pictures"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Debian's chromium is not installed; `make test` installs it"
    with sync_playwright() as playwright:
        # --no-sandbox: CI runs as root, where Chromium refuses its own sandbox. The page is ours.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pixels(start_router, recorder_server: RecordingUpstream) -> Router:
    return start_router("pixels.yaml", UPSTREAM=recorder_server.address)


@pytest.fixture
def page(browser: Browser, policy: Router) -> Iterator[Page]:
    """The page, freshly loaded. A script error or a refused resource fails the test."""
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(policy.management + "/")
    yield page
    page.close()
    assert problems == []


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Request").fill(text)
    page.get_by_role("button", name="Explain").click()


def verdict(page: Page):
    return page.get_by_role("region", name="Verdict")


def test_the_page_names_the_server_and_its_models(page: Page):
    expect(page.locator("#server")).to_contain_text("ready")
    options = page.locator("#model option").all_text_contents()
    assert {"auto", "small", "expert", "reader"} <= set(options)


def test_a_prompt_shows_its_decision_its_reason_and_the_matched_word(page: Page):
    ask(page, "Please refactor this")
    expect(verdict(page)).to_contain_text("Chosen because keyword:code_words matches.")
    expect(page.locator(".evidence mark")).to_have_text(["refactor"])
    expect(page.locator("details.decision.winner[open]")).to_have_count(1)


def test_nothing_of_the_page_reaches_a_backend(page: Page, recorder):
    ask(page, "Please refactor this")
    expect(verdict(page)).to_be_visible()
    assert recorder.requests == []


def test_markup_in_a_prompt_stays_text(page: Page):
    ask(page, "<img src=x onerror=\"document.title='taken'\"> refactor <script>document.title='taken'</script>")
    expect(page.locator(".evidence .text")).to_contain_text("<img src=x onerror=")
    assert "taken" not in page.title()
    assert page.locator(".evidence .text img").count() == 0


def test_broken_json_is_explained_and_asks_nothing(page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ask(page, '{"model": "auto", "messages": [')
    expect(page.get_by_role("alert")).to_contain_text("This JSON cannot be read")
    assert [url for url in asked if "/eval" in url] == []


def test_the_keyboard_alone_is_enough(page: Page):
    expect(page.get_by_role("textbox", name="Request")).to_be_focused()
    page.keyboard.type("zfast, please")
    page.keyboard.press("Control+Enter")
    expect(verdict(page)).to_contain_text("canned")


def test_a_dropped_picture_is_read_and_routed(browser: Browser, pixels: Router):
    page = browser.new_page()
    page.goto(pixels.management + "/")
    page.get_by_role("textbox", name="Request").fill("Summarize")
    page.locator("#file").set_input_files(PICTURES / "passport.jpg")
    expect(page.locator("#pictures img")).to_have_count(1)
    page.get_by_role("button", name="Explain").click()
    expect(verdict(page)).to_contain_text("identity_document", timeout=60_000)
    expect(page.locator(".evidence .read-text")).to_contain_text("P<")
    page.close()


def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    ask(page, "Please refactor this " + "x" * 400)
    expect(verdict(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
