"""Together unless a process may have died of it."""

from __future__ import annotations

import asyncio

from shared.isolation import Isolation


class Visitors:
    """Tells who is inside; `visit` ends when it is let go."""

    def __init__(self) -> None:
        self.isolation = Isolation()
        self.inside: list[str] = []
        self.go: dict[str, asyncio.Event] = {}

    def begin(self, name: str, *, alone: bool = False) -> asyncio.Task[None]:
        self.go[name] = asyncio.Event()
        return asyncio.create_task(self._visit(name, alone=alone))

    async def end(self, name: str) -> None:
        self.go[name].set()
        await settled()

    async def _visit(self, name: str, *, alone: bool) -> None:
        async with self.isolation.admitted(alone=alone):
            self.inside.append(name)
            try:
                await self.go[name].wait()
            finally:
                self.inside.remove(name)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_nobody_enters_where_one_is_alone_and_nobody_overtakes_it():
    visitors = Visitors()
    tasks = [visitors.begin("a"), visitors.begin("b")]
    await settled()
    tasks += [visitors.begin("suspect", alone=True), visitors.begin("c"), visitors.begin("other", alone=True)]
    seen = []
    for name in ("a", "b", "suspect", "c", "other"):
        await settled()
        seen.append(list(visitors.inside))
        await visitors.end(name)
    await asyncio.gather(*tasks)
    assert seen == [["a", "b"], ["b"], ["suspect"], ["c"], ["other"]]


async def test_one_that_gives_up_waiting_to_be_alone_lets_the_others_in():
    visitors = Visitors()
    first = visitors.begin("a")
    await settled()
    suspect, second = visitors.begin("suspect", alone=True), visitors.begin("b")
    await settled()
    suspect.cancel()
    await settled()
    assert visitors.inside == ["a", "b"]
    await visitors.end("a")
    await visitors.end("b")
    await asyncio.gather(first, second)
