"""Which jobs have ended, as one process hears it pass; so that it need not ask before each piece of work.

What passes while nobody listens is not heard. So this knows from which message of the stream on it heard
everything, and finds that out anew after each lost connection.
"""

from __future__ import annotations

from shared.bus import Bus
from shared.events import Event
from shared.pipeline import JOBS
from shared.pull import Delivery

MAX_ENDS = 100_000
"""So many are remembered, about 20 MB; a message waits behind fewer."""


class Ends:
    """The ends one process has heard, for all its stages' deliveries."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._heard: dict[tuple[str, int], None] = {}
        self._since = 0
        self._connection: int | None = None

    def hear(self, job_id: str, generation: int) -> None:
        """Take note of an end that passes."""
        self._heard[job_id, generation] = None
        if len(self._heard) > MAX_ENDS:
            del self._heard[next(iter(self._heard))]

    def has(self, event: Event) -> bool:
        """Whether the end of this event's generation was heard."""
        return (event.job_id, event.generation) in self._heard

    async def covers(self, delivery: Delivery) -> bool:
        """Whether the end of the delivered message's job would have been heard, had there been one.

        Raises Unavailable when NATS cannot be asked where it stands.
        """
        while self._connection != self._bus.reconnections:
            connection = self._bus.reconnections
            self._since = await self._bus.newest_sequence(JOBS)
            self._connection = connection
        return delivery.sequence > self._since
