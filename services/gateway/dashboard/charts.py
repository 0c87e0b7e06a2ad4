"""What the statistics page draws: figures as lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from shared.record import JobRecord

DAYS = 14
HEIGHT, WIDTH = 120.0, 100.0


class Length(msgspec.Struct, frozen=True, kw_only=True):
    """One bar that lies: 0 to 100 of the longest."""

    name: str
    value: float
    width: float


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One bar that stands: heights from the ground up, 0 to `HEIGHT` all together."""

    at: date
    finished: int
    failed: int
    others: int
    heights: tuple[float, float, float]


def lengths(values: Mapping[str, float]) -> Sequence[Length]:
    longest = max(values.values(), default=0) or 1
    return tuple(
        Length(name=name, value=value, width=round(value / longest * WIDTH, 2))
        for name, value in values.items()
    )


def days(records: Sequence[JobRecord], today: date) -> Sequence[Day]:
    """Count the jobs of the last days, by the day they were submitted, oldest first."""
    counts: dict[date, Counter[str]] = {today - timedelta(days=ago): Counter() for ago in range(DAYS)}
    for record in records:
        if (day := record.created_at.date()) in counts:
            counts[day][record.status if record.status in {"finished", "failed"} else "others"] += 1
    most = max((count.total() for count in counts.values()), default=0) or 1
    return tuple(_day(at, counts[at], HEIGHT / most) for at in sorted(counts))


def _day(at: date, count: Counter[str], scale: float) -> Day:
    finished, failed, others = (count[name] for name in ("finished", "failed", "others"))
    heights = (round(finished * scale, 1), round(failed * scale, 1), round(others * scale, 1))
    return Day(at=at, finished=finished, failed=failed, others=others, heights=heights)
