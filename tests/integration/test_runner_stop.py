"""What a stopping runner does with what it has in hand."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from shared.pipeline import JOBS, SCAN
from shared.pull import Pull
from shared.runner import Runner
from tests.support.pipelines import (
    Trivial,
    ended,
    pipeline_process,
    record_of,
    submission,
    submit,
    wait_until,
    working,
)

SOON_SECONDS = 5.0
"""Much less than the thirty seconds the bus waits for a silent worker."""


async def test_work_that_outlasts_the_grace_time_is_handed_back_and_uses_up_no_attempt(
    tmp_path: Path,
) -> None:
    began, stopping = asyncio.Event(), asyncio.Event()

    async def endless(event: Any, progress: Any) -> None:
        began.set()
        await asyncio.sleep(3600)

    async with pipeline_process(tmp_path) as running:
        await submit(running, submission("a"))
        runner: Runner[Any, Any] = Runner(running.bus, SCAN, endless, grace_seconds=0.1)
        stopped = asyncio.create_task(runner.run(stopping))
        await began.wait()
        stopping.set()
        await asyncio.wait_for(stopped, SOON_SECONDS)
        waiting = await record_of(running, "a")
        async with working(running, Trivial().handlers()):
            record = await asyncio.wait_for(ended(running, "a"), SOON_SECONDS)
    assert waiting is not None
    assert waiting.stages[0].status == "waiting"
    assert record.status == "finished"
    assert record.stages[0].attempt == 1


async def test_a_runner_asked_to_stop_before_its_handler_runs_does_not_start_it(tmp_path: Path) -> None:
    stopping, calls, reported = asyncio.Event(), [], asyncio.Event()

    async def handle(event: Any, progress: Any) -> None:
        calls.append(event)

    async with pipeline_process(tmp_path) as running:
        store = running.bus.store

        async def slow_store(*arguments: Any) -> Any:
            reported.set()
            await asyncio.sleep(0.5)
            return await store(*arguments)

        await submit(running, submission("a"))
        running.bus.store = slow_store  # type: ignore[method-assign]
        runner: Runner[Any, Any] = Runner(running.bus, SCAN, handle, grace_seconds=0.0)
        stopped = asyncio.create_task(runner.run(stopping))
        await reported.wait()
        stopping.set()
        await asyncio.wait_for(stopped, SOON_SECONDS)
    assert calls == []


async def test_what_was_sent_but_not_taken_goes_to_another_worker_at_once(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running:
        await submit(running, submission("a"), submission("b"))
        deliveries = Pull(running.bus, JOBS, (SCAN.name,), at_once=2).deliveries()
        await anext(deliveries)
        await running.bus.client.flush()
        await deliveries.aclose()
        others = Pull(running.bus, JOBS, (SCAN.name,), at_once=1).deliveries()
        second = await asyncio.wait_for(anext(others), SOON_SECONDS)
        await others.aclose()
    assert ".b." in second.subject
    assert second.delivered == 2


async def test_output_that_cannot_be_stored_is_handed_back_when_the_process_stops(tmp_path: Path) -> None:
    trivial, stopping = Trivial(), asyncio.Event()
    async with pipeline_process(tmp_path, jobs_max_bytes=100_000) as running:
        await submit(running, submission("a"))

        async def scan(event: Any, progress: Any) -> Any:
            for number in range(20):
                await running.bus.ask(f"jobs.normal.junk.filler.all.g{number}", b"x" * 10_000)
            return await trivial.scan(event, progress)

        runner: Runner[Any, Any] = Runner(running.bus, SCAN, scan, grace_seconds=0.3)
        stopped = asyncio.create_task(runner.run(stopping))
        await wait_until(lambda: trivial.calls)
        stopping.set()
        await asyncio.wait_for(stopped, SOON_SECONDS)
        await running.bus.api(f"STREAM.PURGE.{JOBS}", {"filter": "jobs.normal.junk.>"})
        async with working(running, Trivial().handlers()):
            record = await asyncio.wait_for(ended(running, "a"), 2 * SOON_SECONDS)
    assert record.status == "finished"
