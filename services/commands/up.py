"""`reporeel up`: everything in one process, staying up."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from rich.console import Console

from services.commands.hosting import everything
from shared.lifecycle import stop_on_signals
from shared.settings import PlaceSettings, load
from shared.telemetry import LogSettings, configure_logging


async def up(port: int | None, folder: Path | None) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    environ = dict(os.environ)
    if port is not None:
        environ["REPOREEL_PORT"] = str(port)
    if folder is not None:
        environ["REPOREEL_DATA"] = str(folder.absolute())
    configure_logging(load(LogSettings, environ))
    places = load(PlaceSettings, environ)
    home = places.home.expanduser().absolute()
    environ.setdefault("REPOREEL_RENDER_CACHE", str(home / "render-cache"))
    environ.setdefault("REPOREEL_SPEECH_CACHE", str(home / "speech-cache"))
    stopping = asyncio.Event()
    with stop_on_signals(stopping):
        async with everything(environ, home / "nats", stopping) as address:
            _greet(address, places)
            await stopping.wait()
    return 0


def _greet(address: str, places: PlaceSettings) -> None:
    console = Console(stderr=True)
    console.print(f"[bold]Reporeel is up.[/] {address}", highlight=False)
    console.print(f"  films    {places.films}", highlight=False)
    console.print(f"  NATS     {places.home.expanduser().absolute() / 'nats' / 'nats.url'}", highlight=False)
    console.print("  webhook  POST /webhook    jobs  POST /jobs    API  GET /docs", highlight=False)
