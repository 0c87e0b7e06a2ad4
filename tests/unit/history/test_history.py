"""The history that is kept: what stands in it, and what it keeps from being filmed again."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientSession, web
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from services.publisher.follower import Job
from services.publisher.historian import Historian
from services.scanner.past import film_of
from shared.errors import Reject, Retry, SettingsError
from shared.events import AnyEvent, JobEnded, JobSubmitted, RepoScanned, Trigger, now
from shared.facts import Evidence, Fact, FactBase
from shared.history.bucket import BucketHistory
from shared.history.entry import History
from shared.history.google import Account, Tokens, account_of
from shared.history.ids import MOST_BYTES, document_id
from shared.job_events import Events
from shared.jobs import fold
from shared.lifecycle import Process
from tests.support.fake_github import pem_of, signed_by
from tests.support.pipelines import pipeline_process, submission
from tests.unit.history.conformance import NASTY, entry
from tests.unit.history.films import a_star_is_filmed_once

KEY = generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Process]:
    async with pipeline_process(tmp_path) as process:
        yield process


@pytest.fixture
def history(running: Process) -> History:
    return BucketHistory(running.bus)


def test_ids_are_legal_everywhere_and_none_is_anothers() -> None:
    job = "0" * 32
    ids = [document_id(name, job) for name in (*NASTY.values(), "a/b", "a=2Fb", "a_b", "a-b")]
    assert len(set(ids)) == len(ids)
    for one in ids:
        assert len(one.encode()) <= MOST_BYTES
        assert not one.startswith(("__", "."))
        assert set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-=ABCDEF.")
    assert document_id("acme/site", job) == f"acme=2Fsite.{job}"


async def test_a_star_is_filmed_once_though_its_record_is_gone(tmp_path: Path) -> None:
    await a_star_is_filmed_once(tmp_path, {}, keep_nats=True)


@pytest.mark.parametrize(
    ("trigger", "commit", "again"),
    [
        ("star", "d" * 40, False),
        ("discovery", "d" * 40, False),
        ("release", "c" * 40, False),
        ("release", "d" * 40, True),
        ("schedule", "c" * 40, False),
        ("api", "c" * 40, True),
        ("comment", "c" * 40, True),
    ],
)
async def test_who_gets_another_film(history: History, trigger: Trigger, commit: str, *, again: bool) -> None:
    await history.create(entry(status="completed", video_url="https://youtu.be/1"))
    event = submission("e" * 32, trigger=trigger)
    film = await film_of(history, event, commit, ("en",))
    assert (film is None) == again
    assert film is None or film.video_url == "https://youtu.be/1"


async def test_of_several_films_the_first_is_given(history: History) -> None:
    for number in (3, 1, 2):
        await history.create(entry(job=number, status="completed"))
    film = await film_of(history, submission("e" * 32, trigger="star"), "c" * 40, ("en",))
    assert film is not None
    assert film.job_id == f"{1:032x}"


@pytest.mark.parametrize(
    "changes",
    [{"status": "failed"}, {"format": "reel"}, {"profile": "release"}, {"languages": ("pt",)}],
    ids=["failed", "other shape", "other profile", "other language"],
)
async def test_only_such_a_film_counts(history: History, changes: dict[str, object]) -> None:
    await history.create(entry(**({"status": "completed"} | changes)))
    assert await film_of(history, submission("e" * 32, trigger="star"), "c" * 40, ("en",)) is None


async def test_a_retried_job_does_not_stand_in_its_own_way(history: History) -> None:
    await history.create(entry(status="completed"))
    event = submission(f"{1:032x}", trigger="star")
    assert await film_of(history, event, "c" * 40, ("en",)) is None


def job(first: JobSubmitted, *events: AnyEvent) -> Job:
    all_events = Events([first, *events])
    record = fold(all_events)
    assert record is not None
    return Job(first, all_events, record)


async def test_an_entry_tells_what_the_repository_is_and_survives_late_views(
    running: Process, history: History
) -> None:
    seen = (Evidence(source="api", field="x"),)
    facts = FactBase(
        repo="acme/site",
        commit="c" * 40,
        facts=(
            Fact(id="repo.description", kind="repo", value="Tides", evidence=seen),
            Fact(id="repo.stars", kind="repo", value=42, evidence=seen),
            Fact(id="language.1", kind="language", value="Python", evidence=seen),
        ),
    )
    first = submission("f" * 32)
    common = {"job_id": first.job_id, "spec": first.spec}
    key = await running.blobs.put(msgspec.json.encode(facts))
    scanned = RepoScanned(**common, at=now(), commit="c" * 40, languages=("en",), facts=key)
    ended = JobEnded(**common, at=now(), outcome="cancelled")
    historian = Historian(history, running.blobs)
    early, late = job(first), job(first, scanned, ended)
    await historian.record(early)
    await historian.record(late)
    await historian.record(early)
    found = await history.get("acme/site", first.job_id)
    assert found is not None
    kept = found.entry
    assert (kept.description, kept.stars, kept.language) == ("Tides", 42, "Python")
    assert (kept.status, kept.error_message) == ("failed", "cancelled")


class Google:
    """The endpoint that gives tokens to service accounts."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 200

    async def answer(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.asked.append({name: str(value) for name, value in form.items()})
        return web.json_response({"access_token": "ya29", "expires_in": 600}, status=self.status)


@pytest.fixture
async def google() -> AsyncIterator[tuple[Google, Account]]:
    fake, application = Google(), web.Application()
    application.router.add_post("/token", fake.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    yield fake, Account("site", "robot@site.example", pem_of(KEY), address)
    await runner.cleanup()


async def test_a_service_account_signs_for_a_token_and_keeps_it(google: tuple[Google, Account]) -> None:
    fake, account = google
    moment = [1_000_000.0]
    tokens = Tokens(account, clock=lambda: moment[0])
    async with ClientSession() as session:
        assert await tokens.get(session) == await tokens.get(session) == "ya29"
        assert len(fake.asked) == 1
        moment[0] += 500.0
        await tokens.get(session)
    assert len(fake.asked) == 2
    assert all(signed_by(KEY.public_key(), one["assertion"], 3600, lambda: moment[0]) for one in fake.asked)
    claims = json.loads(base64.urlsafe_b64decode(fake.asked[0]["assertion"].split(".")[1] + "=="))
    assert claims["iss"] == "robot@site.example"
    assert claims["aud"] == account.token_uri
    assert claims["scope"] == "https://www.googleapis.com/auth/datastore"
    assert fake.asked[0]["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"


async def test_google_that_is_away_is_waited_for_and_its_no_is_final(google: tuple[Google, Account]) -> None:
    fake, account = google
    async with ClientSession() as session:
        fake.status = 503
        with pytest.raises(Retry):
            await Tokens(account).get(session)
        fake.status = 401
        with pytest.raises(Reject, match="does not let robot@site"):
            await Tokens(account).get(session)


@pytest.mark.parametrize("how", ["path", "base64", "itself"])
def test_credentials_come_as_a_file_or_in_a_variable(tmp_path: Path, how: str) -> None:
    text = json.dumps({"project_id": "p", "client_email": "e", "private_key": "k", "type": "service_account"})
    (tmp_path / "key.json").write_text(text)
    written = {"path": str(tmp_path / "key.json"), "base64": base64.b64encode(text.encode()).decode()}
    assert account_of(written.get(how, text)).project_id == "p"


@pytest.mark.parametrize("written", ["not base64!", base64.b64encode(b"secret words").decode(), "{}"])
def test_wrong_credentials_are_named_and_not_repeated(written: str) -> None:
    with pytest.raises(SettingsError, match="FIREBASE_CREDENTIALS") as refused:
        account_of(written)
    assert "secret" not in str(refused.value)


def test_a_key_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match="private_key is no key"):
        Tokens(Account("p", "e", "nonsense"))
