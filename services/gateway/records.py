"""The records of the newest jobs, kept in memory by following the status bucket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec
import structlog

from services.gateway.ahead import Ahead
from shared.bus import Bus, Stored
from shared.events import AnyEvent, JobEnded
from shared.follow import follow
from shared.job_events import Events, decode, decode_events
from shared.jobs import fold
from shared.pipeline import STATUS_BUCKET
from shared.record import JobRecord

log = structlog.get_logger()

BUCKET_STREAM = f"KV_{STATUS_BUCKET}"
MAX_WAITING_ENTRIES = 1000
"""Somebody who reads a job's events this much too slowly is let go; they come again where they were."""


class Entry(NamedTuple):
    """One event as the status bucket has it."""

    sequence: int
    subject: str
    event: AnyEvent


News = asyncio.Queue[Entry | None]
"""A job's new entries, as they come; None when no more will be put in."""


class Records:
    """Answers from memory; what is not there is folded from the stream."""

    def __init__(
        self, bus: Bus, capacity: int, scheduled: Callable[[str], Awaitable[JobRecord | None]]
    ) -> None:
        self._bus = bus
        self._capacity = capacity
        self._scheduled = scheduled
        self._entries: dict[str, dict[str, Entry]] = {}
        self._ahead = Ahead()
        self._folded: dict[str, JobRecord] = {}
        self._encoded: dict[str, bytes] = {}
        self._open: dict[str, None] = {}
        self._over: dict[str, int] = {}
        """The newest generation of each job that has ended."""
        self._news: dict[str, set[News]] = {}
        self.complete = asyncio.Event()
        """Set once everything that stood in the bucket at the start is in memory."""

    @property
    def open_count(self) -> int:
        """How many jobs were submitted, or retried, and have not ended."""
        return len(self._open)

    def open_jobs(self) -> Iterator[Events]:
        """Give the events of each of them."""
        for job_id in list(self._open):
            yield Events(entry.event for entry in self._entries.get(job_id, {}).values())

    async def follow(self) -> None:
        """Take in the bucket's entries, for ever."""
        async for stored in follow(self._bus, BUCKET_STREAM, f"$KV.{STATUS_BUCKET}.>"):
            if stored is None:
                self.complete.set()
            else:
                self._take(stored)

    async def get(self, job_id: str) -> JobRecord | None:
        """Give a job's record as it stands now; None when no such job is kept."""
        if (record := self._known(job_id)) is not None:
            return record
        stored = await self._bus.last([f"jobs.*.{job_id}.>"])
        events = list(decode_events(message.payload for message in stored))
        self.told(job_id, events)
        return _record(events) or await self._scheduled(job_id)

    def told(self, job_id: str, events: Collection[AnyEvent]) -> None:
        """Take note of what somebody is told out of the stream: later answers are as new at least."""
        is_kept = job_id in self._entries or len(self._entries) < self._capacity
        if events and is_kept:
            self._folded.pop(job_id, None)
            self._encoded.pop(job_id, None)
            self._ahead.take(job_id, events)

    async def encoded(self, job_id: str) -> bytes | None:
        """Give a job's record as JSON; encoded once for each change of it, since many ask and few change."""
        if (known := self._encoded.get(job_id)) is not None:
            return known
        record = await self.get(job_id)
        if record is None:
            return None
        encoded = msgspec.json.encode(record)
        if self._folded.get(job_id) is record:
            self._encoded[job_id] = encoded
        return encoded

    async def entries(self, job_id: str) -> list[Entry]:
        """Give a job's entries, oldest first."""
        known = self._entries.get(job_id)
        if known is None:
            pattern = f"$KV.{STATUS_BUCKET}.{job_id}.>"
            stored = await self._bus.last([pattern], stream=BUCKET_STREAM)
            return [entry for one in stored if (entry := _entry(one)) is not None]
        return sorted(known.values(), key=lambda entry: entry.sequence)

    @contextlib.contextmanager
    def news(self, job_id: str) -> Iterator[News]:
        """Give what comes in about a job from now on."""
        news: News = asyncio.Queue(MAX_WAITING_ENTRIES)
        self._news.setdefault(job_id, set()).add(news)
        try:
            yield news
        finally:
            self._news[job_id].discard(news)
            if not self._news[job_id]:
                del self._news[job_id]

    def end_news(self) -> None:
        """Tell everybody who waits for news that this process stops."""
        for waiting in self._news.values():
            for news in waiting:
                _end(news)

    def newest_first(self) -> list[JobRecord]:
        """Give all records in memory."""
        job_ids = {**self._entries, **dict.fromkeys(self._ahead)}
        records = [record for job_id in job_ids if (record := self._known(job_id))]
        return sorted(records, key=lambda record: (record.created_at, record.job_id), reverse=True)

    def _known(self, job_id: str) -> JobRecord | None:
        """Fold a job's events, once for each change of them."""
        if job_id not in self._folded:
            entries = self._entries.get(job_id, {}).values()
            record = _record(self._ahead.over(job_id, (entry.event for entry in entries)))
            if job_id in self._ahead or record is None:
                return record
            self._folded[job_id] = record
        return self._folded[job_id]

    def _take(self, stored: Stored) -> None:
        entry = _entry(stored)
        if entry is None:
            return
        job_id = entry.event.job_id
        self._count(entry.event)
        if job_id not in self._entries and len(self._entries) >= self._capacity:
            self._forget_oldest()
        self._entries.setdefault(job_id, {})[stored.subject] = entry
        self._folded.pop(job_id, None)
        self._encoded.pop(job_id, None)
        for news in self._news.get(job_id, ()):
            _put(news, entry)

    def _count(self, event: AnyEvent) -> None:
        if isinstance(event, JobEnded):
            self._over[event.job_id] = max(event.generation, self._over.get(event.job_id, 0))
        if event.generation > self._over.get(event.job_id, -1):
            self._open[event.job_id] = None
        elif isinstance(event, JobEnded):
            self._open.pop(event.job_id, None)

    def _forget_oldest(self) -> None:
        """Jobs stand in the order they came."""
        oldest = next(iter(self._entries))
        self._entries.pop(oldest)
        self._folded.pop(oldest, None)
        self._encoded.pop(oldest, None)
        self._open.pop(oldest, None)
        self._over.pop(oldest, None)


def _entry(stored: Stored) -> Entry | None:
    try:
        return Entry(stored.sequence, stored.subject, decode(stored.payload))
    except msgspec.DecodeError as error:
        log.warning("record.unreadable", subject=stored.subject, error=str(error))
        return None


def _put(news: News, entry: Entry) -> None:
    if news.qsize() < MAX_WAITING_ENTRIES - 1:
        news.put_nowait(entry)
    else:
        _end(news)


def _end(news: News) -> None:
    with contextlib.suppress(asyncio.QueueFull):
        news.put_nowait(None)


def _record(events: Iterable[AnyEvent]) -> JobRecord | None:
    return fold(Events(events))
