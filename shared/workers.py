"""Who is working: each stage's process writes a key that vanishes when the process does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Sequence
from datetime import datetime

import msgspec

from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import now
from shared.measures import Measure, Measures
from shared.pipeline import WORKERS_BUCKET

ANNOUNCE_SECONDS = 10.0


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker's key holds."""

    stage: str
    instance: str
    at: datetime
    measures: Sequence[Measure] = ()


async def announce(bus: Bus, stage: str, stopping: asyncio.Event, measures: Measures) -> None:
    """Write this worker's key every few seconds until `stopping` is set."""
    instance = f"{socket.gethostname().replace('.', '-')}-{os.getpid()}"
    key = f"$KV.{WORKERS_BUCKET}.{stage}.{instance}"
    while not stopping.is_set():
        worker = Worker(stage=stage, instance=instance, at=now(), measures=measures.newest())
        with contextlib.suppress(Unavailable):
            await bus.store(key, msgspec.json.encode(worker), {})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANNOUNCE_SECONDS):
                await stopping.wait()


async def workers_seen(bus: Bus) -> list[Worker]:
    """Give the workers of all stages that were seen in the last half minute."""
    stored = await bus.last([f"$KV.{WORKERS_BUCKET}.>"], stream=f"KV_{WORKERS_BUCKET}")
    return [msgspec.json.decode(one.payload, type=Worker) for one in stored]


async def count_workers(bus: Bus) -> int:
    """Count them."""
    return len(await workers_seen(bus))
