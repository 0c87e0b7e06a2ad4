"""What can be asked for, and how it went so far: languages, counts, badges."""

from __future__ import annotations

import asyncio
import statistics
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from aiohttp import hdrs, web

from services.gateway.badge import badge
from services.gateway.errors import ApiError, answer
from services.gateway.records import Records
from services.gateway.routes import Route
from services.gateway.wishes import GITHUB_REPO
from shared.events import now
from shared.languages import Language, known_languages
from shared.record import JobRecord

BADGE_SECONDS = 60


class LanguageList(msgspec.Struct, frozen=True):
    languages: Sequence[Language]


class StageTime(msgspec.Struct, frozen=True, kw_only=True):
    stage: str
    runs: int
    median_seconds: float


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Told from the newest jobs, as many as the gateway keeps in memory."""

    jobs: int
    by_status: dict[str, int]
    by_trigger: dict[str, int]
    last_24_hours: int
    """Jobs that were submitted since then."""
    success_rate: float | None
    """Finished of those that finished or failed, 0 to 1; null before the first."""
    median_seconds: float | None
    """From submission to the end of the finished ones."""
    stages: list[StageTime]


class Catalogue:
    def __init__(self, records: Records) -> None:
        self._records = records

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/languages",
                handler=self.languages,
                summary="The languages films can be made in here.",
                answers={200: LanguageList},
            ),
            Route(
                method="GET",
                path="/stats",
                handler=self.stats,
                summary="Counts, success rate and durations.",
                answers={200: Stats},
            ),
            Route(
                method="GET",
                path="/badge/{owner}/{name}.svg",
                handler=self.badge,
                summary="A badge with the state of a repository's latest film.",
                answers={200: str},
                media="image/svg+xml",
                faults=(404,),
                scope=None,
            ),
        )

    async def languages(self, _request: web.Request) -> web.Response:
        return answer(LanguageList(await asyncio.to_thread(known_languages)))

    async def stats(self, _request: web.Request) -> web.Response:
        return answer(count(self._records.newest_first()))

    async def badge(self, request: web.Request) -> web.Response:
        repo = f"{request.match_info['owner']}/{request.match_info['name']}"
        if not GITHUB_REPO.fullmatch(repo):
            raise ApiError(404, "repo_unknown", "No repository on GitHub has such a name.")
        url = f"https://github.com/{repo}".lower()
        newest = next((one for one in self._records.newest_first() if one.repo_url.lower() == url), None)
        caching = {hdrs.CACHE_CONTROL: f"max-age={BADGE_SECONDS}"}
        return web.Response(text=badge(newest), content_type="image/svg+xml", headers=caching)


def count(records: Sequence[JobRecord]) -> Stats:
    statuses: Counter[str] = Counter(record.status for record in records)
    took = [
        (record.ended_at - record.created_at).total_seconds()
        for record in records
        if record.status == "finished" and record.ended_at
    ]
    yesterday = now() - timedelta(days=1)
    return Stats(
        jobs=len(records),
        by_status=dict(statuses),
        by_trigger=dict(Counter(record.trigger for record in records)),
        last_24_hours=sum(record.created_at >= yesterday for record in records),
        success_rate=success_rate(records),
        median_seconds=round(statistics.median(took), 3) if took else None,
        stages=_stage_times(records),
    )


def success_rate(records: Sequence[JobRecord]) -> float | None:
    """Give the share of the finished among those that finished or failed, 0 to 1; None before the first."""
    statuses = Counter(record.status for record in records)
    tried = statuses["finished"] + statuses["failed"]
    return round(statuses["finished"] / tried, 4) if tried else None


def _stage_times(records: Sequence[JobRecord]) -> list[StageTime]:
    seconds: dict[str, list[float]] = {}
    for record in records:
        for row in record.stages:
            if row.status == "finished" and row.seconds is not None:
                seconds.setdefault(row.stage, []).append(row.seconds)
    return [
        StageTime(stage=stage, runs=len(times), median_seconds=round(statistics.median(times), 3))
        for stage, times in seconds.items()
    ]
