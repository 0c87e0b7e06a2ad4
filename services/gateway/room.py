"""Whether new jobs may come in: what is left of the stream belongs to the jobs on their way.

A full stream would keep a stage from storing what it made. So the door closes early: when the stream's bytes,
and what the open jobs' events will still come to, reach four fifths of what it may hold.
"""

from __future__ import annotations

import asyncio

import structlog

from services.gateway.records import Records
from shared.bus import Bus
from shared.errors import Unavailable
from shared.pipeline import JOBS

log = structlog.get_logger()

OPEN_SHARE = 0.8
JOB_BYTES = 16 * 1024
"""What the events of one job usually come to, with two languages; measured 8 to 12 KiB."""
WATCH_SECONDS = 1.0


class Room:
    """Asks the server once a second how full the stream is."""

    def __init__(self, bus: Bus, records: Records) -> None:
        self._bus = bus
        self._records = records
        self._bytes = 0
        self._max_bytes = -1

    def check(self) -> None:
        """Let a new job pass.

        Raises Unavailable while there is no room for one.
        """
        needed = self._bytes + self._records.open_count * JOB_BYTES
        if self._max_bytes > 0 and needed >= OPEN_SHARE * self._max_bytes:
            raise Unavailable(
                f"stream {JOBS} has {self._bytes} of {self._max_bytes} bytes "
                f"and {self._records.open_count} open jobs"
            )

    async def watch(self) -> None:
        """Keep the numbers fresh, for ever."""
        while True:
            try:
                stream = await self._bus.api(f"STREAM.INFO.{JOBS}")
                self._bytes, self._max_bytes = stream["state"]["bytes"], stream["config"]["max_bytes"]
            except Unavailable as error:
                log.debug("room.unknown", reason=str(error))
            await asyncio.sleep(WATCH_SECONDS)
