"""The four tasks for arq."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import uvloop
from arq.connections import RedisSettings
from redis.asyncio import Redis

from tests.bench.chain import DATABASE, FINISHED, PORT, TASKS, finish

asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


async def task(
    context: dict[str, Any], number: int, job_id: str, repository: str, picked_up_at: float | None = None
) -> None:
    picked_up_at = picked_up_at or time.time()
    if number < TASKS:
        await context["redis"].enqueue_job("task", number + 1, job_id, repository, picked_up_at)
    else:
        await context["finishes"].hset(FINISHED, job_id, finish(picked_up_at))


async def start(context: dict[str, Any]) -> None:
    context["finishes"] = Redis(port=PORT, db=DATABASE)


class WorkerSettings:
    functions = (task,)
    on_startup = start
    redis_settings = RedisSettings(port=PORT)
    max_jobs = 64
    poll_delay = 0.05
    """A tenth of its default: at that, each task of an idle system waits for a quarter of a second."""
    log_results = False
