"""Follows the turns of jobs, each as the whole job stands when it is seen.

Every turn leads to the same act: fold the job as it stands now, and bring something outside in line with it.
So it does no harm to see a turn twice, late, or together with others.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import msgspec
import structlog

from shared.bus import Bus
from shared.errors import Reject, Retry, Unavailable
from shared.events import JobSpec, JobSubmitted, now
from shared.job_events import Events, decode, decode_events
from shared.jobs import fold
from shared.pipeline import JOBS
from shared.pull import Delivery, Pull
from shared.record import JobRecord

log = structlog.get_logger(__name__)

KEEP_TRYING = timedelta(hours=24)
"""After that whatever is outside has been away for too long to hear of this turn."""
UNAVAILABLE_SECONDS = 5.0
DRAIN_LOOKS = 100
CATCH_UP_SECONDS = 0.05
CATCH_UPS = 100


class Job(msgspec.Struct, frozen=True):
    """One job as it stands."""

    submitted: JobSubmitted
    events: Events
    record: JobRecord
    sure: bool = False
    """Whether an earlier try may have left something half done."""


class Follower:
    """Takes the deliveries of one consumer, one after the other.

    `act` may raise Retry, and is called again with the job as it stands by then; or Reject.
    """

    def __init__(
        self,
        bus: Bus,
        consumer: str,
        act: Callable[[Job], Awaitable[None]],
        wants: Callable[[JobSpec], bool] = lambda _spec: True,
    ) -> None:
        self._bus = bus
        self._consumer = consumer
        self._act = act
        self._wants = wants
        self._pull = Pull(bus, JOBS, (consumer,), at_once=1)

    async def work(self) -> None:
        """Follow, for ever."""
        async for delivery in self._pull.deliveries():
            try:
                await self._take(delivery)
            except Unavailable as error:
                log.warning("follower.held_back", consumer=self._consumer, reason=str(error))
                with contextlib.suppress(Unavailable):
                    await delivery.again(UNAVAILABLE_SECONDS)
            except Exception:
                log.exception("follower.broken", consumer=self._consumer)
                with contextlib.suppress(Unavailable):
                    await delivery.drop("see the publisher's log")
            finally:
                self._pull.finished()
                structlog.contextvars.unbind_contextvars("job_id")

    async def drain(self) -> None:
        """Wait a moment for what has happened to be told: a server in our own process ends with it."""
        with contextlib.suppress(Unavailable):
            for _ in range(DRAIN_LOOKS):
                if not await self._is_behind():
                    return
                await asyncio.sleep(CATCH_UP_SECONDS)

    async def _is_behind(self) -> bool:
        found = await self._bus.api(f"CONSUMER.INFO.{JOBS}.{self._consumer}")
        return bool(found["num_pending"] or found["num_ack_pending"])

    async def _take(self, delivery: Delivery) -> None:
        try:
            event = decode(delivery.payload)
        except msgspec.DecodeError as error:
            await delivery.drop(f"unreadable: {error}")
            return
        structlog.contextvars.bind_contextvars(job_id=event.job_id)
        job = await self._job(event.job_id, delivery) if self._wants(event.spec) else None
        try:
            if job is not None:
                await self._act(job)
        except Retry as error:
            is_given_up = now() - event.at >= KEEP_TRYING
            log.warning("follower.waits", consumer=self._consumer, reason=error.message, last=is_given_up)
            if not is_given_up:
                await delivery.again(error.delay_seconds)
                return
        except Reject as error:
            log.warning("follower.refused", consumer=self._consumer, reason=error.message, hint=error.hint)
        await delivery.done()

    async def _job(self, job_id: str, delivery: Delivery) -> Job | None:
        """Fold the job once the view holds the turn that was delivered: a replica may lag.

        Raises Unavailable when none catches up.
        """
        for _ in range(CATCH_UPS):
            stored = await self._bus.last([f"jobs.*.{job_id}.>"])
            if max((one.sequence for one in stored), default=0) >= delivery.sequence:
                break
            await asyncio.sleep(CATCH_UP_SECONDS)
        else:
            raise Unavailable(f"no replica has job {job_id} at sequence {delivery.sequence}")
        events = Events(decode_events(one.payload for one in stored))
        submitted, record = events.get(JobSubmitted), fold(events)
        if submitted is None or record is None:
            return None
        return Job(submitted, events, record, sure=delivery.delivered > 1)


@contextlib.asynccontextmanager
async def following(*followers: Follower | None) -> AsyncIterator[None]:
    """Let them follow while the block runs, and a moment longer where they are behind."""
    there = [one for one in followers if one is not None]
    works = [asyncio.create_task(one.work()) for one in there]
    try:
        yield
        await asyncio.gather(*(one.drain() for one in there))
    finally:
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
