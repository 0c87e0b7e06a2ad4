"""`reporeel serve` and `reporeel provision`: what a pod runs."""

from __future__ import annotations

import asyncio
import os

from services.commands.hosting import run_service
from shared.bus import connect
from shared.errors import SettingsError
from shared.health import HealthSettings, answering
from shared.lifecycle import plain_errors, process, stop_on_signals
from shared.permissions import PROVISION
from shared.provision import provision
from shared.settings import BusSettings, load
from shared.telemetry import LogSettings, configure_logging
from shared.topology import ProvisionSettings


async def serve(service: str, stage: str | None) -> int:
    """Run one service against $NATS_URL until SIGTERM."""
    configure_logging(load(LogSettings, os.environ))
    stopping = asyncio.Event()
    with stop_on_signals(stopping), plain_errors():
        health = load(HealthSettings, os.environ)
        async with (
            process(nats_url(), service, os.environ, stopping) as shared_process,
            answering(shared_process.bus, health),
        ):
            await run_service(service, shared_process, stage)
    return 0


async def provision_server() -> int:
    """Make the streams, consumers and buckets of $NATS_URL what the pipeline needs."""
    configure_logging(load(LogSettings, os.environ))
    async with connect(nats_url(), PROVISION, inbox_prefix=f"_INBOX_{PROVISION}") as bus:
        await provision(bus, load(ProvisionSettings, os.environ))
    return 0


def nats_url() -> str:
    url = load(BusSettings, os.environ).url
    if url is None:
        raise SettingsError("NATS_URL is not set: give the address of a NATS server, nats://host:4222")
    return url
