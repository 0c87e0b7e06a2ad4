"""A real nats-server with a provisioned pipeline, and stages that do next to nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from shared.embedded import embedded_nats
from shared.events import (
    Event,
    JobClosed,
    JobEnded,
    JobSpec,
    JobSubmitted,
    NarrationReady,
    Output,
    RepoScanned,
    ScriptWritten,
    TranslationRequested,
    VideoPublished,
    VideoRendered,
    now,
)
from shared.job_events import Events, decode_events
from shared.jobs import fold
from shared.lifecycle import Process, process
from shared.offload import Progress
from shared.pipeline import PIPELINE
from shared.provision import provision
from shared.record import JobRecord
from shared.topology import ProvisionSettings

WAIT_SECONDS = 20.0


@contextlib.asynccontextmanager
async def pipeline_process(
    folder: Path, environ: Mapping[str, str] | None = None, **settings: Any
) -> AsyncIterator[Process]:
    """A process connected to a fresh server of its own."""
    stopping = asyncio.Event()
    async with (
        embedded_nats(folder) as url,
        process(url, "test", {"NATS_URL": url, **(environ or {})}, stopping) as running,
    ):
        await provision(running.bus, ProvisionSettings(**settings))
        yield running


def submission(job_id: str, *languages: str, **spec: Any) -> JobSubmitted:
    return JobSubmitted(
        job_id=job_id, spec=JobSpec(repo="acme/site", languages=languages or ("en",), **spec), at=now()
    )


class Trivial:
    """Handlers of all stages; `calls` tells which ran, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def handlers(self) -> dict[str, Any]:
        return {stage.name: getattr(self, stage.name) for stage in PIPELINE}

    def _note(self, stage: str, event: Event) -> dict[str, Any]:
        self.calls.append((stage, event.branch))
        return {"job_id": event.job_id, "spec": event.spec, "at": now()}

    async def scan(self, event: JobSubmitted, progress: Progress) -> RepoScanned:
        common = self._note("scan", event)
        return RepoScanned(**common, commit="c" * 40, languages=event.spec.languages or ("en",), facts="f")

    async def write(
        self, event: RepoScanned, progress: Progress
    ) -> list[ScriptWritten | TranslationRequested]:
        common = self._note("write", event)
        return [
            (ScriptWritten if language == "en" else TranslationRequested)(
                **common, language=language, languages=event.languages, facts="f", script="s"
            )
            for language in event.languages
        ]

    async def speak(self, event: ScriptWritten, progress: Progress) -> NarrationReady:
        return self._narrated("speak", event)

    async def translate(self, event: TranslationRequested, progress: Progress) -> NarrationReady:
        return self._narrated("translate", event)

    def _narrated(self, stage: str, event: ScriptWritten | TranslationRequested) -> NarrationReady:
        return NarrationReady(
            **self._note(stage, event),
            language=event.language,
            languages=event.languages,
            facts="f",
            script="s",
            narration="n",
        )

    async def render(self, event: NarrationReady, progress: Progress) -> VideoRendered:
        return VideoRendered(
            **self._note("render", event),
            language=event.language,
            languages=event.languages,
            facts="f",
            files={},
        )

    async def publish(self, event: VideoRendered, progress: Progress) -> VideoPublished:
        output = Output(
            language=event.language,
            video_url="file:///v",
            subtitles_url="file:///s",
            thumbnail_url="file:///t",
        )
        return VideoPublished(
            **self._note("publish", event), language=event.language, files={}, output=output
        )

    async def close(self, event: JobEnded, progress: Progress) -> JobClosed:
        return JobClosed(**self._note("close", event), generation=event.generation)


@contextlib.asynccontextmanager
async def working(running: Process, handlers: dict[str, Callable[..., Any]]) -> AsyncIterator[None]:
    """Run the stages that have a handler, until the block ends."""
    async with asyncio.TaskGroup() as group:
        for stage in PIPELINE:
            if stage.name in handlers:
                group.create_task(running.run_stage(stage, handlers[stage.name]))
        try:
            yield
        finally:
            running.stopping.set()


async def submit(running: Process, *submissions: JobSubmitted) -> None:
    for event in submissions:
        await running.bus.publish_once(event)


async def record_of(running: Process, job_id: str) -> JobRecord | None:
    stored = await running.bus.last([f"jobs.*.{job_id}.>"])
    return fold(Events(decode_events(message.payload for message in stored)))


async def ended(running: Process, job_id: str) -> JobRecord:
    """Wait for a job's end."""

    async def is_over() -> JobRecord | None:
        record = await record_of(running, job_id)
        return record if record and record.status in {"finished", "failed", "cancelled"} else None

    return await wait_until(is_over)


async def wait_until(condition: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """Wait until a condition, plain or async, gives something true, and give it."""
    async with asyncio.timeout(seconds):
        while True:
            result = condition()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return result
            await asyncio.sleep(0.02)
