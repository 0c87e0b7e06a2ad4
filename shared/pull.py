"""A standing pull on durable consumers, the urgent first, which survives whatever happens to the connection.

A pull request dies with its connection and the server forgets it silently. So each request asks for idle
heartbeats; when two are missed, or the connection was made anew, what is still wanted is asked for again.
What comes beyond that, because an old request was alive after all, is handed back at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from shared.answers import Mailbox, Message
from shared.bus import Bus
from shared.errors import Unavailable
from shared.tracing import TRACEPARENT

log = structlog.get_logger()

EXPIRES_SECONDS = 30.0
HEARTBEAT_SECONDS = 1.0
PAUSE_SECONDS = 0.2
LULL_SECONDS = 0.01
"""What comes so long after the one before comes alone."""
NANOSECONDS = 1_000_000_000
FOR_EVER_SECONDS = 1e6
REFILL_SHARE = 16
"""Of many hands so great a part is free before new work is asked for: each round asks all consumers."""
WAIT = {
    "batch": 1,
    "expires": int(EXPIRES_SECONDS * NANOSECONDS),
    "idle_heartbeat": int(HEARTBEAT_SECONDS * NANOSECONDS),
}
ASKED, WAITED_ON = "asked", "waited"
"""How a request was meant stands in the address of its answer."""
IDLE = "100"
CONFLICTS = frozenset({"409", "423", "503"})
"""Answers after which asking again at once would be a busy loop."""


class Delivery:
    """One message handed to a worker, and what the worker may answer."""

    def __init__(self, bus: Bus, message: Message) -> None:
        self._bus = bus
        self._message = message
        self._reply = message.reply
        self.subject = message.subject
        self.payload = message.data
        # $JS.ACK.….<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>
        parts = self._reply.split(".")
        self.consumer = parts[-6]
        self.delivered = int(parts[-5])
        self.sequence = int(parts[-4])
        self._stored_at_ns = int(parts[-2])

    @property
    def stored_at(self) -> datetime:
        """When the stream stored it, the same at each delivery."""
        return datetime.fromtimestamp(self._stored_at_ns / NANOSECONDS, UTC)

    @property
    def trace(self) -> str:
        """The `traceparent` of whoever stored it; empty when that was not traced."""
        return self._message.headers.get(TRACEPARENT, "")

    async def done(self) -> None:
        """Acknowledge, and wait for nothing: if that is lost, this comes again and its work is found done."""
        await self._bus.tell(self._reply, b"+ACK")

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
    """The deliveries of one stage, with at most `at_once` of them in our hands.

    There is one consumer for each priority, the most urgent first. Free hands ask one after the other,
    without waiting, whose turn it is first; only when all have nothing do they wait on all of them. One that
    was waited for and comes alone begins no new round: where there is more, the next comes at once.
    """

    def __init__(
        self,
        bus: Bus,
        stream: str,
        consumers: Sequence[str],
        at_once: int,
        hand_back: Callable[[Delivery], Awaitable[None]] = Delivery.again,
    ) -> None:
        self._bus = bus
        self._hand_back = hand_back
        self._where = {name: f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}" for name in consumers}
        self._turns = itertools.cycle(turns(consumers))
        self._free = at_once
        self._refill = max(1, at_once // REFILL_SHARE)
        self._messages = Mailbox()
        self._connection = bus.reconnections
        self._round: deque[str] = deque()
        """Who is still to be asked in this round."""
        self._asked: str | None = None
        """Who was asked and has not answered in full."""
        self._outstanding = 0
        self._found = True
        """Whether this round has brought anything; a round that has not ends in waiting."""
        self._came_at = 0.0
        """When the last delivery came, on the monotonic clock."""
        self._waiting: dict[str, float] = {}
        """On whom we wait, and when they were last heard."""

    def finished(self) -> None:
        """Say that one delivery is out of our hands: another may come."""
        self._free += 1
        self._messages.wake()

    async def deliveries(self) -> AsyncIterator[Delivery]:
        """Give deliveries as they come, for ever."""
        while True:
            try:
                async with self._bus.inbox(below=".*.*") as (inbox, self._messages):
                    self._begin()
                    try:
                        while True:
                            await self._ask(inbox)
                            delivery = await self._next()
                            if delivery is not None:
                                yield delivery
                    finally:
                        await self._hand_all_back()
            except Unavailable as error:
                log.debug("pull.repeated", where=list(self._where), reason=str(error))
                await asyncio.sleep(PAUSE_SECONDS)

    def _begin(self) -> None:
        self._round.clear()
        self._waiting.clear()
        self._asked, self._outstanding, self._found = None, 0, True
        self._connection = self._bus.reconnections

    async def _ask(self, inbox: str) -> None:
        """Ask the next one for as many as there are free hands, or begin to wait on all."""
        if self._asked is not None or self._free == 0:
            return
        if not self._messages:
            await asyncio.sleep(0)  # what was taken last is begun before more is asked for
        if not self._round and self._found and self._free >= self._refill:
            self._round.extend(next(self._turns))
            self._found = False
        if self._round:
            self._asked, self._outstanding = self._round.popleft(), self._free
            request = {"batch": self._free, "no_wait": True}
            await self._request(inbox, ASKED, self._asked, request)
        elif not self._found:
            for name in self._where.keys() - self._waiting.keys():
                self._waiting[name] = time.monotonic()
                await self._request(inbox, WAITED_ON, name, WAIT)

    async def _request(self, inbox: str, how: str, name: str, request: dict[str, Any]) -> None:
        reply = f"{inbox}.{how}.{name}"
        await self._bus.tell(self._where[name], msgspec.json.encode(request), reply=reply)

    async def _next(self) -> Delivery | None:
        expected = self._asked is not None or self._waiting
        message = await self._messages.next(2 * HEARTBEAT_SECONDS if expected else FOR_EVER_SECONDS)
        if message is None:
            return None
        status = None if message.data else message.headers.get("Status")
        if status is None:
            return await self._delivered(Delivery(self._bus, message))
        self._answered(status, *message.subject.split(".")[-2:])
        return None

    def _answered(self, status: str, how: str, name: str) -> None:
        """Take note of an answer that is no message.

        Raises Unavailable when our requests are void.
        """
        if status in CONFLICTS or self._connection != self._bus.reconnections:
            raise Unavailable(f"the pull is over: consumer {name} answers {status}")
        if how == ASKED:
            self._asked = None if self._asked == name else self._asked
        elif status == IDLE:
            self._waiting[name] = time.monotonic()
        else:
            self._waiting.pop(name, None)
        silent = [one for one, at in self._waiting.items() if time.monotonic() - at > 3 * HEARTBEAT_SECONDS]
        if silent:
            raise Unavailable(f"nothing is heard of consumer {', '.join(silent)}")

    async def _delivered(self, delivery: Delivery) -> Delivery | None:
        came_at, self._came_at = self._came_at, time.monotonic()
        if delivery.consumer == self._asked and self._outstanding > 0:
            self._outstanding -= 1
            self._asked = self._asked if self._outstanding else None
            alone = False
        else:
            self._waiting.pop(delivery.consumer, None)
            alone = self._free > 1 and not self._messages and self._came_at - came_at > LULL_SECONDS
        self._found = self._found or not alone
        if not self._free:
            await self._hand_back(delivery)
            return None
        self._free -= 1
        if not self._free:
            self._round.clear()
        return delivery

    async def _hand_all_back(self) -> None:
        """Let others have at once what was sent to us and nobody here will take."""
        with contextlib.suppress(Unavailable):
            while self._messages:
                message = await self._messages.next(HEARTBEAT_SECONDS)
                if message is not None and message.reply:
                    await self._hand_back(Delivery(self._bus, message))


def turns(consumers: Sequence[str]) -> list[tuple[str, ...]]:
    """Give who is asked first, turn by turn, so that nobody starves.

    Of eight turns the first of three consumers begins six, each of the others one.
    """
    rounds = []
    for turn in range(1, 2 ** len(consumers) + 1):
        first = next((n for n in reversed(range(len(consumers))) if turn % 2 ** (n + 1) == 0), 0)
        rounds.append((consumers[first], *(name for name in consumers if name != consumers[first])))
    return rounds
