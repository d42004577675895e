"""The browser front end in a real browser: trainee, facilitator and observer; keyboard only; contrast and labels."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web_server import quick_moment, served

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def page_at(browser: Any, link: str, width: int = 1280, height: int = 900) -> Any:
    """A page of its own context, that fails the test on any error of a script."""
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.goto(link)
    return page


def until(page: Any, condition: str, seconds: float = 20) -> None:
    """Wait until a condition in JavaScript holds, asked from outside: the page's own policy forbids eval."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{condition}: {page.faults} {page.inner_text('body')[:500]}"
        page.wait_for_timeout(100)


def begin(page: Any, speed: int = 240) -> None:
    """Begin alone, and let time run until somebody has written."""
    page.wait_for_selector("#start:visible")
    page.keyboard.press("Tab")
    page.focus("#start")
    page.keyboard.press("Enter")
    page.evaluate(f"send({{do: 'pace', speed: {speed}}})")
    page.wait_for_selector("#inbox button[data-name=m2]", timeout=30_000)
    page.evaluate("send({do: 'pace', speed: 1})")


def test_alone_by_keyboard_only(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path, "--seed", "3") as links:
        page = page_at(browser, links["desk"])
        begin(page)
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        for _ in range(12):  # to m1
            if page.get_attribute("#inbox button[aria-pressed=true]", "data-name") == "m1":
                break
            page.keyboard.press("j")
        assert page.get_attribute("#inbox button[aria-pressed=true]", "data-name") == "m1"
        until(page, "document.querySelectorAll('#options button').length >= 4")
        page.keyboard.press("2")
        until(page, "document.getElementById('answered').textContent === '1'")
        until(page, "document.getElementById('told').innerText.includes('sent')")
        assert page.inner_text("#told").count("\n") >= 1, "the coach says why"
        page.keyboard.press("k")
        page.keyboard.press("t")
        page.keyboard.type("I am sending a colleague to you now with a room key, 10 minutes. Jo")
        page.keyboard.press("Control+Enter")
        until(page, "document.getElementById('answered').textContent === '2'")
        until(page, "document.getElementById('text').value === ''")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.is_visible("#help")
        page.keyboard.press("Escape")
        page.keyboard.press("p")
        until(page, "document.getElementById('state').textContent === 'paused'")
        assert page.get_attribute("#live", "aria-live") == "polite"
        assert not page.faults, page.faults
    records = [json.loads(line) for line in next(tmp_path.glob("*.jsonl")).read_text().splitlines()[1:]]
    assert sum(record["do"] == "act" for record in records) == 2


def test_a_class_with_facilitator_and_observer(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path, "--class") as links:
        desks = []
        for name in ("Ada <b>", "Ben"):
            page = page_at(browser, links["trainees"])
            page.fill("#name", name)
            page.keyboard.press("Enter")
            page.wait_for_selector("#held:visible")
            desks.append(page)
        control, observer = page_at(browser, links["facilitator"]), page_at(browser, links["observers"])
        until(control, "document.querySelectorAll('#desks tr').length === 2")
        assert "Ada <b>" in control.inner_text("#desks"), "a name is text, not markup"
        control.click("#start")
        control.select_option("#inject", "m3")
        control.click("#push button")
        for page in desks:
            page.wait_for_selector("#inbox button[data-name=m3]", timeout=20_000)
        desks[0].click("#inbox button[data-name=m3]")
        desks[0].wait_for_selector("#options button")
        desks[0].click("#options button >> nth=0")
        until(desks[0], "document.getElementById('answered').textContent === '1'")
        until(observer, "document.getElementById('answered').textContent === '1'")
        assert observer.is_hidden("#composer")
        observer.select_option("#seats", "2")
        until(observer, "document.getElementById('title').textContent.includes('Ben')")
        control.check("#hide")
        until(desks[1], "document.getElementById('reputation').textContent === 'hidden'")
        control.fill("#words", "Ada was quick")
        control.click("#note button")
        until(control, "document.getElementById('notes').textContent.includes('Ada was quick')")
        until(control, "document.getElementById('compare').textContent.includes('m3')")
        control.click("#pause")
        until(desks[0], "document.getElementById('state').textContent === 'paused'")
        control.on("dialog", lambda dialog: dialog.accept())
        control.click("#end")
        desks[1].wait_for_selector("#over:visible", timeout=20_000)
        for page in (*desks, control, observer):
            assert not page.faults, page.faults
    assert len(list(tmp_path.glob("*.jsonl"))) == 2


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_labels_and_width(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    with served(tmp_path) as links:
        page = page_at(browser, links["desk"], width)
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector("#start:visible")
        clean(page, f"briefing {width}")
        begin(page)
        page.wait_for_selector("#options button")
        clean(page, f"desk {width}")
        for kind in ("facilitator", "observers"):
            other = page_at(browser, links[kind], width)
            other.emulate_media(color_scheme=scheme)
            until(other, "document.getElementById('title').textContent.includes('Cancelled')")
            clean(other, f"{kind} {width}")
        page.evaluate("document.body.append(document.createElement('select'))")
        assert axe.Axe().run(page).violations_count, "a control without a label must be seen"


@pytest.mark.parametrize("width", [1280, 390])
def test_after_the_session_its_debrief(browser: Any, tmp_path: Path, width: int) -> None:
    """By keyboard: end, guess, the headline first, then the page; the facilitator reaches the same."""
    with served(tmp_path, moment=quick_moment(tmp_path)) as links:
        page = page_at(browser, links["desk"], width)
        begin(page)
        page.evaluate("send({do: 'choose', on: 'm1', option: 'b'})")
        until(page, "document.getElementById('answered').textContent === '1'")
        page.on("dialog", lambda dialog: dialog.accept())
        page.focus("#end")
        page.keyboard.press("Enter")
        page.wait_for_selector("#debrief:visible")
        page.focus("#debrief")
        page.keyboard.press("Enter")
        page.wait_for_selector("#guess:visible")
        clean(page, f"guess {width}")
        page.focus("#reputation")
        page.keyboard.type("52")
        working = held_at_work(page)
        page.keyboard.press("Enter")
        page.wait_for_selector("#working:visible")
        until(page, "document.getElementById('percent').textContent === '40 %'")
        clean(page, f"at work {width}")
        working()
        page.wait_for_url("**/debrief/page?*", timeout=120_000)
        assert "of 100" in page.inner_text("#answer ~ .lead")
        assert "You predicted a reputation of 52.0" in page.inner_text("main")
        clean(page, f"debrief {width}")
        other = page_at(browser, links["facilitator"], width)
        other.wait_for_selector("#debriefs a")
        clean(other, f"facilitator with scores {width}")
        other.click("#debriefs a")
        other.wait_for_url("**/debrief/page?*", timeout=60_000)
        assert other.inner_text("#answer ~ .lead") == page.inner_text("#answer ~ .lead")
        for each in (page, other):
            assert not each.faults, each.faults


def held_at_work(page: Any) -> Callable[[], None]:
    """Let the page believe that its debrief is under way, until what is returned is called."""

    def at_work(route: Any) -> None:
        response = route.fetch()
        if held:
            told = {**response.json(), "state": "works", "share": 0.4, "headline": "62 of 100, at first sight."}
            route.fulfill(json=told)
        else:
            route.fulfill(response=response)

    held = [True]
    page.route("**/api/debrief?*", at_work)
    return held.clear


def clean(page: Any, what: str) -> None:
    """No violation that axe-core finds, and nothing wider than the screen."""
    found = axe.Axe().run(page)
    assert not found.violations_count, f"{what}: {found.generate_report()}"
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= screen, f"{what} is {wide} pixels wide on a screen of {screen}"
