"""Matches answers to requests: one subscription, a number at the end of each reply address.

The client library's own request makes a random token and a task for each call, its next message two tasks and
a random name, and each message passes a queue; under load that is most of the cost of a durable publish.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Iterator
from typing import Any

from shared.errors import Unavailable


class Message:
    """One message as it came; its headers are parsed when somebody asks for them."""

    __slots__ = ("_headers", "data", "reply", "subject")

    def __init__(self, subject: str, reply: str, data: bytes, headers: bytes | None) -> None:
        self.subject = subject
        self.reply = reply
        self.data = data
        self._headers = headers

    @property
    def headers(self) -> dict[str, str]:
        """What stands in `Name: value` lines; `Status` is what the first line says beyond the protocol."""
        if not self._headers:
            return {}
        first, *lines = self._headers.decode(errors="replace").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        status = first.split()[1:2]
        return {name.strip(): value.strip() for name, _, value in pairs} | (
            {"Status": status[0]} if status else {}
        )


class Mailbox:
    """What came to one address and nobody took yet, oldest first."""

    def __init__(self) -> None:
        self._messages: deque[Any] = deque()
        self._filled = asyncio.Event()
        self._lost = ""

    def __len__(self) -> int:
        return len(self._messages)

    def take(self, message: Message) -> None:
        """Keep a message until somebody asks for it."""
        self._messages.append(message)
        self._filled.set()

    def wake(self) -> None:
        """Let whoever waits look up: they get None for a message."""
        self._messages.append(None)
        self._filled.set()

    def lose(self, why: str) -> None:
        """Say that nothing more will come."""
        self._lost = why
        self._filled.set()

    async def next(self, seconds: float) -> Any:
        """Wait for a message; None after `wake`.

        Raises Unavailable when none comes in time, or the connection is lost.
        """
        if not self._messages and not self._lost:
            self._filled.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._filled.wait()
            except TimeoutError as error:
                raise Unavailable(f"NATS sent nothing for {seconds:g} s") from error
        if not self._messages:
            raise Unavailable(self._lost)
        return self._messages.popleft()


class Answers:
    """The requests of one connection that wait for their answer, each as long as the others."""

    def __init__(self, prefix: str, seconds: float) -> None:
        self.pattern = f"{prefix}.*"
        self._prefix = prefix
        self._skip = len(prefix) + 1
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)
        self._waiting: dict[str, tuple[float, asyncio.Future[Message]]] = {}
        self._mailboxes: dict[str, Mailbox] = {}
        self._timer: asyncio.TimerHandle | None = None

    def expect(self) -> tuple[str, asyncio.Future[Message]]:
        """Give a reply address and the future of its answer, which fails with TimeoutError in time.

        Whoever stops waiting cancels the future.
        """
        number, answer = str(next(self._numbers)), self._loop.create_future()
        self._waiting[number] = self._loop.time() + self._seconds, answer
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self._give_up)
        return f"{self._prefix}.{number}", answer

    @contextlib.contextmanager
    def mailbox(self) -> Iterator[tuple[str, Mailbox]]:
        """Give a reply address for several answers and the mailbox they come to."""
        number, mailbox = str(next(self._numbers)), Mailbox()
        self._mailboxes[number] = mailbox
        try:
            yield f"{self._prefix}.{number}", mailbox
        finally:
            del self._mailboxes[number]

    def lose(self, why: str) -> None:
        """Fail all requests: the connection their answers would have come by is gone."""
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Unavailable(why))
        self._waiting.clear()
        for mailbox in self._mailboxes.values():
            mailbox.lose(why)

    def take(self, message: Message) -> None:
        """Hand a message that came to one of our addresses to whoever waits for it."""
        number = message.subject[self._skip :]
        _, answer = self._waiting.pop(number, (0.0, None))
        if answer is not None:
            if not answer.done():
                answer.set_result(message)
        elif number in self._mailboxes:
            self._mailboxes[number].take(message)

    def _give_up(self) -> None:
        """Fail the requests whose time is over; the oldest stand first."""
        self._timer = None
        for number, (until, answer) in list(self._waiting.items()):
            if until > self._loop.time():
                self._timer = self._loop.call_at(until, self._give_up)
                return
            del self._waiting[number]
            if not answer.done():
                answer.set_exception(TimeoutError("no answer in time"))
