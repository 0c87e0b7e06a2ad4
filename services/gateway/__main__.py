"""Wires the gateway and runs it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from services.gateway.app import Gateway
from services.gateway.records import Records
from services.gateway.room import Room
from services.gateway.scripts import Scripts
from services.gateway.settings import GatewaySettings
from shared.errors import SettingsError
from shared.lifecycle import Process
from shared.settings import load

log = structlog.get_logger()

SHUTDOWN_SECONDS = 10.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


async def main(process: Process, stage: str | None = None) -> None:
    """Serve until this process is asked to stop."""
    del stage  # it has none
    async with serving(process, load(GatewaySettings, process.environ)):
        await process.stopping.wait()


@contextlib.asynccontextmanager
async def serving(process: Process, settings: GatewaySettings) -> AsyncIterator[str]:
    """Serve HTTP while the block runs; gives the address.

    Raises SettingsError when the gateway would be open to the network without tokens.
    """
    check_exposure(settings)
    records = Records(process.bus, settings.records_in_memory)
    room = Room(process.bus, records)
    scripts = Scripts(process.bus, process.blobs)
    gateway = Gateway(process.bus, records, room, scripts, settings)
    helpers = [asyncio.create_task(work) for work in (records.follow(), room.watch())]
    runner = web.AppRunner(gateway.application(), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        host, port = runner.addresses[0][:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        await records.complete.wait()
        log.info("gateway.ready", address=address)
        yield address
    finally:
        await runner.cleanup()
        for helper in helpers:
            helper.cancel()
        await asyncio.wait(helpers)


def check_exposure(settings: GatewaySettings) -> None:
    if settings.host not in LOOPBACK and not settings.api_tokens:
        raise SettingsError(
            f"REPOREEL_HOST is {settings.host}, which others can reach, and REPOREEL_API_TOKENS is not set: "
            "set it to one or more secret tokens, or use 127.0.0.1"
        )
