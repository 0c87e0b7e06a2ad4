"""The `Range` header: which bytes a caller wants. One range is answered; several get the whole."""

from __future__ import annotations

import re
from typing import NamedTuple

RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,19})-(?P<last>[0-9]{0,19})")


class Span(NamedTuple):
    start: int
    stop: int
    """The first byte that is not wanted."""


class NotSatisfiable(ValueError):
    """The range lies outside the file."""


def span_of(header: str | None, size: int) -> Span | None:
    """Give what is wanted of a file; None is all of it, also for a header that is no range.

    Raises NotSatisfiable.
    """
    match = RANGE.fullmatch((header or "").strip())
    if match is None or not (match["first"] or match["last"]):
        return None
    if not match["first"]:
        start, stop = max(0, size - int(match["last"])), size
    else:
        start = int(match["first"])
        stop = min(size, int(match["last"]) + 1) if match["last"] else size
        if match["last"] and int(match["last"]) < start:
            return None
    if start >= stop:
        raise NotSatisfiable
    return Span(start, stop)
