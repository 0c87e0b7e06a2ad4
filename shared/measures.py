"""The newest figures a process has measured of what it uses: engines, quotas. They ride in a worker's key."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from shared.events import now

Name = Literal[
    "engine_real_time_factor",
    "github_quota_remaining",
    "github_quota_limit",
    "youtube_quota_spent",
    "youtube_quota_limit",
]


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: of which engine, quota or resource."""

    name: Name
    of: str
    value: float
    at: datetime
    until: datetime | None = None
    """When it no longer holds: a quota begins anew."""


class Measures:
    """One of each kind, the newest."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Measure] = {}

    def note(self, name: Name, of: str, value: float, *, until: datetime | None = None) -> None:
        """Keep a figure in the place of the one before it."""
        self._known[name, of] = Measure(name=name, of=of, value=value, at=now(), until=until)

    def newest(self) -> list[Measure]:
        """Give those that still hold."""
        moment = now()
        return [one for one in self._known.values() if one.until is None or one.until > moment]
