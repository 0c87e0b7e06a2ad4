"""Who may be in a process together: what may have killed one works alone in the next."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager


class Isolation:
    """One for all stages of a process.

    A process that dies takes with it whatever it was working on, and nobody can say which of it was the
    cause. So each of those is a suspect, and works alone when its turn comes: the innocent finishes, the
    guilty takes nobody along again.
    """

    def __init__(self) -> None:
        self._door = asyncio.Lock()
        self._inside = 0
        self._left = asyncio.Event()
        self._in_company = _InCompany(self)

    def admitted(self, *, alone: bool) -> AbstractAsyncContextManager[None]:
        """Wait for a place in the process, and hold it; nobody overtakes one that waits to be alone."""
        return self._all_alone() if alone else self._in_company

    @contextlib.asynccontextmanager
    async def _all_alone(self) -> AsyncIterator[None]:
        async with self._door:
            while self._inside:
                self._left.clear()
                await self._left.wait()
            yield

    async def enter(self) -> None:
        if self._door.locked():
            async with self._door:
                self._inside += 1
        else:
            self._inside += 1

    def leave(self) -> None:
        self._inside -= 1
        self._left.set()


class _InCompany(AbstractAsyncContextManager[None]):
    """Every message passes here, so it holds nothing of its own."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation

    async def __aenter__(self) -> None:
        await self._isolation.enter()

    async def __aexit__(self, *_: object) -> None:
        self._isolation.leave()
