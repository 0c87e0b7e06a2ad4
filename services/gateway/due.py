"""Works off what came due: each firing of a schedule becomes one job, also those nobody was awake for."""

from __future__ import annotations

import contextlib

import msgspec
import structlog

from services.gateway import quiet, schedules
from services.gateway.errors import ApiError
from services.gateway.intake import Intake, submitted
from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import JobSubmitted
from shared.pipeline import DUE_CONSUMER, SCHEDULES
from shared.pull import Delivery, Pull
from shared.tracing import Tracer

log = structlog.get_logger()

AGAIN_SECONDS = 5.0


class Due:
    def __init__(self, bus: Bus, intake: Intake, tracer: Tracer) -> None:
        self._intake = intake
        self._tracer = tracer
        self._pull = Pull(bus, SCHEDULES, (DUE_CONSUMER,), at_once=1)

    async def work(self) -> None:
        """Take what is due, for ever."""
        async for delivery in self._pull.deliveries():
            try:
                await self._take(delivery)
            except (Unavailable, ApiError) as error:
                log.warning("schedule.held_back", subject=delivery.subject, reason=str(error))
                with contextlib.suppress(Unavailable):
                    await delivery.again(AGAIN_SECONDS)
            finally:
                self._pull.finished()

    async def _take(self, delivery: Delivery) -> None:
        try:
            event = self._event(delivery)
        except msgspec.DecodeError as error:
            log.error("schedule.unreadable", subject=delivery.subject, error=str(error))  # noqa: TRY400 - no traceback helps
            await delivery.drop("unreadable")
            return
        self._intake.check(event.spec)
        with self._tracer.span("due", "consumer", delivery.trace, lambda: {"reporeel.job_id": event.job_id}):
            await self._intake.store(event)
        await delivery.done()
        log.info("schedule.fired", subject=delivery.subject, job_id=event.job_id)

    def _event(self, delivery: Delivery) -> JobSubmitted:
        """Give the job of a firing; its second makes it one of its own, however often it is delivered."""
        if delivery.subject.startswith(f"{quiet.DUE}."):
            return msgspec.json.decode(delivery.payload, type=JobSubmitted)
        schedule = msgspec.json.decode(delivery.payload, type=schedules.Schedule)
        return submitted(schedule.spec, f"schedule:{schedule.name}:{delivery.stored_at:%Y-%m-%dT%H:%M:%SZ}")
