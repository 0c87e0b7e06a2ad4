"""A standing pull on a durable consumer: one message at a time, wherever the connection goes meanwhile.

A pull request dies with its connection, and the server forgets it silently. So each request asks for idle
heartbeats; when two are missed, or the connection was made anew, the request is sent again. What an old
request still brings is handed back at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import structlog

from shared.bus import Bus, next_message
from shared.errors import Unavailable

log = structlog.get_logger()

EXPIRES_SECONDS = 30.0
HEARTBEAT_SECONDS = 1.0
PAUSE_SECONDS = 0.2
NANOSECONDS = 1_000_000_000


IDLE = "100"
CONFLICTS = frozenset({"409", "423", "503"})
"""Answers after which asking again at once would be a busy loop."""


class Delivery:
    """One message handed to a worker, and what the worker may answer."""

    def __init__(self, bus: Bus, message: Any) -> None:
        self._bus = bus
        self._message = message
        # $JS.ACK.….<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>
        parts = message.reply.split(".")
        self.delivered = int(parts[-5])
        self.sequence = int(parts[-4])

    @property
    def subject(self) -> str:
        return str(self._message.subject)

    @property
    def payload(self) -> bytes:
        return bytes(self._message.data)

    async def done(self) -> None:
        """Acknowledge, and wait until the server has it."""
        await self._bus.ask(self._message.reply, b"+ACK")

    async def drop(self, why: str) -> None:
        """Never deliver this again."""
        await self._bus.tell(self._message.reply, b"+TERM " + why.encode()[:200])

    async def again(self, delay_seconds: float = 0.0) -> None:
        """Deliver this again after a delay."""
        body = msgspec.json.encode({"delay": int(delay_seconds * NANOSECONDS)})
        await self._bus.tell(self._message.reply, b"-NAK " + body)

    async def beat(self) -> None:
        """Tell the server that the work goes on."""
        await self._bus.tell(self._message.reply, b"+WPI")


class Pull:
    """Deliveries of one consumer, one at a time."""

    def __init__(self, bus: Bus, stream: str, consumer: str) -> None:
        self._bus = bus
        self._where = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._request = msgspec.json.encode(
            {
                "batch": 1,
                "expires": int(EXPIRES_SECONDS * NANOSECONDS),
                "idle_heartbeat": int(HEARTBEAT_SECONDS * NANOSECONDS),
            }
        )

    async def next(self) -> Delivery:
        """Wait for the next message, for as long as it takes."""
        while True:
            try:
                async with self._standing_request() as messages:
                    delivery = await self._answer(messages)
            except Unavailable as error:
                log.debug("pull.repeated", reason=str(error))
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if delivery is not None:
                return delivery

    @contextlib.asynccontextmanager
    async def _standing_request(self) -> AsyncIterator[Any]:
        async with self._bus.inbox() as (inbox, messages):
            await self._bus.tell(self._where, self._request, reply=inbox)
            try:
                yield messages
            finally:
                await self._hand_back(messages)

    async def _answer(self, messages: Any) -> Delivery | None:
        connection = self._bus.reconnections
        while True:
            message = await next_message(messages, 2 * HEARTBEAT_SECONDS)
            status = (message.headers or {}).get("Status") if not message.data else None
            if status is None:
                return Delivery(self._bus, message)
            if status in CONFLICTS:
                raise Unavailable(f"the consumer answers {status}")
            if status != IDLE:
                return None
            if connection != self._bus.reconnections:
                return None

    async def _hand_back(self, messages: Any) -> None:
        while messages.pending_msgs:
            message = await next_message(messages, 0.1)
            if message.data:
                await Delivery(self._bus, message).again()
