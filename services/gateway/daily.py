"""How many jobs a search may start a day: counted in NATS, exactly, however many searches run at once."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import msgspec

from services.gateway.errors import ApiError
from shared.bus import EXPECTED, Bus
from shared.errors import Unavailable
from shared.events import now
from shared.pipeline import DISCOVERED_BUCKET

MAX_A_DAY = 10_000
"""The day's list is one message."""
MAX_TRIES = 100
"""Each lost try is one that somebody else won."""
STREAM = f"KV_{DISCOVERED_BUCKET}"


async def take_place(bus: Bus, job_id: str, most: int) -> None:
    """Give a job one of today's places (UTC); a job that has one keeps it.

    A job that is then not stored keeps its place too: the next search finds it again.

    Raises ApiError (429) when all are taken, Unavailable when that cannot be known.
    """
    moment = now()
    where = f"$KV.{DISCOVERED_BUCKET}.{moment.date()}"
    for _ in range(MAX_TRIES):
        found = await bus.last([where], stream=STREAM)
        jobs = msgspec.json.decode(found[0].payload, type=tuple[str, ...]) if found else ()
        if job_id in jobs:
            return
        if len(jobs) >= most:
            raise _taken(most, moment)
        expected = {EXPECTED: str(found[0].sequence if found else 0)}
        if await bus.store(where, msgspec.json.encode((*jobs, job_id)), expected) is not None:
            return
    raise Unavailable(f"{where} changed {MAX_TRIES} times while one job was counted")


def _taken(most: int, moment: datetime) -> ApiError:
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(), moment.tzinfo)
    return ApiError(
        429,
        "daily_cap",
        f"All {most} places of today are taken.",
        "REPOREEL_DISCOVER_DAILY_CAP allows more; tomorrow (UTC) there are new ones.",
        retry_after=int((midnight - moment).total_seconds()) + 1,
    )
