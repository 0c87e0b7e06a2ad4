"""Waiting for a page."""

from __future__ import annotations

import time

from playwright.sync_api import Page

LIMIT_SECONDS = 30


def until(tab: Page, expression: str) -> None:
    """Wait until it is true; the page's own policy forbids the evaluation that Playwright would wait by."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while not tab.evaluate(expression):
        assert time.monotonic() < deadline, f"{expression} did not come true in {LIMIT_SECONDS} s"
        tab.wait_for_timeout(50)
