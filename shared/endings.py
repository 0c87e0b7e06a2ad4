"""Ends a job: a fold over its languages by whoever finishes last."""

from __future__ import annotations

import asyncio

import structlog

from shared.bus import Bus
from shared.events import Event, now
from shared.jobs import Events, decode, ending

log = structlog.get_logger()

CATCH_UP_SECONDS = 0.05


async def settle(bus: Bus, event: Event, own_sequence: int | None) -> None:
    """End the event's job if every language of it has come to an end.

    `own_sequence` is where the caller's own last word was stored: a view that does not contain it yet comes
    from a replica that lags, and is read again.
    """
    while True:
        stored = await bus.last([f"jobs.*.{event.job_id}.>"])
        if own_sequence is None or any(message.sequence >= own_sequence for message in stored):
            break
        await asyncio.sleep(CATCH_UP_SECONDS)
    ended = ending(Events(decode(message.payload) for message in stored), now())
    if ended is not None and await bus.publish_once(ended) is not None:
        log.info("job.ended", outcome=ended.outcome)
