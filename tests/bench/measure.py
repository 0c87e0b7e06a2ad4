"""The measurements: throughput of many jobs, and what one job on an idle system waits for."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.chain import PROCESSES
from tests.bench.contender import Contender, Finish, Running
from tests.bench.cpu import cpu_seconds
from tests.bench.servers import BenchError, Fsync

POLL_SECONDS = 0.005
JOB_SECONDS = 120.0
WARM_UP_SECONDS = 60.0
WARM_UP_JOBS, MAX_WARM_UP_JOBS = 16, 256
IDLE_PAUSE_SECONDS = 0.05
LOG_CHARACTERS = 2000


@dataclass(frozen=True)
class Measured:
    """One contender in one round."""

    jobs_per_second: float
    cpu_seconds: float
    """Of server and workers, for one job among many."""
    latency_seconds: float
    """Of one job through all four tasks of an idle system; the median of this round."""
    pick_up_seconds: float
    """From handing in to the start of the first task, likewise."""


async def measure(
    contender: Contender, fsync: Fsync, folder: Path, *, jobs: int, single_jobs: int
) -> Measured:
    """Measure one contender once, on a fresh server, after a warm-up.

    Raises BenchError when a job does not come to its end.
    """
    try:
        async with contender.running(folder, fsync) as running:
            course = _Course(running)
            await course.warm_up()
            rate, cpu = await course.rate(jobs)
            waits = [await course.one() for _ in range(single_jobs)]
            await course.check()
    except BenchError as error:
        raise BenchError(f"{_last_words(folder)}\n{contender.name}: {error}") from error
    return Measured(
        jobs_per_second=rate,
        cpu_seconds=cpu,
        latency_seconds=statistics.median(wait.ended_at for wait in waits),
        pick_up_seconds=statistics.median(wait.picked_up_at for wait in waits),
    )


def _last_words(folder: Path) -> str:
    """Give the end of what the servers and the workers wrote."""
    return "\n".join(log.read_text(errors="replace")[-LOG_CHARACTERS:] for log in folder.rglob("output.log"))


class _Course:
    """One contender's way through the measurements; it knows every job that was handed in."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._numbers = itertools.count()
        self._submitted: list[str] = []

    async def warm_up(self) -> None:
        """Send jobs until every worker process has been at work, more each time.

        Few jobs may always find the same workers free, on a busy machine for as long as one likes to wait.
        """
        limit, jobs = time.monotonic() + WARM_UP_SECONDS, WARM_UP_JOBS
        while (seen := await self._running.workers()) < PROCESSES:
            if time.monotonic() > limit:
                raise BenchError(f"{seen} of {PROCESSES} workers were seen at work in {WARM_UP_SECONDS:g} s")
            await self._through(jobs)
            jobs = min(2 * jobs, MAX_WARM_UP_JOBS)

    async def rate(self, jobs: int) -> tuple[float, float]:
        """Give jobs per second, from handing in the first to the end of the last, and CPU seconds a job."""
        cpu_before, start = cpu_seconds(), time.perf_counter()
        await self._through(jobs)
        seconds = time.perf_counter() - start
        return jobs / seconds, (cpu_seconds() - cpu_before) / jobs

    async def one(self) -> Finish:
        """Send one job through the idle system; gives the times since it was handed in."""
        await asyncio.sleep(IDLE_PAUSE_SECONDS)
        start = time.time()
        (job_id,) = await self._through(1)
        finish = (await self._running.finishes())[job_id]
        return Finish(finish.picked_up_at - start, finish.ended_at - start)

    async def check(self) -> None:
        """Compare what was handed in with what came to its end, job by job."""
        lost = set(self._submitted) ^ set(await self._running.finishes())
        if lost:
            raise BenchError(f"{len(lost)} jobs are missing or unknown: {sorted(lost)[:5]}")

    async def _through(self, jobs: int) -> list[str]:
        job_ids = list(itertools.islice(self._ids(), jobs))
        self._submitted += job_ids
        await self._running.submit(job_ids)
        limit = time.monotonic() + JOB_SECONDS
        while (count := await self._running.count()) < len(self._submitted):
            if time.monotonic() > limit:
                raise BenchError(f"{len(self._submitted) - count} jobs were lost")
            await asyncio.sleep(POLL_SECONDS)
        return job_ids

    def _ids(self) -> Iterator[str]:
        for number in self._numbers:
            yield f"{number:032x}"
