"""What works beside the gateway's server, for as long as it serves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from shared.tasks import cancelled


class Helpers:
    """Where one of them fails, the whole process is asked to stop: half a gateway answers wrongly."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, *works: Coroutine[Any, Any, None]) -> None:
        for work in works:
            task = asyncio.create_task(work)
            task.add_done_callback(self._ended)
            self._tasks.append(task)

    async def until(self, event: asyncio.Event) -> None:
        """Wait for an event, or until this process is asked to stop."""
        waits = [asyncio.create_task(one.wait()) for one in (event, self._stopping)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        await cancelled(waits)

    async def end(self) -> None:
        """Stop them; raises what one of them failed of."""
        await cancelled(self._tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._stopping.set()
