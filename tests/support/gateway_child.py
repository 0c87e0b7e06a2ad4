"""A gateway in a process of its own, in front of a nats-server: what memory and speed are measured on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from shared.bus import connect
from shared.embedded import embedded_nats
from shared.provision import provision
from shared.topology import ProvisionSettings
from tests.support.doors import SECRET
from tests.support.pipelines import wait_until
from tests.support.raw_http import Connection, request

START_SECONDS = 60.0


class Child(NamedTuple):
    address: str
    pid: int

    def resident_bytes(self) -> int:
        fields = Path(f"/proc/{self.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


@contextlib.asynccontextmanager
async def gateway_child(folder: Path, **environ: str) -> AsyncIterator[Child]:
    """Run a fresh server and a gateway while the block runs."""
    async with embedded_nats(folder) as url, connect(url, "test") as bus:
        await provision(bus, ProvisionSettings())
        async with serve_gateway(url, folder / "gateway.log", **environ) as child:
            yield child


@contextlib.asynccontextmanager
async def serve_gateway(url: str, log: Path, **environ: str) -> AsyncIterator[Child]:
    """Run a gateway at a NATS server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    known = {"NATS_URL": url, "REPOREEL_PORT": str(port), "GITHUB_WEBHOOK_SECRET": SECRET}
    command = [sys.executable, "-m", "services", "serve", "gateway"]
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=output, stderr=output, env=os.environ | known | environ
        )
    child = Child(f"http://127.0.0.1:{port}", process.pid)
    try:
        await wait_until(lambda: _ready(child.address), START_SECONDS)
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _ready(address: str) -> bool:
    connection = Connection(address)
    try:
        return (await connection.ask(request("GET", "/readyz"))).status == 200
    except OSError:
        return False
    finally:
        await connection.close()
