"""The peers: RQ, arq and Celery, each doing four chained tasks on Redis."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from arq import create_pool
from arq.connections import RedisSettings
from celery import Celery
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from rq import Queue

from tests.bench.chain import DATABASE, FINISHED, FORKS_VARIABLE, PORT_VARIABLE, PROCESSES, REPOSITORY
from tests.bench.contender import Finish, Running
from tests.bench.servers import LOOPBACK, Fsync, processes, redis_server

Submit = Callable[[int, Sequence[str]], Awaitable[None]]
"""Hands jobs to the Redis at a port."""
SUBMITTED_AT_ONCE = 64


class RunningPeer:
    def __init__(self, port: int, submit: Submit) -> None:
        self._port = port
        self._submit = submit
        self._finished: Redis = Redis(port=port, db=DATABASE, decode_responses=True)

    async def submit(self, job_ids: Sequence[str]) -> None:
        await self._submit(self._port, job_ids)

    async def count(self) -> int:
        return int(await self._finished.hlen(FINISHED))

    async def finishes(self) -> Mapping[str, Finish]:
        return {job_id: Finish(*times) for job_id, (*times, _) in (await self._rows()).items()}

    async def workers(self) -> int:
        return len({worker for *_, worker in (await self._rows()).values()})

    async def close(self) -> None:
        await self._finished.aclose()

    async def _rows(self) -> dict[str, list[float]]:
        stored = await self._finished.hgetall(FINISHED)
        return {job_id: [float(part) for part in row.split()] for job_id, row in stored.items()}


@dataclass(frozen=True)
class Peer:
    """One of them; `workers` gives its worker commands for a port."""

    name: str
    how: str
    jobs: Mapping[Fsync, int]
    submit: Submit
    workers: Callable[[int], Sequence[Sequence[str]]]
    environ: Mapping[str, str]

    @contextlib.asynccontextmanager
    async def running(self, folder: Path, fsync: Fsync) -> AsyncIterator[Running]:
        async with redis_server(folder / "redis", fsync) as port:
            environ = {PORT_VARIABLE: str(port), **self.environ}
            async with processes(folder, self.workers(port), environ):
                running = RunningPeer(port, self.submit)
                try:
                    yield running
                finally:
                    await running.close()


async def _submit_to_rq(port: int, job_ids: Sequence[str]) -> None:
    def enqueue() -> None:
        with BlockingRedis(port=port) as connection:
            queue = Queue("tasks", connection=connection)
            for job_id in job_ids:
                queue.enqueue("tests.bench.rq_tasks.task", 1, job_id, REPOSITORY)

    await asyncio.to_thread(enqueue)


async def _submit_to_arq(port: int, job_ids: Sequence[str]) -> None:
    pool = await create_pool(RedisSettings(port=port))
    waiting = iter(job_ids)

    async def one_after_the_other() -> None:
        for job_id in waiting:
            await pool.enqueue_job("task", 1, job_id, REPOSITORY)

    await asyncio.gather(*(one_after_the_other() for _ in range(min(SUBMITTED_AT_ONCE, len(job_ids)))))
    await pool.aclose()


async def _submit_to_celery(port: int, job_ids: Sequence[str]) -> None:
    def send() -> None:
        with Celery(broker=f"redis://{LOOPBACK}:{port}/0", backend=f"redis://{LOOPBACK}:{port}/1") as app:
            for job_id in job_ids:
                app.send_task("tests.bench.celery_tasks.task", (1, job_id, REPOSITORY), ignore_result=False)

    await asyncio.to_thread(send)


def _rq(worker: str) -> Callable[[int], Sequence[Sequence[str]]]:
    def commands(port: int) -> Sequence[Sequence[str]]:
        url = f"redis://{LOOPBACK}:{port}"
        preloaded = ["--config", "tests.bench.rq_tasks"]  # imported before a fork, not in each
        options = ["--worker-class", f"rq.worker.{worker}", "--url", url, "--quiet", *preloaded, "tasks"]
        return [[_beside_python("rq"), "worker", *options]] * PROCESSES

    return commands


def _arq(_port: int) -> Sequence[Sequence[str]]:
    return [[_beside_python("arq"), "tests.bench.arq_tasks.WorkerSettings"]] * PROCESSES


def _celery(_port: int) -> Sequence[Sequence[str]]:
    quiet = ["--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    options = ["--app", "tests.bench.celery_tasks", "worker", "--concurrency", str(PROCESSES), *quiet]
    return [[_beside_python("celery"), *options]]


def _beside_python(command: str) -> str:
    return str(Path(sys.executable).parent / command)


RQ_SIMPLE = Peer(
    name="RQ SimpleWorker",
    how="4 workers on one queue",
    jobs={"every second": 400, "always": 400},
    submit=_submit_to_rq,
    workers=_rq("SimpleWorker"),
    environ={},
)
RQ_FORK = Peer(
    name="RQ Worker (forks)",
    how="4 workers on one queue",
    jobs={"every second": 80, "always": 80},
    submit=_submit_to_rq,
    workers=_rq("Worker"),
    environ={FORKS_VARIABLE: "1"},
)
ARQ = Peer(
    name="arq",
    how="4 workers, 64 tasks at once in each, poll_delay 0.05 s (default 0.5)",
    jobs={"every second": 800, "always": 800},
    submit=_submit_to_arq,
    workers=_arq,
    environ={},
)
CELERY = Peer(
    name="Celery",
    how="prefork with 4 children, late acknowledgement, prefetch 16, results kept",
    jobs={"every second": 800, "always": 800},
    submit=_submit_to_celery,
    workers=_celery,
    environ={},
)
PEERS = (RQ_SIMPLE, RQ_FORK, ARQ, CELERY)
