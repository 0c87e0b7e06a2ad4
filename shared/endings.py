"""Ends a job: a fold over its languages by whoever finishes last."""

from __future__ import annotations

import asyncio

import structlog

from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import Event, now
from shared.job_events import Events, decode_events
from shared.jobs import ending

log = structlog.get_logger()

CATCH_UP_SECONDS = 0.05
CATCH_UPS = 100


async def settle(bus: Bus, event: Event, own_subject: str, own_sequence: int = 0) -> None:
    """End the event's job if every language of it has come to an end.

    The caller's own last word stands at `own_subject` since `own_sequence` at the earliest: a view that does
    not hold it yet comes from a replica that lags, and is read again.

    Raises Unavailable when no replica catches up.
    """
    for _ in range(CATCH_UPS):
        stored = await bus.last([f"jobs.*.{event.job_id}.>"])
        if any(message.subject == own_subject and message.sequence >= own_sequence for message in stored):
            break
        await asyncio.sleep(CATCH_UP_SECONDS)
    else:
        raise Unavailable(f"no replica has {own_subject} at sequence {own_sequence}")
    ended = ending(Events(decode_events(message.payload for message in stored)), now())
    if ended is not None and await bus.publish_once(ended) is not None:
        log.info("job.ended", outcome=ended.outcome)
