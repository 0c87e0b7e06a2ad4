"""Where every job comes in: checked for room and rate, then stored once, whatever asked for it."""

from __future__ import annotations

from services.gateway.daily import take_place
from services.gateway.identity import job_id
from services.gateway.limits import Limit
from services.gateway.room import Room
from shared.bus import Bus
from shared.events import JobSpec, JobSubmitted, now


class Intake:
    def __init__(self, bus: Bus, room: Room, per_repository: Limit) -> None:
        self._bus = bus
        self._room = room
        self._per_repository = per_repository

    def check(self, spec: JobSpec) -> None:
        """Let a new job pass.

        Raises Unavailable while the stream has no room for it, ApiError (429) when its repository had enough.
        """
        self._room.check()
        self._per_repository.check(spec.repo.lower())

    async def accept(self, spec: JobSpec, meaning: str, most_a_day: int | None = None) -> str:
        """Store a job once; the same wish again gives the same id, and no second job.

        Raises Unavailable or ApiError (429) when it was not stored.
        """
        self.check(spec)
        event = submitted(spec, meaning)
        if most_a_day is not None:
            await take_place(self._bus, event.job_id, most_a_day)
        return await self.store(event)

    async def store(self, event: JobSubmitted) -> str:
        """Store a submission unless its job is known, in whatever priority; gives the id."""
        await self._bus.publish_once(event, unique=f"jobs.*.{event.job_id}.submitted.all.g0")
        return event.job_id


def submitted(spec: JobSpec, meaning: str) -> JobSubmitted:
    return JobSubmitted(job_id=job_id(spec, meaning), spec=spec, at=now())
