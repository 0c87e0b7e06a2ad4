"""Runs one stage in this process: takes its messages and makes an attempt at each."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Generic

import msgspec
import structlog

from shared.attempt import JOB_ENDED, STOPPING, Attempt, Handler, Workplace
from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import Event, JobEnded
from shared.heard import Ends
from shared.isolation import Isolation
from shared.parking import park
from shared.pipeline import ENDED, JOBS, In, Out, Stage, consumers
from shared.pull import Delivery, Pull
from shared.tasks import cancelled
from shared.tracing import OFF, Tracer

log = structlog.get_logger()

GRACE_SECONDS = 25.0
TICK_SECONDS = 0.05
UNAVAILABLE_SECONDS = 1.0


class Runner(Generic[In, Out]):
    """Takes a stage's messages, `at_once` at a time.

    Heavy stages keep it at 1. All runners of a process share one `isolation`, so that an event that kills
    the process takes others with it once at most.
    `grace_seconds` is how long a stopping process lets its handlers finish.
    """

    def __init__(
        self,
        bus: Bus,
        stage: Stage[In, Out],
        handle: Handler[In, Out],
        *,
        at_once: int = 1,
        grace_seconds: float = GRACE_SECONDS,
        tracer: Tracer = OFF,
        isolation: Isolation | None = None,
    ) -> None:
        self._bus = bus
        self._stage = stage
        self._tracer = tracer
        self._grace_seconds = grace_seconds
        self._ends = Ends(bus)
        self._workplace = Workplace(bus, stage, tracer.watched(handle), self._ends, isolation or Isolation())
        self._pull = Pull(bus, JOBS, tuple(consumers(stage).values()), at_once, self._hand_back)
        self._decoder = msgspec.json.Decoder(stage.consumes)
        self._attempts: set[Attempt[In, Out]] = set()
        self._works: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set and what was begun is finished or handed back."""
        async with self._bus.listen(f"live.{ENDED}", self.hear_end):
            helpers = [asyncio.create_task(work) for work in (self._take(), self._tick())]
            stop = asyncio.create_task(stopping.wait())
            try:
                await asyncio.wait([*helpers, stop], return_when=asyncio.FIRST_COMPLETED)
                await cancelled(helpers[:1])
                await self._finish_works()
            finally:
                await cancelled([*helpers, stop, *self._works])

    async def _take(self) -> None:
        async for delivery in self._pull.deliveries():
            work = asyncio.create_task(self._work(delivery))
            self._works.add(work)
            work.add_done_callback(self._worked)

    def _worked(self, work: asyncio.Task[None]) -> None:
        self._works.discard(work)
        self._pull.finished()

    async def _finish_works(self) -> None:
        """Let what was begun finish in the time of grace; hand the rest back."""
        if self._works:
            await asyncio.wait(self._works, timeout=self._grace_seconds)
        for attempt in self._attempts:
            attempt.stop(STOPPING)
        if self._works:
            await asyncio.wait(self._works)

    async def _work(self, delivery: Delivery) -> None:
        """Do all that one message asks for; trouble with NATS only means that it comes again."""
        try:
            await self.work(delivery)
        except Unavailable as error:
            log.warning("stage.interrupted", stage=self._stage.name, error=str(error))
            with contextlib.suppress(Unavailable):
                await delivery.again(UNAVAILABLE_SECONDS)
        except Exception:
            log.exception("stage.broken", stage=self._stage.name)
            with contextlib.suppress(Unavailable):
                await delivery.again(UNAVAILABLE_SECONDS)

    async def work(self, delivery: Delivery) -> None:
        """Make one attempt at a message."""
        try:
            event = self._decoder.decode(delivery.payload)
        except msgspec.DecodeError as error:
            reason = f"not a {self._stage.consumes.__name__}: {error}"
            await park(self._bus, self._stage.name, delivery, None, 0, reason)
            await delivery.drop(reason)
            return
        structlog.contextvars.bind_contextvars(
            job_id=event.job_id, stage=self._stage.name, branch=event.branch
        )
        attempt = Attempt(self._workplace, delivery, event)
        self._attempts.add(attempt)
        try:
            if self._tracer.is_on:
                with self._tracer.span(
                    self._stage.name, "consumer", delivery.trace, lambda: _attributes(delivery, event)
                ):
                    await attempt.make()
            else:
                await attempt.make()
        finally:
            self._attempts.discard(attempt)

    async def _hand_back(self, delivery: Delivery) -> None:
        """Let others have a message at once that nobody here has begun; that is no attempt at it."""
        with contextlib.suppress(msgspec.DecodeError):
            event = self._decoder.decode(delivery.payload)
            await Attempt(self._workplace, delivery, event).leave()
        await delivery.again()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            due = [attempt.tick() for attempt in self._attempts if attempt.wants_tick()]
            for result in await asyncio.gather(*due, return_exceptions=True):
                if isinstance(result, Exception) and not isinstance(result, Unavailable):
                    raise result

    async def hear_end(self, where: str, _payload: bytes) -> None:
        """Stop what works on a job that has ended; closing it only begins then."""
        if self._stage.consumes is JobEnded:
            return
        _, _, _, job_id, _, _, generation = where.split(".")
        self._ends.hear(job_id, int(generation.removeprefix("g")))
        for attempt in self._attempts:
            if self._ends.has(attempt.event):
                attempt.stop(JOB_ENDED)


def _attributes(delivery: Delivery, event: Event) -> dict[str, str | int]:
    return {
        "messaging.system": "nats",
        "messaging.operation.type": "process",
        "messaging.destination.name": delivery.subject,
        "reporeel.job_id": event.job_id,
        "reporeel.branch": event.branch,
        "reporeel.generation": event.generation,
        "reporeel.delivery": delivery.delivered,
    }
