"""Services apart, each a process with a NATS user of its own, as compose and Kubernetes run them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from shared.embedded import server_binary
from shared.passwords import make_passwords
from shared.permissions import PROVISION
from shared.pipeline import SERVICES
from shared.probe import is_ready
from tests.support.commands import reporeel

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def shipped_configuration(folder: Path, port: int) -> Path:
    """The server's files as compose mounts them, but on a free port of the loopback."""
    text = (ROOT / "nats" / "server.conf").read_text()
    text = re.sub(r"listen: .*", f'listen: "127.0.0.1:{port}"', text)
    (folder / "server.conf").write_text(re.sub(r"\nhttp: .*", "", text))
    make_passwords(folder, f"127.0.0.1:{port}")
    (folder / "server").rename(folder / "authorization")
    return folder / "server.conf"


@contextlib.asynccontextmanager
async def nats_server(folder: Path, port: int) -> AsyncIterator[None]:
    environ = os.environ | {"NATS_STORE": str(folder / "store"), "NATS_SERVER_NAME": "nats"}
    child = await asyncio.create_subprocess_exec(
        server_binary(), "-c", shipped_configuration(folder, port), env=environ
    )
    try:
        yield
    finally:
        child.terminate()
        await child.wait()


@contextlib.asynccontextmanager
async def service(name: str, folder: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """`reporeel serve NAME`, which answers for its health on `port`."""
    environ = {
        "NATS_URL_FILE": str(folder / name / "url"),
        "REPOREEL_API_TOKENS_FILE": str(folder / "gateway" / "token"),
        "REPOREEL_PORT": str(port),
        "REPOREEL_DATA": str(folder / "data"),
        **({} if name == "gateway" else {"REPOREEL_HEALTH_PORT": str(port)}),
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services", "serve", name, env=os.environ | environ, stderr=subprocess.DEVNULL
    )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def ready(port: int, *, wanted: bool = True) -> None:
    async with asyncio.timeout(READY_SECONDS):
        while await asyncio.to_thread(is_ready, port) != wanted:  # noqa: ASYNC110 - another process's word
            await asyncio.sleep(0.1)


async def test_every_service_gets_ready_with_the_rights_of_its_own_user(tmp_path: Path) -> None:
    port, doors = free_port(), {name: free_port() for name in SERVICES}
    async with nats_server(tmp_path, port), contextlib.AsyncExitStack() as stack:
        made = await reporeel("provision", NATS_URL_FILE=str(tmp_path / PROVISION / "url"))
        assert made.code == 0, made.err
        running = [await stack.enter_async_context(service(name, tmp_path, doors[name])) for name in SERVICES]
        await asyncio.gather(*(ready(door) for door in doors.values()))
        for child in running:
            child.send_signal(signal.SIGTERM)
        codes = await asyncio.gather(*(child.wait() for child in running))
    assert codes == [0] * len(SERVICES)


async def test_a_worker_lives_and_is_not_ready_while_nats_is_away(tmp_path: Path) -> None:
    port, door = free_port(), free_port()
    async with contextlib.AsyncExitStack() as stack:
        async with nats_server(tmp_path, port):
            url = str(tmp_path / PROVISION / "url")
            assert (await reporeel("provision", NATS_URL_FILE=url)).code == 0
            await stack.enter_async_context(service("scanner", tmp_path, door))
            await ready(door)
        await ready(door, wanted=False)
        _, writer = await asyncio.open_connection("127.0.0.1", door)
        writer.close()
