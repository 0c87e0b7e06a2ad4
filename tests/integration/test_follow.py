"""Following a stream: in order, nothing lost, nothing twice, whatever becomes of the connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.answers import Mailbox
from shared.bus import Bus
from shared.follow import follow
from shared.pipeline import JOBS
from tests.support.pipelines import pipeline_process, wait_until

WHERE = "jobs.normal.j.note.all.g{}"


class Forgetful(Mailbox):
    """Loses some of the messages that come to it, as a connection does that is made anew."""

    def __init__(self, mailbox: Mailbox, lost: set[int]) -> None:
        self._mailbox = mailbox
        self._lost = lost
        self._number = 0

    async def next(self, seconds: float) -> Any:
        while True:
            message = await self._mailbox.next(seconds)
            if message.reply:
                self._number += 1
            if not message.reply or self._number not in self._lost:
                return message
            self._lost.discard(self._number)


def forget(bus: Bus, lost: set[int]) -> None:
    """Have the next inbox of a bus lose the messages with these numbers, once."""
    inbox = bus.inbox

    @contextlib.asynccontextmanager
    async def forgetful() -> AsyncIterator[tuple[str, Any]]:
        async with inbox() as (address, mailbox):
            yield address, Forgetful(mailbox, lost)

    bus.inbox = forgetful  # type: ignore[method-assign]


@pytest.mark.parametrize("lost", [{1}, {3}, {2, 3}, {5}])
async def test_a_message_that_got_lost_on_its_way_is_asked_for_again(tmp_path: Path, lost: set[int]) -> None:
    seen: asyncio.Queue[Any] = asyncio.Queue()

    async with pipeline_process(tmp_path) as running:
        forget(running.bus, set(lost))

        async def watch() -> None:
            async for stored in follow(running.bus, JOBS, "jobs.>"):
                await seen.put(stored)

        watching = asyncio.create_task(watch())
        for number in range(5):
            await running.bus.store(WHERE.format(number), b"%d" % number, {})
        await wait_until(lambda: seen.qsize() > 5)
        watching.cancel()
        await asyncio.wait([watching])
    payloads = [stored.payload for stored in (seen.get_nowait() for _ in range(6)) if stored]
    assert payloads == [b"0", b"1", b"2", b"3", b"4"]


async def test_what_stood_there_comes_first_then_a_mark_then_what_is_new(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running:
        for number in range(3):
            await running.bus.store(WHERE.format(number), b"old", {})
        following = follow(running.bus, JOBS, "jobs.>")
        first = [await anext(following) for _ in range(4)]
        await running.bus.store(WHERE.format(9), b"new", {})
        new = await anext(following)
        await following.aclose()  # type: ignore[attr-defined]
    assert [stored is None for stored in first] == [False, False, False, True]
    assert new is not None
    assert new.payload == b"new"
