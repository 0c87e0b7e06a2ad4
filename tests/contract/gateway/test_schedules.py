"""Recurring films, kept and fired by the NATS server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.pipeline import SCHEDULES
from tests.support.doors import ask, door, gateway, hook, record
from tests.support.pipelines import pipeline_process, wait_until

NIGHTLY = {"name": "nightly", "schedule": "30 3 * * *", "time_zone": "Europe/Lisbon", "repo": "acme/site"}


async def test_a_schedule_is_added_listed_replaced_and_removed(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        added, schedule, _ = await ask(session, "POST", "/schedules", json=NIGHTLY)
        await ask(session, "POST", "/schedules", json=NIGHTLY | {"schedule": "@weekly", "time_zone": None})
        _, listed, _ = await ask(session, "GET", "/schedules")
        removed = [
            (await ask(session, "DELETE", path))[0]
            for path in (
                "/schedules/nightly",
                "/schedules/nightly",
                "/schedules?name=nightly",
                "/schedules/*",
            )
        ]
        _, none, _ = await ask(session, "GET", "/schedules")
    assert added == 201
    assert (schedule["name"], schedule["spec"]["trigger"]) == ("nightly", "schedule")
    assert [one["schedule"] for one in listed["schedules"]] == ["@weekly"]
    assert removed == [200, 404, 404, 404]
    assert none == {"schedules": []}


async def test_what_fires_while_no_gateway_runs_is_worked_off_at_its_start_and_what_was_removed_is_not(
    tmp_path: Path,
) -> None:
    due = datetime.now(UTC) + timedelta(seconds=1)
    at = f"@at {due:%Y-%m-%dT%H:%M:%S.%fZ}"
    async with pipeline_process(tmp_path) as running:
        async with gateway(running) as session:
            for name in ("kept", "gone"):
                wish = {"name": name, "schedule": at, "repo": f"acme/{name}", "priority": "high"}
                assert (await ask(session, "POST", "/schedules", json=wish))[0] == 201
            assert (await ask(session, "DELETE", "/schedules/gone"))[0] == 200
            assert (await ask(session, "GET", "/jobs"))[1]["jobs"] == []

        async def fired() -> bool:
            return bool(await running.bus.last(["due.>"], stream=SCHEDULES))

        await wait_until(fired)
        assert await running.bus.last(["jobs.>"]) == []
        async with gateway(running) as session:

            async def listed() -> list[dict[str, object]]:
                return (await ask(session, "GET", "/jobs"))[1]["jobs"]

            jobs = await wait_until(listed)
    assert [job["repo_url"] for job in jobs] == ["https://github.com/acme/kept"]
    assert (jobs[0]["trigger"], jobs[0]["priority"]) == ("schedule", "high")


async def test_each_firing_is_one_job_however_many_gateways_work(tmp_path: Path) -> None:
    wish = {"name": "often", "schedule": "@every 1s", "repo": "acme/site"}
    async with pipeline_process(tmp_path) as running, gateway(running) as one, gateway(running):
        await ask(one, "POST", "/schedules", json=wish)

        async def twice() -> bool:
            return len((await ask(one, "GET", "/jobs"))[1]["jobs"]) >= 2

        await wait_until(twice)
        await ask(one, "DELETE", "/schedules/often")

        async def as_many() -> bool:
            jobs = await running.bus.last(["jobs.*.*.submitted.>"])
            state = (await running.bus.api(f"STREAM.INFO.{SCHEDULES}", {"subjects_filter": "due.>"}))["state"]
            return len(jobs) == state["subjects"]["due.recurring.often"]

        await wait_until(as_many)


@pytest.mark.parametrize(
    "change",
    [
        {"schedule": "sometimes"},
        {"schedule": "61 * * * *"},
        {"schedule": "@every 1ms"},
        {"schedule": "  "},
        {"schedule": "@daily\r\nX: y"},
        {"time_zone": "Mars/Base"},
        {"time_zone": "Eur\u00f6pe"},
        {"name": "a b"},
        {"name": "a.b"},
        {"name": ">"},
        {"repo": "/etc"},
        {"dry_run": True},
        {"publish": ["tv"]},
    ],
)
async def test_a_schedule_that_cannot_be_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    async with door(tmp_path) as (session, _):
        status, answer, _ = await ask(session, "POST", "/schedules", json=NIGHTLY | change)
        _, listed, _ = await ask(session, "GET", "/schedules")
    assert status in {400, 422}
    assert answer["error"]["message"]
    assert listed == {"schedules": []}


async def test_a_push_waits_for_the_next_one_which_takes_its_place(tmp_path: Path) -> None:
    def push(after: str) -> dict[str, object]:
        repository = {"full_name": "acme/site", "default_branch": "main"}
        return {"ref": "refs/heads/main", "after": after * 40, "repository": repository}

    settings = {"push_repos": ("acme/site",), "push_quiet_seconds": 1}
    async with door(tmp_path, **settings) as (session, running):
        answers = [await hook(session, push(after), "push") for after in ("a", "b")]
        first, second = (answer["job_id"] for _, answer in answers)
        _, waits, _ = await ask(session, "GET", f"/jobs/{second}")
        replaced = await record(session, first, "cancelled")
        filmed = await record(session, second, "queued")
        submitted = await running.bus.last(["jobs.*.*.submitted.>"])
    assert [status for status, _ in answers] == [202, 202]
    assert waits["status"] in {"scheduled", "queued"}
    assert replaced["error"]["code"] == "superseded"
    assert filmed["ref"] == "b" * 40
    assert len(submitted) == 2
