"""One service as its own process, with handlers that take a moment and write down that they ran.

    python -m tests.chaos.worker SERVICE URL NOTES [--mutant NAME] [--lag SECONDS]

Everything but the handlers is the real thing. `--lag` delays each request to NATS a little, before and after,
as a network would. Repositories with a trouble's name in theirs get that trouble.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import time
from pathlib import Path
from typing import Any

from shared.bus import Bus
from shared.errors import Reject
from shared.events import Event, JobSubmitted, RepoScanned, ScriptWritten, now
from shared.lifecycle import process, stop_on_signals
from shared.offload import run_in_child
from shared.pipeline import PIPELINE, subject
from shared.pull import Delivery
from shared.runner import Runner
from shared.settings import Patience, load
from shared.telemetry import LogSettings, configure_logging
from tests.chaos.mutants import MUTANTS, mutant
from tests.chaos.notes import Note, Notebook
from tests.support.pipelines import Trivial

HANDLER_SECONDS = 0.02
LANGUAGES = ("en", "pt")
LIMIT_SECONDS = 2.0
LONG_SECONDS = 10.0
REFUSED, POISON, HANGING, LONG = "refused", "poison", "hanging", "long"
"""The scanner refuses, and writing kills the process, until there is a file `mended`; speaking never comes to
an end, or only much later than the bus has patience."""


class Noted(Trivial):
    """Trivial handlers that take up to 20 ms and note that they ran."""

    def __init__(self, notes: Notebook) -> None:
        super().__init__()
        self._notes = notes

    def handlers(self) -> dict[str, Any]:
        return {name: self._noted(name, handle) for name, handle in super().handlers().items()}

    def _noted(self, name: str, handle: Any) -> Any:
        async def noted(event: Event, progress: Any) -> Any:
            self._notes.write(Note(what="run", stage=name, subject=subject(event)))
            await asyncio.sleep(random.uniform(0, HANDLER_SECONDS))
            return await handle(event, progress)

        return noted

    async def scan(self, event: JobSubmitted, progress: Any) -> RepoScanned:
        if REFUSED in event.spec.repo and not self._is_mended():
            raise Reject(f"{event.spec.repo} is gone", code="not_found")
        languages = event.spec.languages or LANGUAGES
        return RepoScanned(
            job_id=event.job_id, spec=event.spec, at=now(), commit=None, languages=languages, facts="f"
        )

    async def write(self, event: RepoScanned, progress: Any) -> Any:
        if POISON in event.spec.repo and not self._is_mended():
            os._exit(139)
        return await super().write(event, progress)

    def _is_mended(self) -> bool:
        return self._notes.path.with_name("mended").exists()

    async def speak(self, event: ScriptWritten, progress: Any) -> Any:
        if HANGING in event.spec.repo or LONG in event.spec.repo:
            seconds = LONG_SECONDS if LONG in event.spec.repo else None
            limit = 3600.0 if event.spec.ref == "patient" else LIMIT_SECONDS
            limit = 3600.0 if LONG in event.spec.repo else limit
            where = subject(event)
            try:
                await run_in_child(spin, progress, limit, str(self._notes.path), where, seconds)
            finally:
                self._notes.write(Note(what="gone", stage="speak", subject=where))
        return await super().speak(event, progress)


def spin(progress: Any, notes: str, where: str, seconds: float | None) -> None:
    """Use the processor for a time, or for ever without a pause for other threads; in a child process."""
    Notebook(Path(notes)).write(Note(what="child", stage="speak", subject=where))
    if seconds is None:
        re.match("(a+)+$", "a" * 100 + "b")
        return
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.001)


class NotedRunner(Runner[Any, Any]):
    """Notes each message that comes, before anything is done about it."""

    notes: Notebook

    async def work(self, delivery: Delivery) -> None:
        note = Note(
            what="taken", stage=self._stage.name, subject=delivery.subject, sequence=delivery.sequence
        )
        self.notes.write(note)
        await super().work(delivery)


def slow_down(bus: Bus, seconds: float) -> None:
    """Have every request take a moment on its way out and back."""
    ask = bus.ask

    async def lagging(*arguments: Any, **named: Any) -> Any:
        await asyncio.sleep(random.uniform(0, seconds))
        answer = await ask(*arguments, **named)
        await asyncio.sleep(random.uniform(0, seconds))
        return answer

    bus.ask = lagging  # type: ignore[method-assign]


async def work(service: str, url: str, notes: Notebook, lag_seconds: float) -> None:
    stopping = asyncio.Event()
    handlers = Noted(notes).handlers()
    patience = load(Patience, os.environ)
    with stop_on_signals(stopping):
        async with process(url, service, os.environ, stopping) as running, asyncio.TaskGroup() as group:
            slow_down(running.bus, lag_seconds)
            for stage in PIPELINE:
                if stage.service == service:
                    patient, handle = patience.with_stage(stage), handlers[stage.name]
                    runner = NotedRunner(running.bus, patient, handle, isolation=running.isolation)
                    runner.notes = notes
                    group.create_task(runner.run(stopping))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("service")
    parser.add_argument("url")
    parser.add_argument("notes", type=Path)
    parser.add_argument("--mutant", choices=("", *MUTANTS), default="")
    parser.add_argument("--lag", type=float, default=0.01)
    options = parser.parse_args()
    configure_logging(load(LogSettings, os.environ))
    with mutant(options.mutant):
        asyncio.run(work(options.service, options.url, Notebook(options.notes), options.lag))


if __name__ == "__main__":
    main()
