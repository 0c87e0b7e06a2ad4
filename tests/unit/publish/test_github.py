"""What GitHub is told of jobs: each thing made once and edited after, whatever fails on the way."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.publisher.follower import Job
from services.publisher.targets.github.section import spliced
from services.publisher.targets.github.wording import markdown, report_of
from shared.errors import Retry
from shared.events import Failure, JobEnded, JobSpec, Outcome, now
from shared.job_events import Events
from shared.jobs import fold
from shared.lifecycle import Process
from tests.support.fake_github import FakeGitHub, Fault
from tests.support.pipelines import pipeline_process
from tests.unit.publish.github_jobs import (
    APP,
    APP_KEY,
    PERSON,
    TRIES,
    Died,
    Dies,
    film,
    pages,
    reporter,
    wish,
)

SCANNED = "c" * 40
"""The commit that the trivial scanner finds."""
FAILED = "The film could not be finished"
NOTES = "## What is new\r\n\r\n- A thing\r\n"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Process]:
    async with pipeline_process(tmp_path / "nats") as process:
        yield process


@pytest.fixture
async def github(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as fake:
        fake.app_key = APP_KEY.public_key()
        fake.add("acme/site", pages(tmp_path / "site"), tags=("v1.1",))
        fake.desk.add_release("acme/site", "v1.1", NOTES)
        yield fake
    assert fake.wrongs == []


def job(number: int, outcome: Outcome | None = None, said: str = "It is gone", **spec: object) -> Job:
    """A job that has just been accepted, or has ended."""
    first = wish(number, **spec)
    ended = {
        "job_id": first.job_id,
        "spec": first.spec,
        "at": now(),
        "outcome": outcome,
        "error": Failure(code="x", message=said, hint="", stage="scan", language=None, retryable=False),
    }
    events = Events([first, *([JobEnded(**ended)] if outcome else [])])
    record = fold(events)
    assert record is not None
    return Job(first, events, record)


async def test_whoever_asks_in_a_comment_sees_it_heard_followed_and_done(
    running: Process, github: FakeGitHub
) -> None:
    asked = github.desk.add_comment("acme/site", 7, "octocat", "/film en,pt")
    await film(running, github, APP, wish(trigger="comment", issue=7, comment=asked["id"]))
    assert github.desk.reactions == [(asked["id"], "eyes")]
    (run,) = github.desk.check_runs
    assert (run["status"], run["conclusion"]) == ("completed", "success")
    assert run["head_sha"] in (SCANNED, github.repositories["acme/site"].sha)
    assert run["output"]["title"] == "The film is ready in en, pt"
    _, comment = github.desk.comments["acme/site", 7]
    assert comment["user"]["login"] == "reporeel[bot]"
    assert "| pt | published | [watch](https://films.example/jobs/" in comment["body"]
    assert comment["body"].startswith(f"<!-- reporeel {1:032x} -->")


async def test_a_release_says_where_its_film_is_and_keeps_its_own_words(
    running: Process, github: FakeGitHub
) -> None:
    await film(running, github, PERSON, wish(trigger="release", ref="v1.1", profile="release"))
    text = github.desk.releases["acme/site", "v1.1"]["body"]
    assert text.startswith(NOTES.rstrip())
    assert text.count("<!-- reporeel release wide -->") == text.count("<!-- /reporeel release wide -->") == 1
    assert "The film is ready in en, pt" in text
    states = [one["state"] for one in github.desk.statuses]
    assert states[-1] == "success"
    assert set(states[:-1]) == {"pending"}
    assert github.desk.check_runs == []


async def test_a_job_that_did_not_ask_for_it_is_told_to_nobody(running: Process, github: FakeGitHub) -> None:
    silent = msgspec.structs.replace(wish(), spec=JobSpec(repo="acme/site", languages=("en",)))
    await film(running, github, APP, silent)
    assert github.requests == []


@pytest.mark.plain_loop
@pytest.mark.parametrize("who", ["app", "person"])
async def test_a_death_at_any_wait_leaves_one_of_each(running: Process, github: FakeGitHub, who: str) -> None:
    """Every place where the first telling waits for anything, network included, is died at once."""
    sent_by = APP if who == "app" else PERSON
    asked = github.desk.add_comment("acme/site", 7, "octocat", "/film")
    spec = {"trigger": "release", "ref": "v1.1", "issue": 7, "comment": asked["id"]}
    deaths = 0
    while True:
        one = job(deaths, **spec)
        async with reporter(github, running.bus, sent_by) as first:
            life = Dies(first.tell(one), at=deaths + 1)
            try:
                await life
                break
            except Died:
                deaths += 1
        await told_at_last(running, github, sent_by, one)
    assert deaths > 10
    made = [run["external_id"] for run in github.desk.check_runs]
    said = [one["body"].split("\n")[0] for one in github.desk.comments["acme/site", 7][1:]]
    assert len(said) == len(set(said)) == deaths + 1
    assert len(made) == len(set(made)) == (deaths + 1 if who == "app" else 0)
    text = github.desk.releases["acme/site", "v1.1"]["body"]
    assert text.count("<!-- reporeel overview wide -->") == 1


async def told_at_last(running: Process, github: FakeGitHub, who: dict[str, str], one: Job) -> None:
    """As the steps of a job come again and again."""
    for _ in range(TRIES):
        async with reporter(github, running.bus, who) as next_life:
            try:
                return await next_life.tell(msgspec.structs.replace(one, sure=True))
            except Retry as wait:
                await asyncio.sleep(min(wait.delay_seconds, 0.06))
    raise AssertionError("it was never told")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(r"/check-runs$", 201, method="POST", lost=True, times=1),
        Fault(r"/comments$", 201, method="POST", lost=True, times=1),
        Fault(r"/check-runs$", 502, method="POST", times=2),
        Fault(r"/comments$", 403, {"retry-after": "1"}, "secondary rate limit", method="POST", times=1),
        Fault(r"/check-runs/\d+$", 200, method="PATCH", lost=True, times=1),
        Fault(r"/releases/\d+$", 500, method="PATCH", times=1),
    ],
    ids=["run lost", "comment lost", "run 502", "comment limited", "edit lost", "release 500"],
)
async def test_faults_of_github_neither_double_nor_lose_anything(
    running: Process, github: FakeGitHub, fault: Fault
) -> None:
    github.faults.append(dataclasses.replace(fault))
    spec = {"trigger": "release", "ref": "v1.1", "issue": 7}
    await told_at_last(running, github, APP, job(1, **spec))
    await told_at_last(running, github, APP, job(1, "failed", **spec))
    (run,) = github.desk.check_runs
    (comment,) = github.desk.comments["acme/site", 7]
    assert run["conclusion"] == "failure"
    assert FAILED in comment["body"]
    assert FAILED in github.desk.releases["acme/site", "v1.1"]["body"]


async def test_what_github_refuses_keeps_no_film_from_its_end(running: Process, github: FakeGitHub) -> None:
    github.fail(r"/(check-runs|statuses|comments|releases)", 403, message="Resource not accessible")
    await film(running, github, PERSON, wish(trigger="release", ref="v1.1", issue=7))
    assert github.desk.statuses == []
    assert github.desk.releases["acme/site", "v1.1"]["body"] == NOTES


async def test_a_comment_with_our_marker_by_somebody_else_is_left_alone(
    running: Process, github: FakeGitHub
) -> None:
    forged = github.desk.add_comment("acme/site", 7, "mallory", f"<!-- reporeel {5:032x} -->\nMine.")
    github.faults.append(Fault(r"/comments$", 500, method="POST", times=1))
    await told_at_last(running, github, PERSON, job(5, trigger="comment", issue=7))
    assert forged["body"].endswith("Mine.")
    assert len(github.desk.comments["acme/site", 7]) == 2


async def test_a_section_that_a_person_took_out_stays_out(running: Process, github: FakeGitHub) -> None:
    one = job(6, trigger="release", ref="v1.1")
    await told_at_last(running, github, PERSON, one)
    github.desk.releases["acme/site", "v1.1"]["body"] = "Mine alone."
    await told_at_last(running, github, PERSON, one)
    assert github.desk.releases["acme/site", "v1.1"]["body"] == "Mine alone."


def test_a_section_takes_the_place_of_the_one_before_and_no_more() -> None:
    first = spliced("Before", "<b>", "<e>", "one", anew=True)
    assert first == "Before\n\n<b>\none\n<e>\n"
    assert spliced(f"{first}After", "<b>", "<e>", "two", anew=False) == "Before\n\n<b>\ntwo\n<e>\nAfter"
    assert spliced("cut <b> here", "<b>", "<e>", "two", anew=False) == "cut <b>\ntwo\n<e> here"
    assert spliced("", "<b>", "<e>", "one", anew=True) == "<b>\none\n<e>\n"


def test_what_a_repository_says_is_no_markup_and_calls_nobody() -> None:
    one = job(9, "failed", "@octocat <img src=x> [a](b) #12 | `x`")
    text = markdown(report_of(one.record, one.events, "acme/site", ""))
    assert FAILED in text
    assert "@octocat" not in text
    assert "#12" not in text
    assert "<img" not in text
    assert r"\[a\](b)" in text
