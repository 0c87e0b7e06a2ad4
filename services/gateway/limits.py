"""How often: a bucket of tokens for each caller and each repository, refilled steadily."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from services.gateway.errors import ApiError

MAX_KEYS = 10_000
"""So many callers are remembered; who was seen longest ago is forgotten, and starts with a full bucket."""
MINUTE_SECONDS = 60.0


class Limit:
    """At most `per_minute` for each key, as many at once; 0 is no limit."""

    def __init__(self, per_minute: int, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._what = what
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, key: str) -> None:
        """Let one pass.

        Raises ApiError (429) that says when the next one may.
        """
        if not self._per_minute:
            return
        left = self._left(key)
        if left < 1.0:
            seconds = max(1, math.ceil((1.0 - left) * MINUTE_SECONDS / self._per_minute))
            message = f"At most {self._per_minute} a minute for {self._what}."
            raise ApiError(429, "too_many", message, f"Come again in {seconds} s.", retry_after=seconds)
        self._keep(key, left - 1.0)

    def is_used_up(self, key: str) -> bool:
        """Whether the next one would be refused; takes nothing."""
        return bool(self._per_minute) and self._left(key) < 1.0

    def _left(self, key: str) -> float:
        tokens, at = self._buckets.get(key, (float(self._per_minute), self._clock()))
        return min(self._per_minute, tokens + (self._clock() - at) * self._per_minute / MINUTE_SECONDS)

    def _keep(self, key: str, tokens: float) -> None:
        self._buckets[key] = tokens, self._clock()
        self._buckets.move_to_end(key)
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)


def source_of(request: web.Request, proxies: int) -> str:
    """Give the caller's address: the connection's, or what the outermost of our own proxies saw."""
    if proxies:
        seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(seen) >= proxies and seen[-proxies]:
            return seen[-proxies]
    return request.remote or ""
