"""One worker process of Reporeel: one stage of the real runner, with a handler that does nothing.

    python -m tests.bench.stages NATS_URL STAGE AT_ONCE

What the handlers pass on in `facts` is the moment the first of them began.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

import uvloop

from shared.attempt import Handler
from shared.events import JobSubmitted, NarrationReady, RepoScanned, ScriptWritten, VideoRendered, now
from shared.lifecycle import process, stop_on_signals
from shared.offload import Progress
from shared.pipeline import RENDER, SCAN, SPEAK, WRITE, stage_named
from shared.telemetry import LogSettings, configure_logging

STAGES = (SCAN, WRITE, SPEAK, RENDER)


async def scan(event: JobSubmitted, progress: Progress) -> RepoScanned:
    began = repr(time.time())
    return RepoScanned(
        job_id=event.job_id, spec=event.spec, at=now(), commit=None, languages=("en",), facts=began
    )


async def write(event: RepoScanned, progress: Progress) -> list[ScriptWritten]:
    written = ScriptWritten(
        job_id=event.job_id,
        spec=event.spec,
        at=now(),
        language="en",
        languages=event.languages,
        facts=event.facts,
        script="s",
    )
    return [written]


async def speak(event: ScriptWritten, progress: Progress) -> NarrationReady:
    return NarrationReady(
        job_id=event.job_id,
        spec=event.spec,
        at=now(),
        language="en",
        languages=event.languages,
        facts=event.facts,
        script="s",
        narration="n",
    )


async def render(event: NarrationReady, progress: Progress) -> VideoRendered:
    return VideoRendered(
        job_id=event.job_id,
        spec=event.spec,
        at=now(),
        language="en",
        languages=event.languages,
        facts=event.facts,
        files={},
    )


HANDLERS: Mapping[str, Handler[Any, Any]] = {"scan": scan, "write": write, "speak": speak, "render": render}


async def main(url: str, stage: str, at_once: int) -> None:
    configure_logging(LogSettings(level="warning"))
    stopping = asyncio.Event()
    with stop_on_signals(stopping):
        async with process(url, stage, os.environ, stopping) as running:
            await running.run_stage(stage_named(stage), HANDLERS[stage], at_once=at_once)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
