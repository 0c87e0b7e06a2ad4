"""A standing pull on a durable consumer, which survives whatever happens to the connection.

A pull request dies with its connection and the server forgets it silently. So each request asks for idle
heartbeats; when two are missed, or the connection was made anew, what is still wanted is asked for again.
What comes beyond that, because an old request was alive after all, is handed back at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import structlog

from shared.answers import Mailbox
from shared.bus import Bus
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
        self._reply: str = message.reply
        self.subject: str = message.subject
        self.payload: bytes = message.data
        # $JS.ACK.….<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>
        parts = self._reply.split(".")
        self.delivered = int(parts[-5])
        self.sequence = int(parts[-4])

    async def done(self) -> None:
        """Acknowledge, and wait until the server has it."""
        await self._bus.ask(self._reply, b"+ACK")

    async def drop(self, why: str) -> None:
        """Never deliver this again."""
        await self._bus.tell(self._reply, b"+TERM " + why.encode()[:200])

    async def again(self, delay_seconds: float = 0.0) -> None:
        """Deliver this again after a delay."""
        body = msgspec.json.encode({"delay": int(delay_seconds * NANOSECONDS)})
        await self._bus.tell(self._reply, b"-NAK " + body)

    async def beat(self) -> None:
        """Tell the server that the work goes on."""
        await self._bus.tell(self._reply, b"+WPI")


class Pull:
    """The deliveries of one consumer, with at most `at_once` of them in our hands."""

    def __init__(self, bus: Bus, stream: str, consumer: str, at_once: int) -> None:
        self._bus = bus
        self._where = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._free = at_once
        self._asked = 0
        self._connection = bus.reconnections
        self._wanted = asyncio.Event()

    def finished(self) -> None:
        """Say that one delivery is out of our hands: another may come."""
        self._free += 1
        self._wanted.set()

    async def deliveries(self) -> AsyncIterator[Delivery]:
        """Give deliveries as they come, for ever."""
        while True:
            try:
                async with self._bus.inbox() as (inbox, messages):
                    self._asked = 0
                    try:
                        while True:
                            await self._ask(inbox)
                            delivery = await self._next(messages)
                            if delivery is not None:
                                yield delivery
                    finally:
                        await self._hand_back(messages)
            except Unavailable as error:
                log.debug("pull.repeated", where=self._where, reason=str(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _ask(self, inbox: str) -> None:
        """Ask for as many messages as are wanted and not asked for yet, half of all at least."""
        while not self._free:
            self._wanted.clear()
            await self._wanted.wait()
        if self._asked > self._free // 2:
            return
        batch = self._free - self._asked
        request = {
            "batch": batch,
            "expires": int(EXPIRES_SECONDS * NANOSECONDS),
            "idle_heartbeat": int(HEARTBEAT_SECONDS * NANOSECONDS),
        }
        self._connection = self._bus.reconnections
        await self._bus.tell(self._where, msgspec.json.encode(request), reply=inbox)
        self._asked += batch

    async def _next(self, messages: Mailbox) -> Delivery | None:
        message = await messages.next(2 * HEARTBEAT_SECONDS)
        headers = message.headers or {}
        status = headers.get("Status") if not message.data else None
        if status is None:
            return await self._delivered(Delivery(self._bus, message))
        if status in CONFLICTS or self._connection != self._bus.reconnections:
            raise Unavailable(f"the pull is over: the consumer answers {status}")
        if status != IDLE:
            self._asked -= int(headers.get("Nats-Pending-Messages", self._asked))
        return None

    async def _hand_back(self, messages: Mailbox) -> None:
        """Let others have at once what was sent to us and nobody here will take."""
        with contextlib.suppress(Unavailable):
            while messages:
                message = await messages.next(HEARTBEAT_SECONDS)
                if message.reply:
                    await Delivery(self._bus, message).again()

    async def _delivered(self, delivery: Delivery) -> Delivery | None:
        self._asked = max(0, self._asked - 1)
        if not self._free:
            await delivery.again()
            return None
        self._free -= 1
        return delivery
