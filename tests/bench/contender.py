"""What is compared: systems that take a job and do its four tasks one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench.servers import Fsync


@dataclass(frozen=True)
class Finish:
    """When a job's first task began and when it was over, in seconds of the machine's clock."""

    picked_up_at: float
    ended_at: float


class Running(Protocol):
    """A contender with its server and its workers started."""

    async def submit(self, job_ids: Sequence[str]) -> None:
        """Hand in jobs, one request each; each is stored when this returns."""
        ...

    async def count(self) -> int:
        """Count the jobs that came to their end."""
        ...

    async def finishes(self) -> Mapping[str, Finish]:
        """Give every job that came to its end, as the system's own store has it."""
        ...

    async def workers(self) -> int:
        """Count the worker processes that were seen at work."""
        ...


class Contender(Protocol):
    name: str
    how: str
    """How it was run, for the reader of the table."""
    jobs: Mapping[Fsync, int]
    """Jobs a round: enough for a few seconds."""

    def running(self, folder: Path, fsync: Fsync) -> AbstractAsyncContextManager[Running]:
        """Start a fresh server and the workers."""
        ...
