"""The four tasks for RQ."""

from __future__ import annotations

import time

from redis import Redis
from rq import Queue

from tests.bench.chain import DATABASE, FINISHED, PORT, TASKS, finish

QUEUE = Queue("tasks", connection=Redis(port=PORT))
FINISHES = Redis(port=PORT, db=DATABASE)


def task(number: int, job_id: str, repository: str, picked_up_at: float | None = None) -> None:
    picked_up_at = picked_up_at or time.time()
    if number < TASKS:
        QUEUE.enqueue(task, number + 1, job_id, repository, picked_up_at)
    else:
        FINISHES.hset(FINISHED, job_id, finish(picked_up_at))
