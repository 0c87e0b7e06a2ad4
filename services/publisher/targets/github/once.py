"""Makes a thing on GitHub once, and edits it ever after.

GitHub has no keys for idempotent requests, so the ledger remembers for it: first that something is about to
be made, then what it is called. Whoever finds only the first half waits until a request that was on its way
must have arrived, asks GitHub whether it did, and makes the thing only where it did not.
"""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

import msgspec

from services.publisher.targets.ledger import Page
from shared.errors import Retry
from shared.events import now
from shared.github.refusals import Refused

SETTLE_SECONDS = 90.0
"""Longer than a request may take to us, and what GitHub made may take to appear in its lists."""
DIGEST_CHARACTERS = 16
RATE_LIMITED = "rate_limited"


class Thing(Protocol):
    """A check run, a comment: its number is GitHub's name for it."""

    @property
    def content(self) -> Any:
        """What is told, as JSON."""
        ...

    async def find(self, begun: str) -> str:
        """Ask GitHub for the number of what was made already; empty where nothing was.

        `begun` is where it was about to be made.
        """
        ...

    async def begin(self) -> str:
        """Say where it will be made; never empty."""
        ...

    async def make(self, where: str) -> str:
        """Make it there, and give its number."""
        ...

    async def edit(self, number: str) -> None: ...


async def bring(
    page: Page, thing: Thing, *, surely: bool = False, settle_seconds: float = SETTLE_SECONDS
) -> None:
    """Make the thing or edit it, unless it tells just this already; `surely` edits it even then.

    Raises Refused, or Retry.
    """
    told = digest(thing.content)
    if not page.entry.reference:
        if not await _made(page, thing, told, settle_seconds):
            await _edited(page, thing, told)
    elif surely or told not in page.entry.done:
        await _edited(page, thing, told)


def digest(content: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:DIGEST_CHARACTERS]


async def _made(page: Page, thing: Thing, told: str, settle_seconds: float) -> bool:
    """Whether it was made now, with what it is to tell; else it was there already."""
    where = page.entry.session
    if where:
        age = (now() - page.entry.at).total_seconds()
        if age < settle_seconds:
            raise Retry(
                "something was sent to GitHub and may be on its way",
                delay_seconds=settle_seconds - age,
                code="publishing_elsewhere",
            )
        if number := await thing.find(where):
            await page.record(reference=number, session="")
            return False
    else:
        where = await thing.begin()
    await page.record(session=where)
    try:
        number = await thing.make(where)
    except (Refused, Retry) as error:
        if isinstance(error, Refused) or error.code == RATE_LIMITED:
            await page.record(session="")  # surely nothing was made
        raise
    await page.record(reference=number, session="", done=(told,))
    return True


async def _edited(page: Page, thing: Thing, told: str) -> None:
    await thing.edit(page.entry.reference)
    await page.record(done=(told,))
