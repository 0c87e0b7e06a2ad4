"""Runs one stage in this process: takes its messages one by one and makes an attempt at each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Any, Generic, TypeVar

import msgspec
import structlog

from shared.attempt import JOB_ENDED, STOPPING, Attempt, Handler
from shared.bus import Bus
from shared.errors import Unavailable
from shared.parking import park
from shared.pipeline import JOBS, In, Out, Stage
from shared.pull import Delivery, Pull

log = structlog.get_logger()

T = TypeVar("T")

GRACE_SECONDS = 25.0
"""How long a stopping process lets its handlers finish."""
UNAVAILABLE_SECONDS = 1.0


class Runner(Generic[In, Out]):
    """Takes a stage's messages, `at_once` at a time.

    Heavy stages keep it at 1, so that an event that kills the process takes no other with it.
    """

    def __init__(
        self, bus: Bus, stage: Stage[In, Out], handle: Handler[In, Out], *, at_once: int = 1
    ) -> None:
        self._bus = bus
        self._stage = stage
        self._handle = handle
        self._at_once = at_once
        self._decoder = msgspec.json.Decoder(stage.consumes)
        self._attempts: set[Attempt[In, Out]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set and what was begun is finished or handed back."""
        async with (
            self._bus.listen("live.jobs.*.*.ended.>", self._job_ended),
            asyncio.TaskGroup() as group,
        ):
            for _ in range(self._at_once):
                group.create_task(self._loop(stopping))

    async def _loop(self, stopping: asyncio.Event) -> None:
        pull = Pull(self._bus, JOBS, self._stage.name)
        while (delivery := await before(stopping, pull.next())) is not None:
            await self._take(delivery, stopping)

    async def _take(self, delivery: Delivery, stopping: asyncio.Event) -> None:
        work = asyncio.create_task(self.work(delivery))
        try:
            await _either(work, stopping)
            if not work.done():
                await asyncio.wait([work], timeout=GRACE_SECONDS)
                for attempt in self._attempts:
                    attempt.stop(STOPPING)
            await work
        except Unavailable as error:
            log.warning("stage.interrupted", stage=self._stage.name, error=str(error))
            with contextlib.suppress(Unavailable):
                await delivery.again(UNAVAILABLE_SECONDS)
        finally:
            work.cancel()

    async def work(self, delivery: Delivery) -> None:
        """Do all that one message asks for."""
        try:
            event = self._decoder.decode(delivery.payload)
        except msgspec.DecodeError as error:
            reason = f"not a {self._stage.consumes.__name__}: {error}"
            await park(self._bus, self._stage.name, delivery, None, 0, reason)
            await delivery.drop(reason)
            return
        attempt = Attempt(self._bus, self._stage, self._handle, delivery, event)
        self._attempts.add(attempt)
        try:
            with structlog.contextvars.bound_contextvars(
                job_id=event.job_id, stage=self._stage.name, branch=event.branch
            ):
                await attempt.make()
        finally:
            self._attempts.discard(attempt)

    async def _job_ended(self, where: str, _payload: bytes) -> None:
        job_id = where.split(".")[3]
        for attempt in self._attempts:
            if attempt.event.job_id == job_id:
                attempt.stop(JOB_ENDED)


async def before(stopping: asyncio.Event, awaitable: Awaitable[T]) -> T | None:
    """Wait for something, but no longer than until `stopping` is set; None then."""
    task = asyncio.ensure_future(awaitable)
    try:
        await _either(task, stopping)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _either(task: asyncio.Future[Any], stopping: asyncio.Event) -> None:
    """Wait until a task is done or `stopping` is set."""
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()
