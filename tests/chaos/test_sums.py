"""The sums at the end of a kill run find each kind of fault; on a run without any they are silent."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from shared.bus import Stored
from shared.events import JobClosed, JobEnded, Outcome, now
from shared.parking import Parked
from shared.pipeline import subject
from tests.chaos.notes import Note
from tests.chaos.sums import Evidence, Outage, sums_of
from tests.support.pipelines import submission

SCANNED = "jobs.normal.good.scanned.all.g0"


def stored(*jobs: tuple[str, Outcome | None]) -> list[Stored]:
    """Give what a stream holds of jobs that ended so, or are under way."""
    messages: list[tuple[str, bytes]] = []
    for job, outcome in jobs:
        submitted = submission(job)
        messages.append((subject(submitted), msgspec.json.encode(submitted)))
        if outcome == "finished":
            messages += [(f"jobs.normal.{job}.published.{language}.g0", b"{}") for language in ("en", "pt")]
        if outcome is not None:
            ended = JobEnded(job_id=job, spec=submitted.spec, at=now(), outcome=outcome)
            closed = JobClosed(job_id=job, spec=submitted.spec, at=now())
            messages += [(subject(event), msgspec.json.encode(event)) for event in (ended, closed)]
    return [Stored(where, number, payload) for number, (where, payload) in enumerate(messages, start=1)]


def parked(job: str) -> Parked:
    return Parked(
        stage="write",
        job_id=job,
        subject=f"jobs.normal.{job}.scanned.all.g0",
        sequence=1,
        attempts=3,
        reason="no",
        traceback="",
        at=now(),
        event="",
    )


def run(pid: int, where: str = SCANNED, at: float = 1.0) -> Note:
    return Note(what="run", stage="write", subject=where, pid=pid, at=at)


def evidence(**differently: object) -> Evidence:
    """One job that finished, and one that was refused."""
    messages = stored(("good", "finished"), ("bad", "failed"))
    known = {
        "accepted": {"good": "acme/site-1", "bad": "acme/refused-2"},
        "stored": messages,
        "audited": messages,
        "parked": [parked("bad")],
        "notes": [run(1)],
        "records": {"good": "finished", "bad": "failed"},
        "killed": frozenset[int](),
        "outages": [],
        "crashes": [],
    }
    return Evidence(**(known | differently))  # type: ignore[arg-type]


def test_a_run_without_faults_adds_up() -> None:
    sums = sums_of(evidence())
    assert sums.faults == []
    assert (sums.accepted, sums.published, sums.parked, sums.in_flight) == (2, 1, 1, 0)


FAULTY: dict[str, Callable[[], Evidence]] = {
    "lost was accepted and is nowhere": lambda: evidence(
        accepted={"good": "acme/site-1", "bad": "acme/refused-2", "lost": "acme/site-3"}
    ),
    "good is still on its way": lambda: evidence(stored=stored(("good", None), ("bad", "failed"))),
    "bad was never accepted": lambda: evidence(accepted={"good": "acme/site-1"}),
    "good is published and parked": lambda: evidence(parked=[parked("good"), parked("bad")]),
    "good ended and was never closed": lambda: evidence(
        stored=[message for message in stored(("good", "finished")) if ".closed." not in message.subject]
    ),
    "published.en.g0 was stored 2 times": lambda: evidence(
        audited=[*stored(("good", "finished")), Stored("jobs.normal.good.published.en.g0", 9, b"{}")]
    ),
    "(acme/site-1) ended ['failed']": lambda: evidence(stored=stored(("good", "failed"), ("bad", "failed"))),
    "write ran again": lambda: evidence(notes=[run(1), run(2, at=2.0)]),
    "GET /jobs/good says started": lambda: evidence(records={"good": "started", "bad": "failed"}),
    "scanner ended by itself": lambda: evidence(crashes=["scanner ended by itself"]),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_each_fault_is_found(fault: str) -> None:
    faults = sums_of(FAULTY[fault]()).faults
    assert any(fault in found for found in faults), faults


@pytest.mark.parametrize("excuse", [{"killed": frozenset({1})}, {"outages": [Outage(began=1.5, ended=1.8)]}])
def test_what_was_interrupted_may_run_again(excuse: dict[str, object]) -> None:
    assert sums_of(evidence(notes=[run(1), run(2, at=2.0)], **excuse)).faults == []


def test_a_job_may_fail_only_if_one_stage_of_it_was_killed_as_often_as_it_may_be_tried() -> None:
    failed = {
        "stored": stored(("good", "failed"), ("bad", "failed")),
        "parked": [parked("good"), parked("bad")],
        "records": {"good": "failed", "bad": "failed"},
    }
    often = [run(1), run(2), run(3)]
    assert sums_of(evidence(notes=often, killed=frozenset({1, 2, 3}), **failed)).faults == []
    assert sums_of(evidence(notes=often, killed=frozenset({1, 2}), **failed)).strange_ends != []
