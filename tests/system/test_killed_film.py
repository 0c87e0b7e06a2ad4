"""A real film whose process is killed outright, once in every stage."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from nats.js.api import DeliverPolicy

import nats
from shared.bus import connect
from shared.embedded import embedded_nats
from shared.job_events import Events, decode
from shared.jobs import fold
from shared.pipeline import JOBS
from tests.support.pipelines import wait_until
from tests.support.repositories import LIBRARY, make_repository

STAGES = ("scan", "write", "speak", "render", "publish")
ENVIRON = {"REPOREEL_ACK_WAIT_SECONDS": "2", "REPOREEL_LOG_LEVEL": "error"}
FILM_SECONDS = 240.0


class Up:
    """One life of `reporeel up`."""

    def __init__(self, child: asyncio.subprocess.Process, address: str) -> None:
        self.child = child
        self.address = address

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        async with (
            aiohttp.ClientSession(self.address) as session,
            session.request(method, path, **options) as reply,
        ):
            return await reply.json()

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.child.pid, signal.SIGKILL)
        await self.child.wait()


@contextlib.asynccontextmanager
async def alive(data: Path, root: Path) -> AsyncIterator[Up]:
    environ, log = os.environ | ENVIRON | {"REPOREEL_LOCAL_ROOT": str(root)}, data.parent / "up.log"
    with log.open("wb") as told:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services", "up", "--port", "0", "--data", str(data)),
            stderr=told,
            env=environ,
        )
    up = Up(child, "")
    try:
        up.address = await wait_until(lambda: _address(log), 30)
        yield up
    finally:
        await up.kill()


def _address(log: Path) -> str:
    """Where it listens, once it says so."""
    address, line_end, _ = log.read_text().partition("Reporeel is up. ")[2].partition("\n")
    return address if line_end else ""


async def killed_in(up: Up, data: Path, stage: str) -> None:
    """Kill the process the moment a stage says that it starts."""
    started = asyncio.Event()

    async def look(message: Any) -> None:
        if json.loads(message.data).get("status") == "started":
            with contextlib.suppress(ProcessLookupError):
                os.kill(up.child.pid, signal.SIGKILL)
            started.set()

    url = (data / "nats" / "nats.url").read_text().strip()
    client = await nats.connect(url, allow_reconnect=False, error_cb=_quiet)
    try:
        await client.jetstream().subscribe(
            f"jobs.*.*.{stage}.>",
            stream=JOBS,
            ordered_consumer=True,
            cb=look,
            deliver_policy=DeliverPolicy.NEW,
        )
        async with asyncio.timeout(FILM_SECONDS):
            await started.wait()
    finally:
        with contextlib.suppress(Exception):
            await client.close()


async def _quiet(_error: Exception) -> None:
    pass


async def test_a_film_survives_a_kill_in_each_stage_and_repeats_no_finished_one(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "tidewatch", LIBRARY)
    data, job_id = tmp_path / "data", ""
    seen: dict[str, str] = {}
    for stage in STAGES:
        async with alive(data, tmp_path) as up:
            waiting = asyncio.create_task(killed_in(up, data, stage))
            await asyncio.sleep(0)
            if not job_id:
                wish = {"json": {"repo": str(repository)}}
                job_id = (await up.ask("POST", "/jobs", **wish))["job_id"]
            await waiting
        seen |= await finished_stages(data, job_id)
    async with alive(data, tmp_path) as up:

        async def finished() -> Any:
            record = await up.ask("GET", f"/jobs/{job_id}")
            return record if record["status"] == "finished" else None

        record = await wait_until(finished, FILM_SECONDS)
    last = {row["stage"]: row["started_at"] for row in record["stages"]}
    assert seen
    assert {stage: last[stage] for stage in seen} == seen
    assert record["result"]["status"] == "success"
    assert len(list((data / "films").rglob("video.en.mp4"))) == 1
    assert not list((data / "films").rglob(".*.part"))


async def finished_stages(data: Path, job_id: str) -> dict[str, str]:
    """Read the record of the killed process from what is on disk, with no service running."""
    async with embedded_nats(data / "nats") as url, connect(url, "look") as bus:
        stored = await bus.last([f"jobs.*.{job_id}.>"])
        record = fold(Events(decode(message.payload) for message in stored))
    if record is None:
        return {}
    rows = [row for row in record.stages if row.status == "finished" and row.started_at]
    return {row.stage: msgspec.to_builtins(row.started_at) for row in rows}
