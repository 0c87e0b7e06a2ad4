"""Writes docs/openapi.json: what a running gateway answers at `/openapi.json`.

python docs/generate_openapi.py > docs/openapi.json
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import aiohttp

from services.commands.hosting import everything
from shared.telemetry import LogSettings, configure_logging


async def document() -> object:
    with tempfile.TemporaryDirectory() as folder:
        environ = {"REPOREEL_PORT": "0", "REPOREEL_DATA": folder}
        async with (
            everything(environ, Path(folder), asyncio.Event()) as address,
            aiohttp.ClientSession(address) as session,
            session.get("/openapi.json") as answer,
        ):
            return await answer.json()


if __name__ == "__main__":
    configure_logging(LogSettings())
    json.dump(asyncio.run(document()), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
