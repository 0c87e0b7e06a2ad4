"""Which webhooks GitHub could not bring us, told from its own list of deliveries. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from services.gateway.webhook import READERS

MAX_ATTEMPTS = 6
"""GitHub's own included. What fails as often fails for a reason that time does not mend."""
TRY_AGAIN = frozenset({0, 408, 429})
"""Never arrived; or we asked to be called again."""
OUR_FAULT = 500


class Delivered(msgspec.Struct, frozen=True):
    """One attempt of GitHub's at one webhook."""

    id: int
    guid: str
    """The webhook's own, the same at each attempt."""
    delivered_at: datetime
    status_code: int
    event: str


def missed(attempts: Sequence[Delivered]) -> Iterator[Delivered]:
    """Give the newest attempt at each webhook that never came in and still may.

    One that was refused for what it is, a wrong signature for instance, is not among them.
    """
    by_webhook: dict[str, list[Delivered]] = {}
    for attempt in attempts:
        by_webhook.setdefault(attempt.guid, []).append(attempt)
    for tries in by_webhook.values():
        newest = max(tries, key=lambda one: (one.delivered_at, one.id))
        if newest.event in READERS and len(tries) < MAX_ATTEMPTS and all(map(_failed, tries)):
            yield newest


def _failed(attempt: Delivered) -> bool:
    return attempt.status_code in TRY_AGAIN or attempt.status_code >= OUR_FAULT
