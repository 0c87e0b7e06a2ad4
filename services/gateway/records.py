"""The records of the newest jobs, kept in memory by following the status bucket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec
import structlog

from shared.bus import Bus, Stored
from shared.events import AnyEvent, JobEnded, JobSubmitted
from shared.follow import follow
from shared.jobs import Events, JobRecord, decode, decode_events, fold
from shared.pipeline import STATUS_BUCKET

log = structlog.get_logger()


class Records:
    """Answers from memory; what is not there is folded from the stream."""

    def __init__(self, bus: Bus, capacity: int) -> None:
        self._bus = bus
        self._capacity = capacity
        self._events: dict[str, dict[str, AnyEvent]] = {}
        self._folded: dict[str, JobRecord | None] = {}
        self._open: set[str] = set()
        self.complete = asyncio.Event()
        """Set once everything that stood in the bucket at the start is in memory."""

    @property
    def open_jobs(self) -> int:
        """How many jobs were submitted and have not ended."""
        return len(self._open)

    async def follow(self) -> None:
        """Take in the bucket's entries, for ever."""
        pattern = f"$KV.{STATUS_BUCKET}.>"
        async for stored in follow(self._bus, f"KV_{STATUS_BUCKET}", pattern):
            if stored is None:
                self.complete.set()
            else:
                self._take(stored)

    async def get(self, job_id: str) -> JobRecord | None:
        """Give a job's record as it stands now; None when no such job is kept."""
        if (record := self._known(job_id)) is not None:
            return record
        stored = await self._bus.last([f"jobs.*.{job_id}.>"])
        return _record(decode_events(message.payload for message in stored))

    def newest_first(self) -> list[JobRecord]:
        """Give all records in memory."""
        records = [record for job_id in self._events if (record := self._known(job_id))]
        return sorted(records, key=lambda record: (record.created_at, record.job_id), reverse=True)

    def _known(self, job_id: str) -> JobRecord | None:
        """Fold a job's events, once for each change of them."""
        if job_id not in self._folded and (events := self._events.get(job_id)):
            self._folded[job_id] = _record(events.values())
        return self._folded.get(job_id)

    def _take(self, stored: Stored) -> None:
        try:
            event = decode(stored.payload)
        except msgspec.DecodeError as error:
            log.warning("record.unreadable", subject=stored.subject, error=str(error))
            return
        self._count(event)
        if event.job_id not in self._events and len(self._events) >= self._capacity:
            self._forget_oldest()
        self._events.setdefault(event.job_id, {})[stored.subject] = event
        self._folded.pop(event.job_id, None)

    def _count(self, event: AnyEvent) -> None:
        if isinstance(event, JobSubmitted):
            self._open.add(event.job_id)
        elif isinstance(event, JobEnded):
            self._open.discard(event.job_id)

    def _forget_oldest(self) -> None:
        """Jobs stand in the order they came."""
        oldest = next(iter(self._events))
        self._events.pop(oldest)
        self._folded.pop(oldest, None)
        self._open.discard(oldest)


def _record(events: Iterable[AnyEvent]) -> JobRecord | None:
    return fold(Events(events))
