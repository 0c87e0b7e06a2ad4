"""The records of the newest jobs, kept in memory by following the status bucket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec
import structlog

from shared.bus import Bus, Stored
from shared.events import AnyEvent
from shared.follow import follow
from shared.jobs import Events, JobRecord, decode, fold
from shared.pipeline import STATUS_BUCKET

log = structlog.get_logger()


class Records:
    """Answers from memory; what is not there is folded from the stream."""

    def __init__(self, bus: Bus, capacity: int) -> None:
        self._bus = bus
        self._capacity = capacity
        self._events: dict[str, dict[str, AnyEvent]] = {}
        self.complete = asyncio.Event()
        """Set once everything that stood in the bucket at the start is in memory."""

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
        if (known := self._events.get(job_id)) is not None and (record := _record(known.values())):
            return record
        stored = await self._bus.last([f"jobs.*.{job_id}.>"])
        return _record(decode(message.payload) for message in stored)

    def newest_first(self) -> list[JobRecord]:
        """Give all records in memory."""
        records = [record for known in self._events.values() if (record := _record(known.values()))]
        return sorted(records, key=lambda record: (record.created_at, record.job_id), reverse=True)

    def unfinished(self) -> int:
        """Count the jobs in memory that have not ended."""
        return sum(record.status in {"queued", "started"} for record in self.newest_first())

    def _take(self, stored: Stored) -> None:
        try:
            event = decode(stored.payload)
        except msgspec.DecodeError as error:
            log.warning("record.unreadable", subject=stored.subject, error=str(error))
            return
        if event.job_id not in self._events and len(self._events) >= self._capacity:
            self._forget_oldest()
        self._events.setdefault(event.job_id, {})[stored.subject] = event

    def _forget_oldest(self) -> None:
        """Jobs stand in the order they came."""
        self._events.pop(next(iter(self._events)))


def _record(events: Iterable[AnyEvent]) -> JobRecord | None:
    return fold(Events(events))
