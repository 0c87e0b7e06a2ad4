"""Runs the command line as a user does: in a process of its own, from the outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30.0


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


async def reporeel(*arguments: str | Path, seconds: float = 240.0, **environ: str) -> Ended:
    """Run one command to its end; environment variables are named in capitals."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services",
        *map(str, arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environ(environ),
    )
    try:
        async with asyncio.timeout(seconds):
            out, err = await child.communicate()
    except TimeoutError:
        child.kill()
        await child.wait()
        raise
    assert child.returncode is not None
    return Ended(child.returncode, out.decode(), err.decode())


@contextlib.asynccontextmanager
async def up(folder: Path, log: list[str] | None = None, **environ: str) -> AsyncIterator[str]:
    """Run `reporeel up` on a free port while the block runs; gives its address. Its log goes into `log`."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services",
        "up",
        "--port",
        "0",
        "--data",
        str(folder),
        stderr=asyncio.subprocess.PIPE,
        env=_environ(environ),
    )
    lines: list[str] = [] if log is None else log
    try:
        assert child.stderr is not None
        async with asyncio.timeout(START_SECONDS):
            address = await _address(child.stderr, lines)
        reading = asyncio.create_task(_drain(child.stderr, lines))
        yield address
        child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START_SECONDS):
            assert await child.wait() == 0, "\n".join(lines)
        await reading
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _address(stderr: asyncio.StreamReader, lines: list[str]) -> str:
    while line := (await stderr.readline()).decode():
        lines.append(line)
        if "Reporeel is up." in line:
            return line.split()[-1]
    raise AssertionError("reporeel up ended:\n" + "".join(lines))


async def _drain(stderr: asyncio.StreamReader, lines: list[str]) -> None:
    while line := (await stderr.readline()).decode():
        lines.append(line)


def _environ(extra: dict[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("REPOREEL_", "GITHUB_", "NATS_"))
    }
    return kept | extra
