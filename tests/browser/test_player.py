"""The player page in a real browser, opened from disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

SIZES = {"wide": (1440, 900), "phone": (390, 844)}
IS_READY = "document.querySelector('.film:not([hidden]) video').readyState >= 2"
PLACE = "document.querySelector('.film:not([hidden]) video').currentTime"


def ready(tab: Page) -> None:
    until(tab, IS_READY)


def place(tab: Page) -> float:
    return float(tab.evaluate(PLACE))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_accessible(browser: Browser, job: Path, scheme: str, size: str) -> None:
    width, height = SIZES[size]
    tab = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})
    tab.goto((job / "index.html").as_uri())
    found = Axe().run(tab)
    tab.close()
    assert found.violations_count == 0, found.generate_report()


def test_the_accessibility_check_sees_a_fault(browser: Browser, job: Path) -> None:
    """The control: grey on grey and a link without a name are found."""
    tab = browser.new_page()
    tab.goto((job / "index.html").as_uri())
    tab.evaluate("document.querySelector('.description').attributeStyleMap.set('color', '#f0f0f0')")
    tab.evaluate("document.querySelector('.switch a').replaceChildren()")
    rules = {violation["id"] for violation in Axe().run(tab).response["violations"]}
    tab.close()
    assert {"color-contrast", "link-name"} <= rules


def test_the_film_plays_from_disk_and_the_transcript_follows(opened: Page) -> None:
    ready(opened)
    opened.focus("video")
    opened.keyboard.press("k")
    opened.wait_for_selector(".film:not([hidden]) .transcript .spoken")
    word = opened.locator(".transcript .spoken").first
    start, end = (float(word.get_attribute(f"data-{edge}") or "nan") for edge in ("start", "end"))
    assert start - 0.2 <= place(opened) <= end + 0.6
    assert opened.locator(".transcript a[aria-current]").count() == 1
    assert opened.locator(".chapters a[aria-current]").count() == 1


def test_a_click_on_a_word_seeks_there(opened: Page) -> None:
    ready(opened)
    word = opened.locator(".film:not([hidden]) .transcript span").last
    start = float(word.get_attribute("data-start") or "nan")
    word.click()
    until(opened, f"{PLACE} >= {start} - 0.01")
    assert place(opened) < start + 1.5


def test_subtitles_are_on_from_the_start_and_one_key_hides_them(opened: Page) -> None:
    ready(opened)
    mode = "document.querySelector('video').textTracks[0].mode"
    until(opened, f"{mode} === 'showing'")
    until(opened, "document.querySelector('video').textTracks[0].cues?.length > 0")
    opened.focus("video")
    opened.keyboard.press("c")
    assert opened.evaluate(mode) == "hidden"


def test_keys_leap_and_go_through_chapters(opened: Page) -> None:
    ready(opened)
    opened.focus("video")
    opened.keyboard.press("n")
    second = float(opened.locator(".chapters a").nth(1).get_attribute("data-start") or "nan")
    until(opened, f"Math.abs({PLACE} - {second}) < 0.05")
    opened.keyboard.press("p")
    until(opened, f"{PLACE} < 0.05")


def test_keys_do_nothing_elsewhere_on_the_page(opened: Page) -> None:
    """Single letters must not surprise whoever speaks or types to the page (WCAG 2.1.4)."""
    ready(opened)
    opened.focus(".switch a")
    opened.keyboard.press("n")
    assert place(opened) == 0


def test_another_language_shows_its_own_film_at_the_same_sentence(opened: Page) -> None:
    ready(opened)
    opened.locator(".film:not([hidden]) .transcript a").last.click()
    until(opened, f"{PLACE} > 1")
    opened.locator(".switch a").last.click()
    until(opened, "document.documentElement.lang === 'pt'")
    ready(opened)
    until(opened, f"{PLACE} > 1")
    assert opened.locator(".film:not([hidden])").count() == 1


def test_without_javascript_every_film_is_there(browser: Browser, job: Path) -> None:
    tab = browser.new_page(java_script_enabled=False)
    tab.goto((job / "index.html").as_uri())
    assert tab.locator("video").count() == 2
    assert tab.locator("video").last.is_visible()
    tab.close()


def test_everything_is_reached_with_the_tab_key_alone(opened: Page) -> None:
    reached = set()
    for _ in range(60):
        opened.keyboard.press("Tab")
        reached.add(opened.evaluate("document.activeElement.closest('nav, section, video')?.className ?? ''"))
    assert {"switch", "transcript"} <= reached
    assert opened.locator("details").first.is_visible()


@pytest.fixture
def phone(browser: Browser, job: Path) -> Iterator[Page]:
    tab = browser.new_page(viewport={"width": 360, "height": 740})
    tab.goto((job / "index.html").as_uri())
    yield tab
    tab.close()


def test_nothing_is_wider_than_a_phone(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_chapters_are_found_by_the_browser_as_metadata_not_as_a_third_language(opened: Page) -> None:
    """The MP4's chapter track must not show up among the subtitles."""
    ready(opened)
    kinds = opened.evaluate("[...document.querySelector('video').textTracks].map(track => track.kind)")
    assert kinds == ["subtitles"]
