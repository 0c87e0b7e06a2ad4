"""A job's stages on one axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from shared.record import JobRecord, StageRecord

WIDTH = 1000.0
"""Of the axis; the page scales it."""
LEAST_WIDTH = 6.0


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    row: StageRecord
    left: float
    """0 to `WIDTH`, as the next."""
    width: float
    """0 for a stage that has not begun."""


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of one language, or those before all of them."""

    language: str | None
    bars: tuple[Bar, ...]


def lanes(record: JobRecord, at: datetime) -> Sequence[Lane]:
    """Lay the stages out between the job's start and its end, or `at` while it goes on."""
    start = record.started_at or record.created_at
    ends = [row.ended_at for row in record.stages if row.ended_at]
    end = max([start, *ends]) if record.ended_at else at
    span = max((end - start).total_seconds(), 0.001)
    known: dict[str | None, list[Bar]] = {}
    for row in record.stages:
        known.setdefault(row.language, []).append(_bar(row, start, end, span))
    return tuple(Lane(language=language, bars=tuple(bars)) for language, bars in known.items())


def _bar(row: StageRecord, start: datetime, end: datetime, span: float) -> Bar:
    if row.started_at is None:
        return Bar(row=row, left=0.0, width=0.0)
    left = max(0.0, (row.started_at - start).total_seconds() / span * WIDTH)
    took = ((row.ended_at or end) - row.started_at).total_seconds() / span * WIDTH
    left = min(left, WIDTH - LEAST_WIDTH)
    return Bar(row=row, left=round(left, 1), width=round(min(max(took, LEAST_WIDTH), WIDTH - left), 1))
