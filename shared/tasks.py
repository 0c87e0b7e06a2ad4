"""Ends what was begun beside something."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any


async def cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are gone; raise what went wrong in one of them."""
    waited_for = list(tasks)
    for task in waited_for:
        task.cancel()
    for result in await asyncio.gather(*waited_for, return_exceptions=True):
        if isinstance(result, Exception):
            raise result
