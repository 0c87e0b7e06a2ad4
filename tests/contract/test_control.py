"""Cancel, retry and requeue over HTTP, with real stages that fail and are mended."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from shared.errors import Reject
from tests.contract.test_http import ask, door
from tests.support.pipelines import Trivial, submission, submit, wait_until, working

JOB = "a" * 32


async def state(session: Any) -> dict[str, Any]:
    record: dict[str, Any] = (await ask(session, "GET", f"/jobs/{JOB}"))[1]
    return record


async def reaches(session: Any, status: str) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        record = await state(session)
        return record if record["status"] == status else None

    record: dict[str, Any] = await wait_until(there)
    return record


class Breakable(Trivial):
    """Stages of which some refuse until they are mended."""

    def __init__(self, *broken: tuple[str, str]) -> None:
        super().__init__()
        self.broken = set(broken)

    def _note(self, stage: str, event: Any) -> dict[str, Any]:
        if (stage, event.branch) in self.broken:
            raise Reject(f"{stage} is broken", code="broken")
        return super()._note(stage, event)


async def test_a_queued_job_is_cancelled_and_never_worked_on(tmp_path: Path) -> None:
    trivial = Trivial()
    async with door(tmp_path) as (session, running):
        await submit(running, submission(JOB))
        status, record, _ = await ask(session, "POST", f"/jobs/{JOB}/cancel")
        again = await ask(session, "POST", f"/jobs/{JOB}/cancel")
        async with working(running, trivial.handlers()):
            await submit(running, submission("b" * 32))

            async def other_is_done() -> bool:
                return (await ask(session, "GET", f"/jobs/{'b' * 32}"))[1]["status"] == "finished"

            await wait_until(other_is_done)
        record = await state(session)
    assert status == again[0] == 200
    assert record["status"] == "cancelled"
    assert {row["status"] for row in record["stages"]} <= {"cancelled", "finished"}
    assert ("publish", "en") in trivial.calls
    assert len([call for call in trivial.calls if call[0] == "publish"]) == 1


async def test_cancelling_reaches_a_handler_that_runs_within_two_seconds(tmp_path: Path) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def endless(event: object, progress: object) -> None:
        started.set()
        try:
            await asyncio.sleep(3600)
        finally:
            stopped.set()

    handlers = Trivial().handlers() | {"render": endless}
    async with door(tmp_path) as (session, running), working(running, handlers):
        await submit(running, submission(JOB))
        await asyncio.wait_for(started.wait(), 10)
        await ask(session, "POST", f"/jobs/{JOB}/cancel")
        await asyncio.wait_for(stopped.wait(), 2)
        record = await reaches(session, "cancelled")
    assert [row["status"] for row in record["stages"]] == ["finished"] * 3 + ["cancelled"] * 2


async def test_a_retry_runs_only_what_did_not_finish(tmp_path: Path) -> None:
    stages = Breakable(("render", "es"))
    async with door(tmp_path) as (session, running), working(running, stages.handlers()):
        await submit(running, submission(JOB, "en", "es"))
        failed = await reaches(session, "failed")
        before = list(stages.calls)
        stages.broken.clear()
        status, opened, _ = await ask(session, "POST", f"/jobs/{JOB}/retry")
        again = await ask(session, "POST", f"/jobs/{JOB}/retry")
        record = await reaches(session, "finished")
        parked = (await ask(session, "GET", "/parked"))[1]["parked"]
    assert failed["error"]["language"] == "es"
    assert status == again[0] == 200
    assert opened["status"] in {"started", "finished"}
    assert opened["error"] is None
    assert stages.calls[len(before) :] == [("render", "es"), ("publish", "es"), ("close", "all")]
    kept = [row for row in failed["stages"] if row["status"] == "finished"]
    assert all(row in record["stages"] for row in kept)
    assert parked == []


@pytest.mark.parametrize("first", ["translate", "render", "publish"])
async def test_a_retry_from_a_stage_runs_it_and_those_after_it_for_the_languages_asked_for(
    tmp_path: Path, first: str
) -> None:
    stages, order = Trivial(), ["translate", "render", "publish"]
    async with door(tmp_path) as (session, running), working(running, stages.handlers()):
        await submit(running, submission(JOB, "en", "es"))
        await reaches(session, "finished")
        before = len(stages.calls)
        body = {"from_stage": first, "languages": ["es"]}
        await ask(session, "POST", f"/jobs/{JOB}/retry", json=body)
        await wait_until(lambda: ("close", "all") in stages.calls[before:])
        await reaches(session, "finished")
        wrong = await ask(session, "POST", f"/jobs/{JOB}/retry", json={"languages": ["de"]})
        unknown = await ask(session, "POST", f"/jobs/{'f' * 32}/retry")
    again = [(stage, "es") for stage in order[order.index(first) :]]
    assert stages.calls[before:] == [*again, ("close", "all")]
    assert (wrong[0], unknown[0]) == (422, 404)


async def test_parked_work_is_listed_with_its_reason_and_finishes_after_a_requeue(tmp_path: Path) -> None:
    stages = Breakable(("write", "all"))
    async with door(tmp_path) as (session, running), working(running, stages.handlers()):
        await submit(running, submission(JOB))
        await reaches(session, "failed")
        parked = (await ask(session, "GET", "/parked"))[1]["parked"]
        stages.broken.clear()
        status, _, _ = await ask(session, "POST", f"/parked/{parked[0]['id']}/requeue")
        await reaches(session, "finished")
        left = (await ask(session, "GET", "/parked"))[1]["parked"]
        gone = await ask(session, "POST", f"/parked/{parked[0]['id']}/requeue")
        odd = await ask(session, "POST", "/parked/write->/requeue")
    assert [(entry["stage"], entry["reason"], entry["job_id"]) for entry in parked] == [
        ("write", "write is broken", JOB)
    ]
    assert status == 200
    assert left == []
    assert (gone[0], odd[0]) == (404, 404)
    assert stages.calls.count(("scan", "all")) == 1


async def test_a_cancelled_job_can_be_retried(tmp_path: Path) -> None:
    stages = Trivial()
    async with door(tmp_path) as (session, running):
        await submit(running, submission(JOB))
        await ask(session, "POST", f"/jobs/{JOB}/cancel")
        async with working(running, stages.handlers()):
            await ask(session, "POST", f"/jobs/{JOB}/retry")
            await reaches(session, "finished")
    assert stages.calls.count(("publish", "en")) == 1
