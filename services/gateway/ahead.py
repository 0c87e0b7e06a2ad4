"""What somebody was told of a job out of the stream, before the status bucket came to tell it.

The bucket is filled a moment after the stream. Who has seen a job finished must not be shown it queued by
the next answer: what was told is kept over what is followed, until the bucket has caught up.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping

from shared.events import AnyEvent
from shared.pipeline import token

KEPT_SECONDS = 10.0
"""A bucket that is this far behind is down, and a worker's clock that is may hide what is newer."""
MAX_JOBS = 1000

Place = tuple[str, str, int]


class Ahead:
    """The events of a few jobs, each for a short time."""

    def __init__(self, seconds: float = KEPT_SECONDS) -> None:
        self._seconds = seconds
        self._told: dict[str, tuple[float, Mapping[Place, AnyEvent]]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def take(self, job_id: str, events: Iterable[AnyEvent]) -> None:
        """Keep what was told of a job."""
        self._told.pop(job_id, None)
        if len(self._told) >= MAX_JOBS:
            del self._told[next(iter(self._told))]
        self._told[job_id] = time.monotonic() + self._seconds, _placed(events)

    def over(self, job_id: str, followed: Iterable[AnyEvent]) -> Iterable[AnyEvent]:
        """Give a job's events as they are followed, with what was told where that is newer."""
        until, told = self._told.get(job_id, (0.0, {}))
        if not told:
            return followed
        known = _placed(followed)
        newer = {place: event for place, event in told.items() if _is_newer(event, known.get(place))}
        if not newer or time.monotonic() > until:
            del self._told[job_id]
            return known.values()
        return (known | newer).values()


def _placed(events: Iterable[AnyEvent]) -> dict[Place, AnyEvent]:
    return {(token(event), event.branch, event.generation): event for event in events}


def _is_newer(told: AnyEvent, followed: AnyEvent | None) -> bool:
    return followed is None or followed.at < told.at
