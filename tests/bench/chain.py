"""What every contender's jobs have in common. Imports next to nothing: RQ's forks start with it.

The peers' last task writes that a job is over into a hash of the same Redis, one field a job.
"""

from __future__ import annotations

import os
import time

TASKS = 4
PROCESSES = 4
REPOSITORY = "acme/site"
"""What each job is about; carried from task to task."""

PORT_VARIABLE, FORKS_VARIABLE = "BENCH_REDIS_PORT", "BENCH_FORKS"
PORT = int(os.environ.get(PORT_VARIABLE, "0"))
DATABASE = 9
FINISHED = "finished"


def finish(picked_up_at: float) -> str:
    """Give a field's value: when the first task began, when the last one ran, in which worker process."""
    worker = os.getppid() if os.environ.get(FORKS_VARIABLE) else os.getpid()
    return f"{picked_up_at!r} {time.time()!r} {worker}"
