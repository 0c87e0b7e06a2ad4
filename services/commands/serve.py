"""`reporeel serve` and `reporeel provision`: what a pod runs."""

from __future__ import annotations

import asyncio
import os

from services.commands.hosting import run_service
from shared.bus import connect
from shared.errors import SettingsError
from shared.lifecycle import plain_errors, process, stop_on_signals
from shared.provision import ProvisionSettings, provision
from shared.settings import BusSettings, load
from shared.telemetry import LogSettings, configure_logging


async def serve(service: str, stage: str | None) -> int:
    """Run one service against $NATS_URL until SIGTERM."""
    configure_logging(load(LogSettings, os.environ))
    stopping = asyncio.Event()
    with stop_on_signals(stopping), plain_errors():
        async with process(_url(), service, os.environ, stopping) as shared_process:
            await run_service(service, shared_process, stage)
    return 0


async def provision_server() -> int:
    """Make the streams, consumers and buckets of $NATS_URL what the pipeline needs."""
    configure_logging(load(LogSettings, os.environ))
    async with connect(_url(), "provision") as bus:
        await provision(bus, load(ProvisionSettings, os.environ))
    return 0


def _url() -> str:
    url = load(BusSettings, os.environ).url
    if url is None:
        raise SettingsError("NATS_URL is not set: give the address of a NATS server, nats://host:4222")
    return url
