"""Counts what Google counts: videos and units of one day in Pacific time, together for all workers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from services.publisher.targets.ledger import STREAM
from services.publisher.targets.youtube.answers import PACIFIC, midnight_after, quota_spent
from services.publisher.targets.youtube.settings import YouTubeSettings
from shared.bus import EXPECTED, Bus
from shared.errors import Retry
from shared.measures import Measures
from shared.pipeline import LEDGER_BUCKET

UNITS: Mapping[str, int] = MappingProxyType(
    {
        "videos.list": 1,
        "videos.update": 50,
        "videos.delete": 50,
        "thumbnails.set": 50,
        "captions.list": 50,
        "captions.insert": 400,
        "channels.list": 1,
        "playlists.list": 1,
        "playlists.insert": 50,
        "playlistItems.list": 1,
        "playlistItems.insert": 50,
    }
)
"""From https://developers.google.com/youtube/v3/determine_quota_cost. Inserting a video has a
bucket of its own."""
MOST_RIVALS = 50


class Spent(msgspec.Struct, frozen=True):
    inserts: int = 0
    units: int = 0


class Quota:
    def __init__(self, bus: Bus, settings: YouTubeSettings, measures: Measures | None = None) -> None:
        self._measures = measures or Measures()
        self._bus = bus
        self._settings = settings

    async def spend(self, call: str, moment: datetime) -> None:
        """Count one call before it is made.

        Raises Retry until Pacific midnight when the day has no room for it.
        """
        for _rival in range(MOST_RIVALS):
            spent, sequence = await self._seen(moment)
            more = self._more(spent, call)
            if more.inserts > self._settings.daily_inserts or more.units > self._settings.daily_units:
                raise quota_spent(moment)
            headers = {EXPECTED: str(sequence)}
            if await self._bus.store(_subject(moment), msgspec.json.encode(more), headers) is not None:
                self._note(more, moment)
                return
        raise Retry("the quota's count is contended", code="quota_contended")

    def _note(self, spent: Spent, moment: datetime) -> None:
        until, settings = midnight_after(moment), self._settings
        for of, value, limit in (
            ("inserts", spent.inserts, settings.daily_inserts),
            ("units", spent.units, settings.daily_units),
        ):
            self._measures.note("youtube_quota_spent", of, value, until=until)
            self._measures.note("youtube_quota_limit", of, limit, until=until)

    async def spent(self, moment: datetime) -> Spent:
        return (await self._seen(moment))[0]

    async def _seen(self, moment: datetime) -> tuple[Spent, int]:
        stored = await self._bus.last([_subject(moment)], stream=STREAM)
        if not stored:
            return Spent(), 0
        return msgspec.json.decode(stored[-1].payload, type=Spent), stored[-1].sequence

    def _more(self, spent: Spent, call: str) -> Spent:
        if call == "videos.insert":
            return Spent(spent.inserts + 1, spent.units)
        return Spent(spent.inserts, spent.units + UNITS[call])


def _subject(moment: datetime) -> str:
    return f"$KV.{LEDGER_BUCKET}.quota.youtube.{moment.astimezone(PACIFIC):%Y-%m-%d}"
