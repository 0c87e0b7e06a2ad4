"""Processes a test starts, kills and starts again: none outlives the test."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from shared.embedded import server_binary
from shared.offload import PR_SET_PDEATHSIG
from tests.support.pipelines import wait_until

ROOT = Path(__file__).parents[2]
START_SECONDS = STOP_SECONDS = 60.0

SERVER = """\
server_name: {name}
listen: "127.0.0.1:{port}"
max_payload: 1MB
jetstream {{ store_dir: "{folder}", sync_interval: always {limits} }}
"""


class Child:
    """One process, started anew as often as it is killed."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environ: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._environ = os.environ | environ
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environ,
                stdout=output,
                stderr=output,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - the one call made there is safe
            )

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> int:
        """Kill it and give its pid."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP_SECONDS)
        return self._process.pid

    def stop(self) -> int:
        """Ask it to stop and give its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(STOP_SECONDS)


class Children:
    """All processes of one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all: dict[str, Child] = {}

    def start(self, name: str, *arguments: str, **environ: str) -> Child:
        """Start `python -m ...`."""
        command = [sys.executable, "-m", *arguments]
        return self.add(Child(name, command, self.folder / f"{name}.log", environ))

    def add(self, child: Child) -> Child:
        self.all[child.name] = child
        child.start()
        return child


@contextlib.contextmanager
def children(folder: Path) -> Iterator[Children]:
    """Give an empty set of processes, killed with the block."""
    mine = Children(folder)
    try:
        yield mine
    finally:
        for child in mine.all.values():
            child.kill()


async def start_server(
    mine: Children, port: int, *, name: str = "nats", limits: str = "", more: str = ""
) -> Child:
    """Start a nats-server with a store of its own, and wait until it listens."""
    folder = mine.folder / name
    folder.mkdir()
    config = folder / "nats.conf"
    config.write_text(SERVER.format(name=name, port=port, folder=folder / "streams", limits=limits) + more)
    command = [str(server_binary()), "-c", str(config)]
    child = mine.add(Child(name, command, mine.folder / f"{name}.log", {}))
    await listening(port)
    return child


async def listening(port: int) -> None:
    await wait_until(lambda: _accepts(port), START_SECONDS)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
