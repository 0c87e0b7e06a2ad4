"""Pushes that wait a moment for the next one, which takes their place.

The server keeps the waiting push as a schedule of its own, so it is as durable as a job and fires by itself.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec

from services.gateway.schedules import KEPT
from shared.bus import Bus
from shared.events import Failure, JobEnded, JobSubmitted, now
from shared.job_events import Events
from shared.jobs import fold
from shared.pipeline import SCHEDULES
from shared.record import JobRecord

WAITING = "sched.push"
DUE = "due.push"


class Quiet:
    def __init__(self, bus: Bus, seconds: int) -> None:
        self._bus = bus
        self.seconds = seconds

    async def put(self, event: JobSubmitted) -> str:
        """Start a push's job after the quiet time; those of its repository that still wait are cancelled."""
        place = f"{_key(event.spec.repo)}.{event.job_id}"
        due = now() + timedelta(seconds=self.seconds)
        headers = {
            "Nats-Schedule": f"@at {due:%Y-%m-%dT%H:%M:%S.%fZ}",
            "Nats-Schedule-Target": f"{DUE}.{place}",
            "Nats-Schedule-TTL": KEPT,
        }
        await self._bus.store(f"{WAITING}.{place}", msgspec.json.encode(event), headers)
        for stored in await self._bus.last([f"{WAITING}.{_key(event.spec.repo)}.*"], stream=SCHEDULES):
            if stored.subject != f"{WAITING}.{place}":
                await self._replace(stored.subject, msgspec.json.decode(stored.payload, type=JobSubmitted))
        return event.job_id

    async def record(self, job_id: str) -> JobRecord | None:
        """Give the record of a push that waits; None when there is none."""
        stored = await self._bus.last([f"{WAITING}.*.{job_id}"], stream=SCHEDULES)
        if not stored:
            return None
        record = fold(Events([msgspec.json.decode(stored[0].payload, type=JobSubmitted)]))
        if record is not None:
            record.status = "scheduled"
        return record

    async def _replace(self, place: str, event: JobSubmitted) -> None:
        """Show what was replaced as cancelled; its end is stored first, so that nobody begins it."""
        await self._bus.api(f"STREAM.PURGE.{SCHEDULES}", {"filter": place})
        why = Failure(
            code="superseded",
            message="A later push took this one's place before it began.",
            hint="The job of the later push makes the film.",
            stage="scan",
            language=None,
            retryable=False,
        )
        await self._bus.publish_once(
            JobEnded(job_id=event.job_id, spec=event.spec, at=now(), outcome="cancelled", error=why)
        )
        await self._bus.publish_once(event, unique=f"jobs.*.{event.job_id}.submitted.all.g0")


def _key(repo: str) -> str:
    """A repository's name as one word of a subject."""
    return hashlib.sha256(repo.lower().encode()).hexdigest()[:16]
