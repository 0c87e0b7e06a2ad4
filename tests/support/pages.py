"""What a browser does with our pages, as far as it needs no browser: cookies, and the forms it is given."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import aiohttp

FORMS = re.compile(r"<form.*?</form>", re.DOTALL)


class Reading(HTMLParser):
    """The text of a page, and what its inputs hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inputs: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append((tag, known))
        if tag == "input" and known.get("name"):
            self.inputs[str(known["name"])] = known.get("value") or ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


async def read(session: aiohttp.ClientSession, path: str, **options: Any) -> tuple[int, str]:
    """Give status and page; redirections are followed."""
    async with session.get(path, **options) as reply:
        return reply.status, await reply.text()


async def send(
    session: aiohttp.ClientSession, path: str, page: str = "/dashboard/sign-in", **fields: str
) -> tuple[int, str, str]:
    """Send a form as its page would; gives status, page, and where it led."""
    _, form = await read(session, page)
    sealed = {"seal": Reading(form).inputs["seal"]} | fields
    async with session.post(path, data=sealed) as reply:
        return reply.status, await reply.text(), reply.url.path_qs
