"""Runs services in this process, beside an embedded NATS server or an operator's own."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from services.gateway.__main__ import serving
from services.gateway.settings import GatewaySettings
from shared.embedded import embedded_nats
from shared.lifecycle import Process, plain_errors, process
from shared.pipeline import SERVICES
from shared.provision import provision
from shared.settings import BusSettings, load
from shared.topology import ProvisionSettings


@contextlib.asynccontextmanager
async def everything(environ: Mapping[str, str], folder: Path, stopping: asyncio.Event) -> AsyncIterator[str]:
    """Run all five services while the block runs; gives the gateway's address.

    Streams live in `folder`, unless NATS_URL names a server. Leaving the block stops the services in order:
    what they are at is finished or handed back.
    """
    gateway_settings = load(GatewaySettings, environ)
    async with (
        nats_server(environ, folder) as url,
        process(url, "reporeel", environ, stopping) as shared_process,
    ):
        await provision(shared_process.bus, load(ProvisionSettings, environ))
        with plain_errors():
            async with serving(shared_process, gateway_settings) as address, asyncio.TaskGroup() as group:
                for name in SERVICES:
                    if name != "gateway":
                        group.create_task(run_service(name, shared_process))
                try:
                    yield address
                finally:
                    stopping.set()


@contextlib.asynccontextmanager
async def nats_server(environ: Mapping[str, str], folder: Path) -> AsyncIterator[str]:
    """Give the address of the server to use: $NATS_URL, or an embedded one that runs while the block does."""
    url = load(BusSettings, environ).url
    if url is not None:
        yield url
        return
    async with embedded_nats(folder) as embedded:
        yield embedded


async def run_service(name: str, shared_process: Process, stage: str | None = None) -> None:
    """Run one service until the process is asked to stop."""
    module = importlib.import_module(f"services.{name}.__main__")
    await module.main(shared_process, stage)
