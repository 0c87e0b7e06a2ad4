"""Reporeel: the real runner and four real stages, one process a stage."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import msgspec

from shared.bus import Bus, connect
from shared.events import JobSpec, JobSubmitted, VideoRendered, now
from shared.follow import follow
from shared.pipeline import JOBS, filter_for
from shared.provision import provision
from shared.tasks import cancelled
from shared.topology import ProvisionSettings
from tests.bench.chain import REPOSITORY
from tests.bench.contender import Finish, Running
from tests.bench.servers import BenchError, Fsync, nats_server, processes
from tests.bench.stages import STAGES

AT_ONCE = 256
SUBMITTED_AT_ONCE = 64


class RunningReporeel:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._seen: dict[str, tuple[bytes, float]] = {}

    async def submit(self, job_ids: Sequence[str]) -> None:
        waiting = iter(job_ids)

        async def one_after_the_other() -> None:
            for job_id in waiting:
                spec = JobSpec(repo=REPOSITORY, languages=("en",))
                await self._bus.publish_once(
                    JobSubmitted(job_id=job_id, spec=spec, at=now()), f"jobs.*.{job_id}.submitted.all.g0"
                )

        await asyncio.gather(*(one_after_the_other() for _ in range(min(SUBMITTED_AT_ONCE, len(job_ids)))))

    async def watch(self) -> None:
        """Note each job's last event when the stream has stored it, for ever."""
        async for stored in follow(self._bus, JOBS, filter_for(VideoRendered)):
            if stored is not None:
                self._seen[stored.subject.split(".")[2]] = stored.payload, time.time()

    async def count(self) -> int:
        return len(self._seen)

    async def finishes(self) -> Mapping[str, Finish]:
        filtered = {"subjects_filter": filter_for(VideoRendered)}
        state = (await self._bus.api(f"STREAM.INFO.{JOBS}", filtered))["state"]
        stored = {subject.split(".")[2] for subject in state.get("subjects", {})}
        if stored != self._seen.keys():
            raise BenchError(f"{len(stored)} jobs are stored as rendered, {len(self._seen)} were seen")
        return {job_id: _finish(*seen) for job_id, seen in self._seen.items()}

    async def workers(self) -> int:
        return len(STAGES) if self._seen else 0  # a job that came through has met them all


class Reporeel:
    name = "Reporeel"
    how = f"one process a stage, {AT_ONCE} events at once in each"
    jobs: Mapping[Fsync, int] = {"every second": 6000, "always": 2000}

    @contextlib.asynccontextmanager
    async def running(self, folder: Path, fsync: Fsync) -> AsyncIterator[Running]:
        async with nats_server(folder / "nats", fsync) as url, connect(url, "bench") as bus:
            await provision(bus, ProvisionSettings())
            running = RunningReporeel(bus)
            commands = [
                [sys.executable, "-m", "tests.bench.stages", url, stage.name, str(AT_ONCE)]
                for stage in STAGES
            ]
            watching = asyncio.create_task(running.watch())
            try:
                async with processes(folder, commands):
                    yield running
            finally:
                await cancelled([watching])


def _finish(payload: bytes, seen_at: float) -> Finish:
    return Finish(float(msgspec.json.decode(payload, type=VideoRendered).facts), seen_at)
