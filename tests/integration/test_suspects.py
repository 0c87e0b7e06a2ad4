"""What was in a process that died works alone in the next, whatever its stage."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from shared.bus import Bus
from shared.events import RepoScanned, now
from shared.pipeline import JOBS, SCAN
from shared.pull import Pull
from tests.support.pipelines import Trivial, ended, pipeline_process, submission, submit, working

LONG_ENOUGH_SECONDS = 0.5
"""A scan that need not wait is over long before."""


async def die_with_it(bus: Bus) -> None:
    """Take a submission as a process would that dies of it: no report, no answer but that it comes again."""
    deliveries = Pull(bus, JOBS, (SCAN.name,), at_once=1).deliveries()
    delivery = await anext(deliveries)
    await delivery.again()
    await deliveries.aclose()


async def test_a_suspect_waits_until_the_other_stages_of_its_process_are_done(tmp_path: Path) -> None:
    trivial, began, go_on = Trivial(), asyncio.Event(), asyncio.Event()
    neighbour = submission("neighbour")
    scanned = RepoScanned(
        job_id="neighbour", spec=neighbour.spec, at=now(), commit="c" * 40, languages=("en",), facts="f"
    )

    async def write(event: Any, progress: Any) -> Any:
        if event.job_id == "neighbour":
            began.set()
            await go_on.wait()
        return await trivial.write(event, progress)

    others = {stage: handle for stage, handle in trivial.handlers().items() if stage != "write"}
    async with pipeline_process(tmp_path) as running:
        await running.bus.publish_once(scanned)
        async with working(running, {"write": write}):
            await began.wait()
            await submit(running, submission("suspect"))
            await die_with_it(running.bus)
            async with working(running, others):
                await asyncio.sleep(LONG_ENOUGH_SECONDS)
                calls = list(trivial.calls)
                go_on.set()
                record = await ended(running, "suspect")
    assert calls == []
    assert record.status == "finished"
