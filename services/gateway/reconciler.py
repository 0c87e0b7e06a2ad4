"""Asks GitHub which webhooks it could not bring us, and has it bring them again.

GitHub keeps its deliveries for three days and repeats none by itself. One that is asked for twice, by two
gateways or because the first was still on its way, means the same job (`identity`).
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
import structlog

from services.gateway.missed import Delivered, missed
from shared.errors import Retry, SettingsError
from shared.events import now
from shared.github.http import GitHubHttp
from shared.github.refusals import Refused
from shared.github.settings import GitHubSettings

log = structlog.get_logger()

HOOK = re.compile(r"(?P<repo>[A-Za-z0-9-]+/[A-Za-z0-9._-]+):(?P<number>[0-9]+)")
NEXT = re.compile(r'[?&]cursor=([^&>]+)[^>]*>; rel="next"')
APP = "/app/hook/deliveries"
KEPT = timedelta(days=3)
OVERLAP = timedelta(hours=1)
"""Deliveries may appear in the list a while after they were begun."""
PAGE = 100
MAX_PAGES = 100
ON_ITS_WAY_SECONDS = 300.0
"""So long a webhook that was asked for may take to come."""


class ReconcilerSettings(GitHubSettings, frozen=True, kw_only=True):
    hooks: tuple[str, ...] = msgspec.field(name="REPOREEL_RECONCILE_HOOKS", default=())
    """`owner/name:number` of repositories' webhooks that lead here; a GitHub App's is asked about anyway."""
    seconds: Annotated[float, msgspec.Meta(ge=0)] = msgspec.field(
        name="REPOREEL_RECONCILE_SECONDS", default=600.0
    )
    """How often GitHub is asked; 0 never asks."""

    def places(self) -> tuple[str, ...]:
        """Give the paths of the lists of deliveries.

        Raises SettingsError for what names no webhook.
        """
        known = [HOOK.fullmatch(hook) for hook in self.hooks]
        if not all(known):
            raise SettingsError("REPOREEL_RECONCILE_HOOKS: name webhooks as owner/name:number")
        hooks = [f"/repos/{one['repo']}/hooks/{one['number']}/deliveries" for one in known if one]
        return (*([APP] if self.github_app_id else []), *hooks)


class Reconciler:
    def __init__(self, http: GitHubHttp, places: Sequence[str], seconds: float) -> None:
        self._http = http
        self._seconds = seconds
        self._since = {place: now() - KEPT for place in places}
        self._asked: dict[str, float] = {}

    async def work(self) -> None:
        """Look now and then, for ever; what GitHub refuses is tried again the next time."""
        try:
            while self._seconds:
                for place in self._since:
                    try:
                        await self.look(place)
                    except (Retry, Refused) as error:
                        log.warning("webhooks.not_reconciled", place=place, reason=str(error))
                await asyncio.sleep(self._seconds)
        finally:
            await self._http.close()

    async def look(self, place: str) -> None:
        """Have everything brought again that was missed.

        Raises Refused, or Retry where waiting helps.
        """
        attempts = await self._attempts(place)
        wanted = list(missed(attempts))
        for one in wanted:
            if time.monotonic() - self._asked.get(one.guid, -ON_ITS_WAY_SECONDS) >= ON_ITS_WAY_SECONDS:
                await self._http.send("POST", f"{place}/{one.id}/attempts", {})
                self._asked[one.guid] = time.monotonic()
                log.info("webhook.asked_for_again", guid=one.guid, github_event=one.event)
        if attempts and not wanted:
            self._since[place] = max(self._since[place], attempts[0].delivered_at - OVERLAP)
            self._asked.clear()

    async def _attempts(self, place: str) -> list[Delivered]:
        """Give GitHub's attempts since all was well, newest first."""
        found: list[Delivered] = []
        since, cursor = self._since[place], ""
        for _ in range(MAX_PAGES):
            more = f"&cursor={cursor}" if cursor else ""
            answer = await self._http.ask(f"{place}?per_page={PAGE}{more}")
            page = _decoded(answer.body)
            found += [one for one in page if one.delivered_at >= since]
            following = NEXT.search(answer.link)
            if following is None or _ends_before(page, since):
                return found
            cursor = following[1]
        log.warning("webhooks.too_many", place=place, looked_at=len(found))
        return found


def _decoded(body: bytes) -> list[Delivered]:
    try:
        return msgspec.json.decode(body, type=list[Delivered])
    except msgspec.MsgspecError as error:
        raise Refused(200, f"an answer that is not understood: {error}") from error


def _ends_before(page: Sequence[Delivered], since: datetime) -> bool:
    return not page or page[-1].delivered_at < since
