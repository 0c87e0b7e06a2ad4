"""The four tasks for Celery."""

from __future__ import annotations

import time

from celery import Celery
from redis import Redis

from tests.bench.chain import DATABASE, FINISHED, PORT, TASKS, finish

app = Celery("tasks", broker=f"redis://127.0.0.1:{PORT}/0", backend=f"redis://127.0.0.1:{PORT}/1")
app.conf.task_acks_late = True
app.conf.worker_prefetch_multiplier = 16
FINISHES = Redis(port=PORT, db=DATABASE)


@app.task
def task(number: int, job_id: str, repository: str, picked_up_at: float | None = None) -> None:
    picked_up_at = picked_up_at or time.time()
    if number < TASKS:
        task.delay(number + 1, job_id, repository, picked_up_at)
    else:
        FINISHES.hset(FINISHED, job_id, finish(picked_up_at))
