"""Runs an embedded server until this process is killed: `python -m tests.integration.own_a_server FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from shared.embedded import embedded_nats


async def main(folder: Path) -> None:
    async with embedded_nats(folder):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
