"""`/livez` and `/readyz` of a worker, which serves nothing else: for whatever keeps it running."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from aiohttp import web

from shared.bus import Bus

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - the kubelet asks from outside; it hears one word


class HealthSettings(msgspec.Struct, frozen=True, kw_only=True):
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] | None = msgspec.field(
        name="REPOREEL_HEALTH_PORT", default=None
    )
    """Where a worker answers; unset, nowhere; 0 takes a free port. The gateway answers on its own port."""


@contextlib.asynccontextmanager
async def answering(bus: Bus, settings: HealthSettings) -> AsyncIterator[int | None]:
    """Answer while the block runs; gives the port, or None where none is set.

    `/livez` says that the event loop turns, whatever NATS does: a restart would not mend NATS. `/readyz` says
    503 while NATS is away.
    """
    if settings.port is None:
        yield None
        return
    app = web.Application()
    app.router.add_get("/livez", lambda _: _word("alive"))
    app.router.add_get("/readyz", lambda _: _word("ready" if bus.connected else "not ready", bus.connected))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, EVERY_ADDRESS, settings.port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _word(status: str, well: bool = True) -> web.Response:  # noqa: FBT001, FBT002 - two lines above
    return web.json_response({"status": status}, status=200 if well else 503)
