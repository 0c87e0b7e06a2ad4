"""Discovery: what is asked of GitHub's search, and what comes out of it at the gateway's door."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from services.commands.discover import Round, one_round
from services.commands.door import Door
from services.gateway.daily import take_place
from services.gateway.errors import ApiError
from services.scanner import discovery
from services.scanner.discovery import DiscoverySettings, discovered, queries
from services.scanner.policy import Policy
from services.scanner.settings import ScannerSettings
from shared.bus import connect
from shared.errors import Retry
from shared.github.http import GitHubHttp
from shared.github.refusals import Refused
from shared.settings import load
from tests.contract.test_http import ask, door
from tests.support.commands import reporeel
from tests.support.fake_github import FakeGitHub
from tests.support.pipelines import pipeline_process, wait_until

TODAY = date(2026, 3, 1)
MIT = {"spdx_id": "MIT", "name": "MIT License"}


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        yield github


@pytest.fixture
async def http(fake: FakeGitHub) -> AsyncIterator[GitHubHttp]:
    client = load(ScannerSettings, {"GITHUB_API_URL": fake.url}).github_http()
    yield client
    await client.close()


def fill(fake: FakeGitHub, folder: Path, count: int) -> None:
    for number in range(count):
        fake.add(f"acme/one{number}", folder, license=MIT, stars=1000 - number)


async def round_of(session, http, **wish) -> Round:
    return await one_round(Door(session, "here"), http, DiscoverySettings(**wish), Policy())


async def listed(session, count: int) -> None:
    """Wait until the gateway shows so many jobs."""

    async def there() -> bool:
        return len((await ask(session, "GET", "/jobs"))[1]["jobs"]) == count

    await wait_until(there)


def test_a_search_says_all_that_is_wished():
    wish = DiscoverySettings(
        query="fuzzy finder",
        topics=("cli", "terminal"),
        min_stars=50,
        max_stars=900,
        created_within_days=28,
        pushed_within_days=7,
    )
    assert list(queries(wish, TODAY)) == [
        (
            "fuzzy finder is:public fork:false archived:false stars:50..900 topic:cli topic:terminal "
            "created:>=2026-02-01 pushed:>=2026-02-22"
        )
    ]


def test_each_language_is_a_search_of_its_own():
    wish = DiscoverySettings(languages=("Go", "Common Lisp"), min_stars=1, pushed_within_days=0)
    common = "is:public fork:false archived:false stars:1..*"
    assert list(queries(wish, TODAY)) == [f'{common} language:"Go"', f'{common} language:"Common Lisp"']


async def test_pages_are_asked_for_as_they_are_needed(fake, http, tmp_path):
    fill(fake, tmp_path, discovery.PAGE + 3)
    found = discovered(http, DiscoverySettings(), TODAY)
    assert (await anext(found)).repo == "acme/one0"
    assert len(fake.requests) == 1
    assert len([each async for each in found]) == discovery.PAGE + 2
    assert len(fake.requests) == 2


async def test_a_repository_found_twice_counts_once(fake, http, tmp_path):
    fill(fake, tmp_path, 2)
    found = discovered(http, DiscoverySettings(languages=("Go", "Rust")), TODAY)
    assert len([each async for each in found]) == 2


async def test_a_search_github_does_not_understand_is_refused(fake, http):
    fake.fail("/search", 422, message="Validation Failed")
    with pytest.raises(Refused, match="Validation Failed"):
        await anext(discovered(http, DiscoverySettings(), TODAY))


async def test_what_is_discovered_is_submitted_up_to_the_cap_and_never_twice(fake, http, tmp_path):
    fill(fake, tmp_path, 4)
    async with door(tmp_path / "nats") as (session, _running):
        first = await round_of(session, http, daily_cap=3)
        await listed(session, 3)
        capped = await round_of(session, http, daily_cap=3)
        more = await round_of(session, http, daily_cap=10)
        await listed(session, 4)
        jobs = (await ask(session, "GET", "/jobs"))[1]["jobs"]
    assert first.submitted == ("acme/one0", "acme/one1", "acme/one2")
    assert capped.submitted == ()
    assert (more.submitted, len(more.known)) == (("acme/one3",), 3)
    assert {job["trigger"] for job in jobs} == {"discovery"}


async def test_the_cap_holds_for_all_searches_of_a_day_together(fake, http, tmp_path):
    """Eight at once, which all find the same forty: each job is one place, whoever asked for it."""
    fill(fake, tmp_path, 40)
    async with door(tmp_path / "nats") as (session, running):
        rounds = await asyncio.gather(*(round_of(session, http, daily_cap=7) for _ in range(8)))
        await listed(session, 7)
        later = await round_of(session, http, daily_cap=7)
        submitted = await running.bus.last(["jobs.*.*.submitted.all.*"])
    assert len(submitted) == 7
    assert {repo for each in rounds for repo in each.submitted} == {f"acme/one{n}" for n in range(7)}
    assert later.submitted == ()


async def test_many_gateways_give_away_no_place_twice(tmp_path):
    """Each on its own connection, all asking at once for jobs that differ: the counter decides."""
    async with pipeline_process(tmp_path / "nats") as running, contextlib.AsyncExitStack() as stack:
        url = running.environ["NATS_URL"]
        buses = [await stack.enter_async_context(connect(url, f"g{n}")) for n in range(4)]
        asked = [take_place(bus, f"{n:032x}", 5) for n, bus in enumerate(buses * 6)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        taken = [n for n, answer in enumerate(answers) if answer is None]
        await take_place(running.bus, f"{taken[0]:032x}", 5)
        with pytest.raises(ApiError) as caught:
            await take_place(running.bus, "f" * 32, 5)
    assert len(taken) == 5
    assert {answer.code for answer in answers if answer is not None} == {"daily_cap"}
    assert (caught.value.status, 0 < caught.value.retry_after <= 86_400) == (429, True)


async def test_a_cap_that_is_no_number_is_refused(tmp_path):
    async with door(tmp_path / "nats") as (session, _running):
        for cap in ("-1", "many", "10001", "\u0661"):
            headers = {"X-Reporeel-Daily-Cap": cap}
            status, body, *_ = await ask(session, "POST", "/jobs", json={"repo": "a/b"}, headers=headers)
            assert (status, body["error"]["code"]) == (400, "cap_invalid")


async def test_what_the_policy_refuses_is_said_and_uses_up_nothing(fake, http, tmp_path):
    fake.add("acme/demo", tmp_path, license=MIT, stars=9)
    fake.add("acme/bare", tmp_path, description=None, stars=8)
    fake.add("acme/good", tmp_path, license=MIT, description="A finder of things in heaps.", stars=1)
    async with door(tmp_path / "nats") as (session, _running):
        done = await round_of(session, http, daily_cap=1)
    assert done.submitted == ("acme/good",)
    assert [refusal.partition(":")[0] for refusal in done.refused] == ["acme/demo", "acme/bare"]
    assert "'demo'" in done.refused[0]
    assert "license: none is known" in done.refused[1]


async def test_a_repository_somebody_asked_for_is_known(fake, http, tmp_path):
    fill(fake, tmp_path, 1)
    async with door(tmp_path / "nats") as (session, _running):
        await ask(session, "POST", "/jobs", json={"repo": "Acme/One0"})
        await listed(session, 1)
        assert (await round_of(session, http)).known == ("acme/one0",)


async def test_a_rate_limit_of_the_search_is_said_with_its_wait(fake, http, tmp_path):
    fake.fail("/search", 403, headers={"Retry-After": "7"}, message="secondary rate limit")
    async with door(tmp_path / "nats") as (session, _running):
        with pytest.raises(Retry) as caught:
            await round_of(session, http)
    assert caught.value.delay_seconds == 7


async def test_without_a_gateway_nothing_is_searched(fake, tmp_path):
    done = await reporeel("discover", "--url", "http://127.0.0.1:9", GITHUB_API_URL=fake.url)
    assert done.code == 1
    assert "no gateway answers" in done.err
    assert fake.requests == []


async def test_a_dry_run_submits_nothing(fake, tmp_path):
    fill(fake, tmp_path, 2)
    async with door(tmp_path / "nats") as (session, _running):
        url = str(session._base_url)
        done = await reporeel("discover", "--dry-run", "--url", url, GITHUB_API_URL=fake.url)
        jobs = (await ask(session, "GET", "/jobs"))[1]["jobs"]
    assert (done.code, done.out.split()) == (0, ["acme/one0", "acme/one1"])
    assert "2 submitted" not in done.err
    assert jobs == []
