"""Which ends stop a runner's work, and what does not keep a job from ending."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.endings import settle
from shared.errors import Unavailable
from shared.events import JobEnded, now
from shared.pipeline import subject
from tests.support.pipelines import (
    Trivial,
    ended,
    pipeline_process,
    submission,
    submit,
    wait_until,
    working,
)


async def test_the_end_of_an_earlier_generation_stops_nothing(tmp_path: Path) -> None:
    trivial, began, go_on = Trivial(), asyncio.Event(), asyncio.Event()

    async def scan(event: Any, progress: Any) -> Any:
        began.set()
        await go_on.wait()
        return await trivial.scan(event, progress)

    async with pipeline_process(tmp_path) as running, working(running, {"scan": scan}):
        event = msgspec.structs.replace(submission("a"), generation=1)
        await submit(running, event)
        await began.wait()
        late = JobEnded(job_id="a", spec=event.spec, at=now(), generation=0, outcome="failed")
        await running.bus.publish_once(late)
        await running.bus.client.flush()
        go_on.set()
        stored = await wait_until(lambda: running.bus.last(["jobs.*.a.scanned.all.g1"]))
    assert len(stored) == 1
    assert trivial.calls == [("scan", "all")]


async def test_the_end_of_its_own_generation_stops_a_handler(tmp_path: Path) -> None:
    began, stopped = asyncio.Event(), asyncio.Event()

    async def endless(event: Any, progress: Any) -> None:
        began.set()
        try:
            await asyncio.sleep(3600)
        finally:
            stopped.set()

    async with pipeline_process(tmp_path) as running, working(running, {"scan": endless}):
        event = submission("a")
        await submit(running, event)
        await began.wait()
        await running.bus.publish_once(JobEnded(job_id="a", spec=event.spec, at=now(), outcome="cancelled"))
        await asyncio.wait_for(stopped.wait(), 2)


async def test_the_end_that_closing_works_on_does_not_stop_it_however_late_the_word_of_it_comes(
    tmp_path: Path,
) -> None:
    trivial, began, go_on = Trivial(), asyncio.Event(), asyncio.Event()

    async def close(event: Any, progress: Any) -> Any:
        began.set()
        await go_on.wait()
        return await trivial.close(event, progress)

    handlers = trivial.handlers() | {"close": close}
    async with pipeline_process(tmp_path) as running, working(running, handlers):
        await submit(running, submission("a"))
        await began.wait()
        await running.bus.tell("live.jobs.normal.a.ended.all.g0", b"{}")
        await running.bus.client.flush()
        go_on.set()
        record = await ended(running, "a")
    assert record.status == "finished"


async def test_a_message_that_is_no_event_does_not_keep_its_job_from_ending(tmp_path: Path) -> None:
    trivial = Trivial()
    async with pipeline_process(tmp_path) as running:
        event = submission("a", "en", "es")
        await submit(running, event)
        await running.bus.store("jobs.normal.a.fromthefuture.all.g0", b'{"event": "fromthefuture"}', {})
        await running.bus.store("jobs.normal.a.rendered.xx.g0", b"{", {})
        async with working(running, trivial.handlers()):
            record = await ended(running, "a")
    assert record.status == "finished"


async def test_a_job_is_not_settled_on_a_view_that_lacks_ones_own_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.endings.CATCH_UPS", 2)
    async with pipeline_process(tmp_path) as running:
        event = submission("a")
        await submit(running, event)
        await settle(running.bus, event, subject(event))
        with pytest.raises(Unavailable, match="no replica has"):
            await settle(running.bus, event, subject(event), 99)
        with pytest.raises(Unavailable, match="no replica has"):
            await settle(running.bus, event, "jobs.normal.a.published.en.g0")
