"""The dead letters: messages nobody could work on, kept where an operator finds them."""

from __future__ import annotations

import traceback
from datetime import datetime

import msgspec
import structlog

from shared.bus import EXPECTED, Bus
from shared.events import Event, now
from shared.pull import Delivery

log = structlog.get_logger()

TRACEBACK_CHARACTERS = 8000


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and why it was given up. Stands at `parked.<stage>.<sequence>`."""

    stage: str
    job_id: str | None
    subject: str
    sequence: int
    attempts: int
    reason: str
    traceback: str
    at: datetime
    event: str
    """The message's own bytes, as text."""


async def park(
    bus: Bus, stage: str, delivery: Delivery, event: Event | None, attempts: int, reason: str
) -> None:
    """Keep a message that is about to be dropped; parking it twice keeps it once."""
    parked = Parked(
        stage=stage,
        job_id=event.job_id if event else None,
        subject=delivery.subject,
        sequence=delivery.sequence,
        attempts=attempts,
        reason=reason,
        traceback=traceback.format_exc()[-TRACEBACK_CHARACTERS:],
        at=now(),
        event=delivery.payload.decode(errors="replace"),
    )
    where = f"parked.{stage}.{delivery.sequence}"
    await bus.store(where, msgspec.json.encode(parked), {EXPECTED: "0"})
    log.error("stage.parked", reason=reason, attempts=attempts)
