"""The limit of a whole job: what is worked on for too long ends, and can be retried."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.gateway.overtime import worked_seconds
from shared.errors import Retry
from shared.events import (
    AnyEvent,
    JobEnded,
    JobSpec,
    JobSubmitted,
    NarrationReady,
    RepoScanned,
    ScriptProposed,
    ScriptWritten,
    StageReported,
    TranslationRequested,
)
from shared.job_events import Events
from shared.offload import Progress
from tests.support.doors import ask, door, record
from tests.support.pipelines import Trivial, submission, submit, wait_until, working

JOB = "a" * 32
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Endless(Trivial):
    """Speaking never comes to an end, until it is mended."""

    def __init__(self) -> None:
        super().__init__()
        self.mended = False
        self.stopped = asyncio.Event()

    async def speak(self, event: ScriptWritten, progress: Progress) -> NarrationReady:
        try:
            if not self.mended:
                await asyncio.sleep(60)
        finally:
            self.stopped.set()
        return await super().speak(event, progress)


class Patient(Trivial):
    """Scanning waits for longer than the job may take."""

    async def scan(self, event: JobSubmitted, progress: Progress) -> RepoScanned:
        scanned = await super().scan(event, progress)
        if len(self.calls) == 1:
            raise Retry("the quota is used up", delay_seconds=3.0)
        return scanned


async def test_a_job_that_takes_too_long_fails_and_its_worker_stops(tmp_path: Path) -> None:
    endless = Endless()
    async with (
        door(tmp_path, job_timeout_seconds=1.0) as (session, running),
        working(running, endless.handlers()),
    ):
        await submit(running, submission(JOB))
        failed = await record(session, JOB, "failed")
        await asyncio.wait_for(endless.stopped.wait(), 2)
        calls = list(endless.calls)
        endless.mended = True
        await wait_until(lambda: _counts(session, 0))
        await ask(session, "POST", f"/jobs/{JOB}/retry")
        finished = await record(session, JOB, "finished")
    error = failed["error"]
    assert (error["code"], error["stage"], error["language"]) == ("job_timeout", "speak", "en")
    assert error["retryable"]
    assert [call for call in calls if call[0] in {"scan", "write"}] == [("scan", "all"), ("write", "all")]
    assert finished["error"] is None
    assert endless.calls.count(("scan", "all")) == 1


async def test_what_a_job_waits_for_does_not_count(tmp_path: Path) -> None:
    async with (
        door(tmp_path, job_timeout_seconds=1.0) as (session, running),
        working(running, Patient().handlers()),
    ):
        await submit(running, submission(JOB))
        finished = await record(session, JOB, "finished")
    assert finished["error"] is None
    assert finished["stages"][0]["seconds"] < 1


async def test_a_retried_job_counts_among_the_open_ones(tmp_path: Path) -> None:
    endless = Endless()
    async with door(tmp_path) as (session, running), working(running, endless.handlers()):
        await submit(running, submission(JOB))
        await wait_until(lambda: _counts(session, 1))
        await ask(session, "POST", f"/jobs/{JOB}/cancel")
        await wait_until(lambda: _counts(session, 0))
        await ask(session, "POST", f"/jobs/{JOB}/retry")
        await wait_until(lambda: _counts(session, 1))


async def _counts(session: Any, expected: int) -> bool:
    _, health, _ = await ask(session, "GET", "/health")
    return bool(health["queue_length"] == expected)


def made(kind: Any, second: float, **fields: Any) -> Any:
    spec = JobSpec(repo="acme/site", languages=("en", "pt"))
    return kind(job_id=JOB, spec=spec, at=START + timedelta(seconds=second), **fields)


def began(second: float) -> dict[str, Any]:
    return {"started_at": START + timedelta(seconds=second), "attempt": 1}


KNOWN = {"languages": ("en", "pt"), "facts": "f"}
SUBMITTED = made(JobSubmitted, 0)
SCANNED = made(RepoScanned, 30, commit=None, **began(20), **KNOWN)
WRITTEN = made(ScriptWritten, 40, language="en", script="s", **began(30), **KNOWN)
ASKED = made(TranslationRequested, 40, language="pt", script="s", **began(30), **KNOWN)
SPOKEN = made(NarrationReady, 70, language="en", script="s", narration="n", **began(50), **KNOWN)
TRANSLATING = made(StageReported, 61, stage="translate", part="pt", status="started", **began(60))
APPROVED = made(ScriptProposed, 5000, script="s", approved=True, **began(30), **KNOWN)
ENDED = made(JobEnded, 200, outcome="failed")
AGAIN = made(StageReported, 302, stage="translate", part="pt", status="started", generation=1, **began(300))


@pytest.mark.parametrize(
    ("events", "moment", "worked"),
    [
        ([SUBMITTED], 1000, 0),
        ([SUBMITTED, SCANNED], 1000, 10),
        ([SUBMITTED, SCANNED, WRITTEN, ASKED], 1000, 20),
        ([SUBMITTED, SCANNED, WRITTEN, ASKED, SPOKEN, TRANSLATING], 90, 60),
        ([SUBMITTED, SCANNED, APPROVED], 5000, 10),
        ([SUBMITTED, SCANNED, WRITTEN, ASKED, SPOKEN, ENDED, AGAIN], 310, 10),
    ],
    ids=["queued", "scanned", "written", "two languages at once", "approved late", "retried"],
)
def test_time_at_work_is_counted_once(events: list[AnyEvent], moment: float, worked: float) -> None:
    assert worked_seconds(Events(events), START + timedelta(seconds=moment)) == pytest.approx(worked)
