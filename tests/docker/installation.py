"""The installation of docker-compose.yml, under a name and on a port of its own, with a GitHub beside it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from shared.pipeline import SERVICES
from tests.support.doors import signed
from tests.support.pipelines import wait_until

ROOT = Path(__file__).parents[2]
PROJECT = "reporeel-test"
IMAGES = "reporeel-test"
BUILD_SECONDS = 1500.0
COMMAND_SECONDS = 180.0
OURS = *SERVICES, "nats"
RESTART_SECONDS = 90.0
FILM_SECONDS = 900.0
END = frozenset({"finished", "failed", "cancelled"})
PORTS = range(20_000, 32_000)
"""Below those that the kernel hands out by itself."""


@dataclass(frozen=True)
class Container:
    """What Docker says of one."""

    restarts: int
    health: str


@dataclass(frozen=True)
class Installation:
    """What runs; `session` sends the operator's token."""

    environ: dict[str, str]
    session: aiohttp.ClientSession
    webhook_secret: str

    async def hook(self, body: bytes) -> tuple[int, Any]:
        headers = signed(body, secret=self.webhook_secret)
        async with self.session.post("/webhook", data=body, headers=headers) as reply:
            return reply.status, await reply.json()

    async def get(self, path: str) -> Any:
        """The answer; None while gateway or NATS are away."""
        with contextlib.suppress(aiohttp.ClientError):
            async with self.session.get(path) as reply:
                return await reply.json() if reply.status == 200 else None

    async def submit(self, repo: str, **wish: Any) -> str:
        async with self.session.post("/jobs", json={"repo": repo} | wish) as reply:
            answer = await reply.json()
        assert reply.status == 202, answer
        return str(answer["job_id"])

    async def ended(self, job: str) -> Any:
        """Wait for a job's end and give its record."""

        async def is_over() -> Any:
            record = await self.get(f"/jobs/{job}")
            return record if record and record["status"] in END else None

        return await wait_until(is_over, FILM_SECONDS)

    async def compose(self, *arguments: str | Path) -> str:
        return await compose(self.environ, *arguments)

    async def kill(self, service: str) -> None:
        """End all its processes without a word, and wait until Docker has it running again."""
        before = (await self.container(service)).restarts
        with contextlib.suppress(CommandFailed):  # the shell may go with the rest
            await self.compose("exec", "--no-TTY", service, "sh", "-c", "kill -9 -1")

        async def is_back() -> bool:
            now = await self.container(service)
            return now.restarts > before and now.health == "healthy"

        await wait_until(is_back, RESTART_SECONDS)

    async def container(self, service: str) -> Container:
        name = (await self.compose("ps", "--all", "--quiet", service)).strip()
        said = await docker("inspect", "--format", "{{.RestartCount}} {{.State.Health.Status}}", name)
        restarts, health = said.split()
        return Container(int(restarts), health)


class CommandFailed(Exception):
    """Docker said no; the message is what it said."""


@contextlib.asynccontextmanager
async def installed(repository: Path, **settings: str) -> AsyncIterator[Installation]:
    """Build every image, bring everything up, and leave nothing behind."""
    address = f"http://127.0.0.1:{(port := _free_port())}"
    environ = {"REPOREEL_IMAGES": IMAGES, "REPOREEL_PORT": str(port), "REPOSITORY": str(repository)}
    environ |= settings
    await build(environ)
    try:
        await compose(environ, "up", "--detach", "--wait")
        token, secret = [
            (await compose(environ, "exec", "--no-TTY", "gateway", "cat", f"/run/passwords/{name}")).strip()
            for name in ("token", "webhook-secret")
        ]
        async with aiohttp.ClientSession(address, headers={"Authorization": f"Bearer {token}"}) as session:
            yield Installation(environ, session, secret)
    except BaseException:
        sys.stderr.write(await compose(environ, "logs", "--no-color", "--tail", "60"))
        raise
    finally:
        await compose(environ, "down", "--volumes", "--timeout", "5")


async def build(environ: dict[str, str]) -> None:
    await compose(environ, "build", *OURS, seconds=BUILD_SECONDS)
    await compose(environ, "build", "github", seconds=BUILD_SECONDS)  # on top of the scanner's


async def compose(environ: dict[str, str], *arguments: str | Path, seconds: float = COMMAND_SECONDS) -> str:
    files = ("--file", ROOT / "docker-compose.yml", "--file", ROOT / "tests" / "docker" / "compose.yml")
    return await docker("compose", "--project-name", PROJECT, *files, *arguments, seconds=seconds, **environ)


async def docker(
    *arguments: str | Path, seconds: float = COMMAND_SECONDS, errors_too: bool = False, **environ: str
) -> str:
    """What docker writes, with what it writes as errors if that is asked for."""
    child = await asyncio.create_subprocess_exec(
        "docker",
        *map(str, arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT if errors_too else asyncio.subprocess.PIPE,
        env=os.environ | environ,
        cwd=ROOT,
    )
    try:
        async with asyncio.timeout(seconds):
            out, err = await child.communicate()
    except TimeoutError:
        child.kill()
        await child.wait()
        raise
    if child.returncode != 0:
        raise CommandFailed(f"docker {' '.join(map(str, arguments))}: {(err or out).decode()[-4000:]}")
    return out.decode()


def _free_port() -> int:
    for port in PORTS:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError(f"no port of {PORTS} is free")
