"""Matches answers to requests: one subscription, a number at the end of each reply address.

The client library's own request makes a random token and a task for each call; under load that is most of the
cost of a durable publish.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from shared.errors import Unavailable


class Answers:
    """The requests of one connection that wait for their answer."""

    def __init__(self, prefix: str) -> None:
        self.pattern = f"{prefix}.*"
        self._prefix = prefix
        self._skip = len(prefix) + 1
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    def expect(self, seconds: float) -> tuple[str, asyncio.Future[Any]]:
        """Give a reply address and the future of its answer, which fails with TimeoutError in time."""
        number = str(next(self._numbers))
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting[number] = answer
        timer = loop.call_later(seconds, _give_up, answer)

        def forget(_: object) -> None:
            timer.cancel()
            self._waiting.pop(number, None)

        answer.add_done_callback(forget)
        return f"{self._prefix}.{number}", answer

    def lose(self, why: str) -> None:
        """Fail all requests: the connection their answers would have come by is gone."""
        for answer in list(self._waiting.values()):
            if not answer.done():
                answer.set_exception(Unavailable(why))

    async def take(self, message: Any) -> None:
        """Hand a message that came to one of our addresses to whoever waits for it."""
        answer = self._waiting.get(message.subject[self._skip :])
        if answer is not None and not answer.done():
            answer.set_result(message)


def _give_up(answer: asyncio.Future[Any]) -> None:
    if not answer.done():
        answer.set_exception(TimeoutError("no answer in time"))
