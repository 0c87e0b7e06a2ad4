"""Measures how soon `reporeel up` takes jobs, and what each service holds while idle: `make bench-start`.

A start is timed from the command to the first 200 at `/readyz`, on an empty folder and on the one it left
behind. A service is idle once its workers are announced, or it is ready; its memory is that of its processes,
shared pages included.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from shared.bus import connect
from shared.pipeline import PIPELINE, SERVICES, WORKERS_BUCKET
from shared.provision import provision
from shared.telemetry import LogSettings, configure_logging
from shared.topology import ProvisionSettings
from tests.bench.cpu import cpu_seconds
from tests.bench.servers import nats_server
from tests.chaos.children import Child, Children, children, free_port
from tests.support.pipelines import wait_until

ROUNDS = 5
READY_SECONDS = 60.0
MEBIBYTE = 1 << 20


async def main(rounds: int) -> None:
    configure_logging(LogSettings(level="warning"))
    fresh, again = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="reporeel-start-") as folder:
            fresh.append(await start_once(Path(folder)))
            again.append(await start_once(Path(folder)))
    print_starts({"on an empty folder": fresh, "on the folder it left": again})
    with tempfile.TemporaryDirectory(prefix="reporeel-idle-") as folder:
        print_memory(await idle(Path(folder)))


async def start_once(folder: Path) -> tuple[float, float]:
    """Give the seconds from the command until jobs are taken, and the processor seconds spent until then."""
    door, cpu_before, before = free_port(), cpu_seconds(), time.perf_counter()
    with children(folder) as mine:
        up = mine.start("up", "services", "up", "--port", str(door), "--data", str(folder / "data"))
        await ready(door)
        taken = time.perf_counter() - before, cpu_seconds() - cpu_before
        up.stop()
    return taken


async def ready(door: int) -> None:
    """Wait for the gateway at a port to take jobs."""
    async with aiohttp.ClientSession() as session:

        async def is_ready() -> bool:
            try:
                async with session.get(f"http://127.0.0.1:{door}/readyz") as reply:
                    return reply.status == 200
            except aiohttp.ClientError:
                return False

        await wait_until(is_ready, READY_SECONDS)


async def idle(folder: Path) -> dict[str, int]:
    """Start each service as a process of its own, and give their resident bytes once all of them wait."""
    door = free_port()
    async with nats_server(folder / "nats", "every second") as url, connect(url, "bench") as bus:
        await provision(bus, ProvisionSettings())
        with children(folder) as mine:
            environ = {"NATS_URL": url, "REPOREEL_PORT": str(door), "REPOREEL_DATA": str(folder / "data")}
            started = {name: serve(mine, name, environ) for name in SERVICES}
            await ready(door)

            async def all_work() -> bool:
                workers = await bus.last([f"$KV.{WORKERS_BUCKET}.>"], stream=f"KV_{WORKERS_BUCKET}")
                return {message.subject.split(".")[2] for message in workers} == {
                    stage.name for stage in PIPELINE
                }

            await wait_until(all_work, READY_SECONDS)
            return {name: resident_bytes(child.pid) for name, child in started.items()}


def serve(mine: Children, name: str, environ: dict[str, str]) -> Child:
    return mine.start(name, "services", "serve", name, **environ)


def resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def print_starts(starts: dict[str, Sequence[tuple[float, float]]]) -> None:
    lines = ["| `reporeel up` ready | seconds, median (smallest–largest) | CPU s |", "|---|--:|--:|"]
    for name, taken in starts.items():
        seconds, cpu = [one for one, _ in taken], statistics.median(two for _, two in taken)
        spread = f"{min(seconds):.1f}–{max(seconds):.1f}"
        lines.append(f"| {name} | {statistics.median(seconds):.1f} ({spread}) | {cpu:.1f} |")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    lines.append(f"\nOther load on this machine: {load} on {os.cpu_count()} cores.\n")
    sys.stdout.write("\n".join(lines) + "\n")


def print_memory(resident: dict[str, int]) -> None:
    lines = ["| idle service | MiB resident |", "|---|--:|"]
    lines += [f"| {name} | {size / MEBIBYTE:.0f} |" for name, size in resident.items()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.bench.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asyncio.run(main(parser.parse_args().rounds))
