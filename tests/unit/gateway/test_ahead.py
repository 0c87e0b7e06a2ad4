"""What was told of a job stands until the status bucket tells as much."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from services.gateway.ahead import Ahead
from shared.events import Event, JobEnded, JobSubmitted, now
from tests.support.pipelines import submission

JOB = "a" * 32


def test_what_was_told_is_kept_until_the_bucket_tells_it_too() -> None:
    submitted, ended = _events()
    ahead = Ahead()
    ahead.take(JOB, [submitted, ended])
    assert _over(ahead, []) == [submitted, ended]
    assert _over(ahead, [submitted]) == [submitted, ended]
    assert JOB in ahead
    assert _over(ahead, [submitted, ended]) == [submitted, ended]
    assert JOB not in ahead


def test_of_two_that_stand_in_one_place_the_newer_counts() -> None:
    submitted, _ = _events()
    older = msgspec.structs.replace(submitted, at=submitted.at - timedelta(seconds=1))
    newer = msgspec.structs.replace(submitted, at=submitted.at + timedelta(seconds=1))
    ahead = Ahead()
    ahead.take(JOB, [submitted])
    assert _over(ahead, [older]) == [submitted]
    assert _over(ahead, [newer]) == [newer]


def test_a_bucket_that_stays_behind_is_believed_in_the_end() -> None:
    submitted, ended = _events()
    ahead = Ahead(seconds=0)
    ahead.take(JOB, [submitted, ended])
    assert _over(ahead, [submitted]) == [submitted]


def _over(ahead: Ahead, followed: list[Event]) -> list[Event]:
    return list(ahead.over(JOB, followed))


def _events() -> tuple[JobSubmitted, JobEnded]:
    submitted = submission(JOB)
    return submitted, JobEnded(job_id=JOB, spec=submitted.spec, at=now(), outcome="finished")
