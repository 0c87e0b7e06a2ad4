"""Ends jobs that have been worked on for longer than one may."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import datetime

import structlog

from services.gateway.records import Records
from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import Failure, JobEnded, JobSubmitted, ScriptProposed, now
from shared.job_events import Events
from shared.record import StageRecord
from shared.stage_rows import rows

log = structlog.get_logger()

TICK_SECONDS = 1.0


class Overtime:
    """Looks at every open job; what it ends, a retry takes up again, with its time counted anew."""

    def __init__(self, bus: Bus, records: Records, limit_seconds: float) -> None:
        """Without a limit, at 0, it ends none."""
        self._bus = bus
        self._records = records
        self._limit_seconds = limit_seconds

    async def watch(self) -> None:
        """Look again and again, for ever."""
        while self._limit_seconds:
            await asyncio.sleep(TICK_SECONDS)
            moment = now()
            for events in self._records.open_jobs():
                await asyncio.sleep(0)  # whoever asks something meanwhile is answered
                if worked_seconds(events, moment) > self._limit_seconds:
                    with contextlib.suppress(Unavailable):  # then at the next look
                        await self._end(events, moment)

    async def _end(self, events: Events, moment: datetime) -> None:
        submitted = events.get(JobSubmitted)
        if submitted is None:
            return
        at_work = next((row for row in rows(events) if row.status == "started"), None)
        why = Failure(
            code="job_timeout",
            message=f"The job was worked on for more than {self._limit_seconds:g} seconds.",
            hint="Retry it, which keeps what is finished; REPOREEL_JOB_TIMEOUT_SECONDS allows more time.",
            stage=at_work.stage if at_work else "scan",
            language=at_work.language if at_work else None,
            retryable=True,
        )
        ended = JobEnded(
            job_id=submitted.job_id,
            spec=submitted.spec,
            at=moment,
            generation=events.generation,
            outcome="failed",
            error=why,
        )
        if await self._bus.publish_once(ended) is not None:
            log.warning("job.timeout", job_id=submitted.job_id, seconds=self._limit_seconds)


def worked_seconds(events: Events, moment: datetime) -> float:
    """How long at least one stage of a job was at work since it was submitted or retried.

    Neither its time in queues counts nor what it waited for: a rate limit, a quota, a person's approval.
    """
    ended = events.get(JobEnded)
    since = ended.at if ended else datetime.min.replace(tzinfo=moment.tzinfo)
    total, counted_to = 0.0, since
    for start, end in sorted(_spans(events, moment)):
        total += max(0.0, (end - max(start, counted_to)).total_seconds())
        counted_to = max(counted_to, end)
    return total


def _spans(events: Events, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    for row in rows(events):
        end = moment if row.status == "started" else _last_work(events, row)
        if row.started_at is not None and end is not None:
            yield row.started_at, end


def _last_work(events: Events, row: StageRecord) -> datetime | None:
    """When a stage that is not at work left off; not known of a script that a person had to approve."""
    if row.stage == "write" and events.get(ScriptProposed):
        return None
    return row.ended_at
