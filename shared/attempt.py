"""One message in one worker's hands: handle it, store what came of it, acknowledge.

The order keeps a job from being lost or done twice. What a handler brought is stored before its message is
acknowledged; each output is stored once a generation; a message nobody can work on is parked before it is
dropped.

A handler that kills its process has used an attempt up, one that only waits has not. So from the second
delivery on a report is stored before the handler starts. The first needs none, since the server counts
deliveries: what is delivered again and has left neither output nor report was tried once. Nor need it ask
whether its job has ended meanwhile, if this process would have heard of that. A handler that runs for longer
is reported soon after its start.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, cast

import msgspec
import structlog

from shared.bus import Bus
from shared.endings import settle
from shared.errors import Reject, Retry, TimeLimitExceeded, Unavailable
from shared.events import Event, Failure, JobEnded, now
from shared.heard import Ends
from shared.isolation import Isolation
from shared.offload import Progress
from shared.parking import park
from shared.pipeline import In, Out, Stage, subject
from shared.pull import Delivery
from shared.standing import Standing

Handler = Callable[[In, Progress], Awaitable[Out | Sequence[Out]]]

SOON_SECONDS = 0.05
"""A handler that takes less is over before anybody could see that it runs."""
REPORT_SECONDS = 0.5
"""Progress reaches the record this often at most."""
MAX_BACKOFF_SECONDS = 60.0
STORE_AGAIN_SECONDS = 0.2
MAX_STORE_SECONDS = 600.0
"""Finished work is held this long while NATS cannot store it; after that it is thrown away and done again."""
STOPPING = "this process stops"
JOB_ENDED = "the job has ended"
TIME_OVER = "its time is over"


@dataclass(frozen=True)
class Workplace(Generic[In, Out]):
    """What all attempts of one stage in one process share."""

    bus: Bus
    stage: Stage[In, Out]
    handle: Handler[In, Out]
    ends: Ends
    isolation: Isolation
    log: Any = field(default_factory=lambda: structlog.get_logger().bind())
    """Bound once: finding out how to log takes longer than not to log."""


class Attempt(Generic[In, Out]):
    """Everything one delivery asks for, done once."""

    def __init__(self, workplace: Workplace[In, Out], delivery: Delivery, event: In) -> None:
        self.event = event
        self._bus = workplace.bus
        self._ends = workplace.ends
        self._isolation = workplace.isolation
        self._stage = workplace.stage
        self._handle = workplace.handle
        self._log = workplace.log
        self._delivery = delivery
        self._standing = Standing(workplace.bus, workplace.stage, event)
        self._began = self._reported_at = self._beat_at = time.monotonic()
        self._handling: asyncio.Task[Any] | None = None
        self._stopped_because = ""

    def stop(self, why: str) -> None:
        """Stop the handler: `STOPPING` hands the message back, `JOB_ENDED` drops it, `TIME_OVER` fails it.

        Before the handler runs this keeps it from starting; after it nothing is stopped, but work that cannot
        be stored is held no longer.
        """
        if not self._stopped_because:
            self._stopped_because = why
            if self._handling is not None:
                self._handling.cancel()

    def wants_tick(self) -> bool:
        """Whether there is something to tell NATS; asked many times a second."""
        moment = time.monotonic()
        return self._wants_beat(moment) or self._has_news(moment)

    async def tick(self) -> None:
        """Keep the message ours and the record fresh.

        Raises Unavailable when NATS cannot be told now; the next call tells it.
        """
        moment = time.monotonic()
        if self._wants_beat(moment):
            self._beat_at = moment
            await self._delivery.beat()
        if self._has_news(moment):
            self._reported_at = moment
            if await self._standing.report("started") is None:
                self.stop(JOB_ENDED)

    def _wants_beat(self, moment: float) -> bool:
        return moment - self._beat_at >= self._stage.ack_wait_seconds / 3

    def _has_news(self, moment: float) -> bool:
        pause = SOON_SECONDS if self._standing.reported_progress is None else REPORT_SECONDS
        is_due = self._handling is not None and moment - self._reported_at >= pause
        return is_due and self._standing.has_news

    async def leave(self) -> None:
        """Note that this delivery was no attempt: nothing of it was begun.

        Raises Unavailable when that cannot be stored.
        """
        if self._delivery.delivered == 1:
            await self._standing.report("waiting")

    async def make(self) -> None:
        """Work on the message; afterwards it is acknowledged, handed back, or parked and dropped.

        Raises Unavailable when NATS fails us on the way: then the message comes again by itself.
        """
        if await self._is_over():
            return
        async with self._isolation.admitted(alone=self._standing.number > 1):
            if await self._begin():
                await self._try()

    async def _try(self) -> None:
        try:
            outputs = await self._handled()
        except Retry as error:
            await self._wait(error)
        except Reject as error:
            await self._give_up(self._standing.failure(error))
        except Unavailable:
            await self._standing.report("waiting")
            raise
        except asyncio.CancelledError:
            if not self._stopped_because:
                raise
            cast("asyncio.Task[None]", asyncio.current_task()).uncancel()
            await self._end_stopped()
        except Exception as error:  # noqa: BLE001 - whatever a handler raises has used up an attempt
            await self._end_failed(error)
        else:
            await self._finish(outputs)

    async def _is_over(self) -> bool:
        """Whether the last word was said already, or is said now, since it was tried too often."""
        delivered = self._delivery.delivered
        last_word = await self._standing.look_back(delivered) if delivered > 1 else None
        if last_word is not None:
            await settle(self._bus, self.event, last_word.subject, last_word.sequence)
            await self._delivery.done()
            return True
        if self._standing.is_over:
            await self._give_up(self._standing.exhausted("the process died each time"))
            return True
        return False

    async def _begin(self) -> bool:
        """Whether there is work to do still; where the job has ended meanwhile, there is none."""
        if not await self._is_open():
            await self._delivery.drop(JOB_ENDED)
            return False
        if self._stopped_because:
            await self._end_stopped()
            return False
        return True

    async def _is_open(self) -> bool:
        """Whether the job has not ended; where this process may not have heard of it, the report tells."""
        if self._delivery.delivered == 1 and await self._ends.covers(self._delivery):
            return self._stage.consumes is JobEnded or not self._ends.has(self.event)
        return await self._standing.report("started") is not None

    async def _handled(self) -> list[Event]:
        limit = self._stage.time_limit_seconds
        self._handling = asyncio.current_task()
        clock = asyncio.get_running_loop().call_later(limit, self.stop, TIME_OVER)
        try:
            result = await self._handle(self.event, self._standing.note_progress)
        finally:
            clock.cancel()
            self._handling = None
        return [result] if isinstance(result, Event) else list(result)

    async def _finish(self, outputs: list[Event]) -> None:
        for output in outputs:
            whole = msgspec.structs.replace(
                output,
                generation=self.event.generation,
                at=now(),
                started_at=self._standing.started_at,
                attempt=self._standing.number,
            )
            sequence = await self._store(whole)
            if isinstance(whole, self._stage.ends):
                await settle(self._bus, self.event, subject(whole), sequence)
        await self._delivery.done()
        self._log.info("stage.finished", attempt=self._standing.number, seconds=self._seconds())

    async def _store(self, output: Event) -> int:
        """Store an output once, and hold it while NATS cannot; 0 when it was stored before.

        Raises Unavailable when that takes too long, or this process stops.
        """
        until = time.monotonic() + MAX_STORE_SECONDS
        while True:
            try:
                return await self._bus.publish_once(output) or 0
            except Unavailable as error:
                if self._stopped_because or time.monotonic() > until:
                    await self._standing.report("waiting")
                    raise
                self._log.warning("stage.holds_output", error=str(error))
            await asyncio.sleep(STORE_AGAIN_SECONDS)

    async def _wait(self, error: Retry) -> None:
        await self._standing.report("waiting", self._standing.failure(error))
        await self._delivery.again(error.delay_seconds)
        self._log.warning("stage.waits", reason=error.message, delay_seconds=error.delay_seconds)

    async def _end_failed(self, error: Exception) -> None:
        self._log.error("stage.attempt_failed", attempt=self._standing.number, exc_info=error)
        if self._standing.is_last:
            await self._give_up(self._standing.exhausted(f"{type(error).__name__}: {error}"))
        else:
            await self._delivery.again(min(2.0 ** (self._standing.number - 1), MAX_BACKOFF_SECONDS))

    async def _end_stopped(self) -> None:
        if self._stopped_because == TIME_OVER:
            limit = self._stage.time_limit_seconds
            await self._end_failed(TimeLimitExceeded(f"{self._stage.name} ran past its limit of {limit:g} s"))
            return
        self._log.info("stage.stopped", reason=self._stopped_because)
        if self._stopped_because == JOB_ENDED:
            await self._delivery.drop(JOB_ENDED)
        else:
            await self._standing.report("waiting")
            await self._delivery.again()

    async def _give_up(self, failure: Failure) -> None:
        """Park the message, tell the record, end the job if this was its last open part, drop the message."""
        used_up = self._standing.used_up
        await park(self._bus, self._stage.name, self._delivery, self.event, used_up, failure.message)
        sequence = await self._standing.report("failed", failure)
        if sequence:
            await settle(self._bus, self.event, subject(self._standing.report_of("failed")), sequence)
        await self._delivery.drop(failure.message)

    def _seconds(self) -> float:
        return round(time.monotonic() - self._began, 3)
