"""What every process needs to live: connections, a signal to stop by, and the stages it runs."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.attempt import Handler
from shared.blobs import Blobs
from shared.bus import Bus, connect
from shared.errors import SettingsError
from shared.isolation import Isolation
from shared.measures import Measures
from shared.pipeline import In, Out, Stage
from shared.runner import Runner
from shared.settings import Patience, load
from shared.tracing import OFF, Tracer, tracing
from shared.workers import announce

COLLECT_EACH = 20_000
"""Objects made before Python looks for cycles among them. Events make none; under load the default of 700
costs a tenth of a worker's time."""


@dataclass(frozen=True)
class Process:
    """What a service is given to work with."""

    bus: Bus
    blobs: Blobs
    stopping: asyncio.Event
    environ: Mapping[str, str]
    tracer: Tracer = OFF
    measures: Measures = field(default_factory=Measures)
    isolation: Isolation = field(default_factory=Isolation)

    async def run_stage(self, stage: Stage[In, Out], handle: Handler[In, Out], *, at_once: int = 1) -> None:
        """Work on one stage until this process is asked to stop."""
        patient = load(Patience, self.environ).with_stage(stage)
        async with asyncio.TaskGroup() as group:
            group.create_task(announce(self.bus, stage.name, self.stopping, self.measures))
            runner = Runner(
                self.bus, patient, handle, at_once=at_once, tracer=self.tracer, isolation=self.isolation
            )
            group.create_task(runner.run(self.stopping))


@contextlib.asynccontextmanager
async def process(
    url: str, name: str, environ: Mapping[str, str], stopping: asyncio.Event
) -> AsyncIterator[Process]:
    """Connect to NATS twice: events on one connection, big bytes on the other."""
    gc.set_threshold(COLLECT_EACH, 20, 20)
    async with (
        tracing(name, environ) as tracer,
        connect(url, name, inbox_prefix=f"_INBOX_{name}") as bus,
        connect(url, f"{name}-media", inbox_prefix=f"_INBOX_{name}") as media,
    ):
        yield Process(bus, Blobs(media), stopping, environ, tracer)


@contextlib.contextmanager
def stop_on_signals(stopping: asyncio.Event) -> Iterator[None]:
    """Set `stopping` at the first SIGTERM or SIGINT; a second SIGINT interrupts as usual."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopping.set()
        loop.remove_signal_handler(signal.SIGINT)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def together(work: Mapping[str, Coroutine[Any, Any, None]], *, only: str | None) -> None:
    """Run several stages side by side, or the one named.

    Raises SettingsError when no stage has that name.
    """
    if only is not None and only not in work:
        for unused in work.values():
            unused.close()
        raise SettingsError(f"there is no stage {only!r} here; there is {', '.join(work)}")
    async with asyncio.TaskGroup() as group:
        for name, stage in work.items():
            if only in {None, name}:
                group.create_task(stage)
            else:
                stage.close()


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Raise what went wrong first in a task group, not the group."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from group
