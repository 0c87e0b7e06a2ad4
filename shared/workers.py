"""Who is working: each stage's process writes a key that vanishes when the process does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket

import msgspec

from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import now
from shared.pipeline import WORKERS_BUCKET

ANNOUNCE_SECONDS = 10.0


async def announce(bus: Bus, stage: str, stopping: asyncio.Event) -> None:
    """Write this worker's key every few seconds until `stopping` is set."""
    instance = f"{socket.gethostname().replace('.', '-')}-{os.getpid()}"
    key = f"$KV.{WORKERS_BUCKET}.{stage}.{instance}"
    while not stopping.is_set():
        body = msgspec.json.encode({"stage": stage, "instance": instance, "at": now()})
        with contextlib.suppress(Unavailable):
            await bus.store(key, body, {})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANNOUNCE_SECONDS):
                await stopping.wait()


async def count_workers(bus: Bus) -> int:
    """Count the workers of all stages that were seen in the last half minute."""
    return len(await bus.last([f"$KV.{WORKERS_BUCKET}.>"], stream=f"KV_{WORKERS_BUCKET}"))
