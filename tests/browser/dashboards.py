"""A gateway on a thread of its own, with stages that wait for a nod, so that a browser sees them go."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import msgspec

from services.gateway.__main__ import serving
from services.gateway.settings import GatewaySettings
from services.narrator.writer import Writer
from shared.errors import Reject
from shared.events import JobSubmitted, NarrationReady, RepoScanned, VideoRendered
from shared.lifecycle import Process
from shared.offload import Progress
from tests.support.fact_bases import LIBRARY
from tests.support.pipelines import Trivial, pipeline_process, record_of, wait_until, working

START_SECONDS = 60
GONE, GATED = "acme/gone", "acme/gated"


class Stages(Trivial):
    """Trivial, but the writer is real; `acme/gone` fails until `found`, `acme/gated` renders until `nod`."""

    def __init__(self, running: Process, films: Path | None) -> None:
        super().__init__()
        self._blobs = running.blobs
        self._films = films
        self.nod = asyncio.Event()
        self.half = asyncio.Event()
        self.found = False

    def wait_again(self) -> None:
        self.nod.clear()
        self.half.clear()

    async def scan(self, event: JobSubmitted, progress: Progress) -> RepoScanned:
        if event.spec.repo == GONE and not self.found:
            raise Reject("acme/gone is not there", code="repo", hint="Check the name.")
        scanned = await super().scan(event, progress)
        facts = await self._blobs.put(msgspec.json.encode(LIBRARY))
        return msgspec.structs.replace(scanned, facts=facts)

    async def write(self, event: RepoScanned, progress: Progress) -> Any:
        self._note("write", event)
        heard = msgspec.structs.replace(event, spec=msgspec.structs.replace(event.spec, narration=None))
        return await Writer(self._blobs).handle(heard, progress)

    async def render(self, event: NarrationReady, progress: Progress) -> VideoRendered:
        if event.spec.repo == GATED:
            progress(50)
            self.half.set()
            await self.nod.wait()
        rendered = await super().render(event, progress)
        names = self._films.iterdir() if self._films else ()
        files = {
            path.name: await self._blobs.put_file(path)
            for path in names
            if f".{event.language}." in path.name
        }
        return msgspec.structs.replace(rendered, files=files)


class Dashboard:
    """What a test reaches from its own thread."""

    def __init__(
        self, address: str, running: Process, stages: Stages, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.address = address
        self.running = running
        self.stages = stages
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    def call(self, act: Callable[[], Any]) -> None:
        self._loop.call_soon_threadsafe(act)

    def ended(self, job_id: str) -> str:
        """Wait for a job's end; gives its status."""

        async def over() -> str | None:
            record = await record_of(self.running, job_id)
            return record.status if record and record.ended_at else None

        return str(self.do(wait_until(over)))


@contextlib.contextmanager
def dashboard(folder: Path, films: Path | None = None, **settings: Any) -> Iterator[Dashboard]:
    ready: list[Dashboard] = []
    failed: list[BaseException] = []
    started, stop = threading.Event(), asyncio.Event()

    async def live() -> None:
        async with _served(folder, films, settings) as served:
            ready.append(served)
            started.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failed.append(error)
        finally:
            started.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert started.wait(START_SECONDS)
        assert ready, failed
        yield ready[0]
    finally:
        if ready:
            ready[0].call(stop.set)
        thread.join(START_SECONDS)
    assert not failed, failed


@contextlib.asynccontextmanager
async def _served(folder: Path, films: Path | None, settings: dict[str, Any]) -> AsyncIterator[Dashboard]:
    async with pipeline_process(folder) as running:
        known = GatewaySettings(**({"port": 0} | settings))
        async with serving(running, known) as address:
            stages = Stages(running, films)
            async with working(running, stages.handlers()):
                yield Dashboard(address, running, stages, asyncio.get_running_loop())
                stages.nod.set()
