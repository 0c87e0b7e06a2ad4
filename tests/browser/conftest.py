"""A real Chromium, and the page of a real job with films in two languages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from services.publisher.files.film import read_programme
from services.publisher.files.player import page
from services.publisher.quality.report import at_most, report, unmeasured
from services.publisher.render.film import render_film
from shared.events import JobSpec
from shared.facts import FactBase
from shared.offload import ignore_progress
from tests.support import films

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
    "--use-fake-ui-for-media-stream",  # and may be used
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished job, with films in English and Portuguese."""
    folder = tmp_path_factory.mktemp("job")
    for language in ("en", "pt"):
        script = msgspec.structs.replace(films.short_script(), language=language)
        narration = films.narrated(script)
        recording = films.write_wav(folder.parent / f"{language}.wav", films.voice(narration))
        render_film(ignore_progress, script, narration, recording, folder)
        (folder / f"narration.{language}.json").write_bytes(msgspec.json.encode(narration))
        (folder / f"quality.{language}.json").write_bytes(msgspec.json.encode(_quality(language)))
    facts = FactBase(repo="acme/tinybox", commit="9f2c1e7b8d4a5f60718293a4b5c6d7e8f9012345", facts=())
    (folder / "facts.json").write_bytes(msgspec.json.encode(facts))
    spec = JobSpec(repo="acme/tinybox", languages=("en", "pt"))
    (folder / "index.html").write_text(page(read_programme(folder, spec)), "utf-8")
    return folder


def _quality(language: str) -> object:
    heard = unmeasured("≤ 0.1", "nobody listened")
    return report(language, {"M2": {"words_wrong": heard}, "M4": {"missing_glyphs": at_most(3, 0, 9)}})


@pytest.fixture
def opened(browser: Browser, job: Path) -> Iterator[Page]:
    """The job's page, from disk; a complaint on the console is an error."""
    tab = browser.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto((job / "index.html").as_uri())
    yield tab
    tab.close()
    assert complaints == []
