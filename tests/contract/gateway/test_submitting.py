"""Submitting jobs: many at once, as a dry run, and by whom."""

from __future__ import annotations

import asyncio
import io
import time
from pathlib import Path

import aiohttp
import pytest

from tests.support.doors import ask, door, hook, record, star
from tests.support.pipelines import Trivial, working


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_batch_starts_a_job_for_each_repository(tmp_path: Path) -> None:
    body = {"repos": ["acme/one", "acme/two", "https://github.com/acme/three"], "priority": "low"}
    async with door(tmp_path) as (session, _):
        status, answer, _ = await ask(session, "POST", "/jobs/batch", json=body)
        records = [(await ask(session, "GET", job["status_url"]))[1] for job in answer["jobs"]]
    assert status == 202
    assert [one["repo_url"].rpartition("/")[2] for one in records] == ["one", "two", "three"]
    assert {one["priority"] for one in records} == {"low"}


@pytest.mark.parametrize(
    "body",
    [
        {"repos": []},
        {"repos": ["acme/one"] * 101},
        {"repos": ["acme/one", "../etc"]},
        {"repos": ["acme/one"], "dry_run": True},
        {"repo": "acme/one"},
    ],
)
async def test_a_batch_with_one_fault_starts_nothing(tmp_path: Path, body: dict[str, object]) -> None:
    async with door(tmp_path) as (session, running):
        status, answer, _ = await ask(session, "POST", "/jobs/batch", json=body)
        stored = await running.bus.last(["jobs.>"])
    assert status in {400, 422}
    assert answer["error"]["hint"]
    assert stored == []


async def test_a_dry_run_says_what_a_job_would_take_and_starts_none(tmp_path: Path) -> None:
    trivial = Trivial()
    wish = {"repo": "acme/site", "languages": ["en", "pt"], "dry_run": True}
    async with door(tmp_path) as (session, running), working(running, trivial.handlers()):
        status, before, _ = await ask(session, "POST", "/jobs", json=wish)
        _, accepted, _ = await ask(session, "POST", "/jobs", json=wish | {"dry_run": False})
        await record(session, accepted["job_id"], "finished")
        _, after, _ = await ask(session, "POST", "/jobs", json=wish)
        stored = await running.bus.last(["jobs.*.*.submitted.>"])
    assert status == 200
    assert before["languages"] == ["en", "pt"]
    assert before["targets"] == ["files"]
    assert before["disk_bytes"] > 0
    assert before["would_fit"] is True
    assert (before["seconds"], before["based_on_jobs"]) == (None, 0)
    assert after["based_on_jobs"] == 1
    assert after["seconds"] >= 0
    assert len(stored) == 1


async def test_a_token_opens_what_its_scope_allows_and_no_more(tmp_path: Path) -> None:
    tokens = ("read:reader", "submit:maker", "admin:boss", "plain")
    async with door(tmp_path, api_tokens=tokens) as (session, _):
        statuses = {
            token: [
                (await ask(session, "GET", "/jobs", headers=bearer(token)))[0],
                (await ask(session, "POST", "/jobs", json={"repo": "a/b"}, headers=bearer(token)))[0],
                (await ask(session, "POST", "/parked/scan-1/requeue", headers=bearer(token)))[0],
            ]
            for token in ("reader", "maker", "boss", "plain", "read:reader")
        }
        _, refused, _ = await ask(session, "POST", "/jobs", json={"repo": "a/b"}, headers=bearer("reader"))
    assert statuses == {
        "reader": [200, 403, 403],
        "maker": [200, 202, 403],
        "boss": [200, 202, 404],
        "plain": [200, 202, 404],
        "read:reader": [403, 403, 403],
    }
    assert refused["error"]["code"] == "scope_missing"


async def test_a_repository_that_had_enough_is_told_when_to_come_again(tmp_path: Path) -> None:
    async with door(tmp_path, repo_jobs_per_minute=2) as (session, _):
        answers = [await ask(session, "POST", "/jobs", json={"repo": "acme/site"}) for _ in range(3)]
        other = await ask(session, "POST", "/jobs", json={"repo": "acme/other"})
    assert [status for status, _, _ in answers] == [202, 202, 429]
    assert 1 <= int(answers[2][2]["Retry-After"]) <= 30
    assert other[0] == 202


async def test_a_source_that_had_enough_is_refused_and_another_is_not(tmp_path: Path) -> None:
    async with door(tmp_path, source_jobs_per_minute=2, proxies=1) as (session, _):
        first = [
            (await hook(session, star(f"acme/n{number}"), **{"X-Forwarded-For": "9.9.9.9, 203.0.113.7"}))[0]
            for number in range(3)
        ]
        second = await hook(session, star(), **{"X-Forwarded-For": "203.0.113.7, 203.0.113.8"})
    assert first == [202, 202, 429]
    assert second[0] == 202


async def test_forgeries_use_up_a_sources_patience_and_an_honest_one_passes(tmp_path: Path) -> None:
    forged = {"X-Hub-Signature-256": "sha256=00", "X-Forwarded-For": "203.0.113.66"}
    async with door(tmp_path, source_forgeries_per_minute=5, proxies=1) as (session, _):
        statuses = [(await hook(session, star(), **forged))[0] for _ in range(7)]
        honest = await hook(session, star(), **{"X-Forwarded-For": "203.0.113.1"})
    assert statuses == [403] * 5 + [429] * 2
    assert honest[0] == 202


async def test_a_slow_body_is_a_408_and_a_compressed_one_a_415(tmp_path: Path) -> None:
    async def dripping():
        yield b'{"repo": '
        await asyncio.sleep(30)

    async with door(tmp_path, body_seconds=0.2) as (session, _):
        started = time.monotonic()
        slow, body, _ = await ask(session, "POST", "/jobs", data=dripping())
        seconds = time.monotonic() - started
        packed, _, _ = await ask(
            session, "POST", "/jobs", data=b"x", headers={"Content-Encoding": "gzip"}, compress=False
        )
    assert slow == 408
    assert body["error"]["code"] == "too_slow"
    assert seconds < 10
    assert packed == 415


async def test_long_bodies_share_a_bounded_allowance(tmp_path: Path) -> None:
    """Three times 12 MiB do not fit: the third is asked to come again, and passes once there is room."""
    size = 12 << 20
    half_sent = [asyncio.Event(), asyncio.Event()]
    held = asyncio.Event()

    async def body(sent: asyncio.Event):
        yield b" " * (size // 2)
        sent.set()
        await held.wait()
        yield b" " * (size // 2)

    async with door(tmp_path) as (session, _):
        headers = {"Content-Length": str(size)}
        works = [asyncio.create_task(_post(session, body(sent), headers)) for sent in half_sent]
        for sent in half_sent:
            await sent.wait()
        refused, answer, heads = await ask(session, "POST", "/webhook", data=io.BytesIO(b" " * size))
        held.set()
        statuses = [await work for work in works]
        again, _, _ = await ask(session, "POST", "/webhook", data=io.BytesIO(b" " * size))
    assert (refused, answer["error"]["code"]) == (429, "busy")
    assert heads["Retry-After"]
    assert statuses == [403, 403]
    assert again == 403


async def _post(session: aiohttp.ClientSession, data, headers) -> int:
    async with session.post("/webhook", data=data, headers=headers) as reply:
        return reply.status


async def test_only_listed_origins_may_call_from_a_browser(tmp_path: Path) -> None:
    async with door(tmp_path, cors_origins=("https://films.example",), api_tokens=("t",)) as (session, _):
        seen = {}
        for origin in ("https://films.example", "https://evil.example"):
            ahead = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            status, _, before = await ask(session, "OPTIONS", "/jobs", headers=ahead)
            refused, _, after = await ask(session, "GET", "/jobs", headers={"Origin": origin})
            seen[origin] = [
                status,
                refused,
                before.get("Access-Control-Allow-Origin"),
                after.get("Access-Control-Allow-Origin"),
            ]
        plain, _, _ = await ask(session, "OPTIONS", "/jobs")
    assert seen["https://films.example"] == [204, 401, "https://films.example", "https://films.example"]
    assert seen["https://evil.example"] == [204, 401, None, None]
    assert plain == 405


async def test_a_callback_or_mail_the_operator_does_not_allow_is_refused(tmp_path: Path) -> None:
    settings = {
        "callback_secrets": ("k",),
        "callback_hosts": ("127.0.0.1:9",),
        "mail_domains": ("acme.example",),
    }
    wishes = [
        ({"callback_url": "https://169.254.169.254/latest"}, 422),
        ({"callback_url": "http://acme.example/"}, 422),
        ({"callback_url": "https://user:word@acme.example/"}, 422),
        ({"callback_url": "http://127.0.0.1:9/x"}, 202),
        ({"callback_url": "https://acme.example/x"}, 202),
        ({"email": "ada@acme.example"}, 202),
        ({"email": "ada@evil.example"}, 422),
        ({"email": "ada@acme.example\nBcc: x@evil.example"}, 422),
    ]
    async with door(tmp_path, **settings) as (session, _):
        for wish, expected in wishes:
            status, _, _ = await ask(session, "POST", "/jobs", json={"repo": "acme/site"} | wish)
            assert status == expected, wish
    async with door(tmp_path / "unsigned") as (session, _):
        status, answer, _ = await ask(
            session, "POST", "/jobs", json={"repo": "a/b", "callback_url": "https://acme.example"}
        )
    assert status == 422
    assert "REPOREEL_CALLBACK_SECRET" in answer["error"]["hint"]


async def test_publish_may_be_one_word(tmp_path: Path) -> None:
    async with door(tmp_path, api_tokens=("submit:maker", "admin:boss")) as (session, _):
        answers = [
            (
                await ask(
                    session, "POST", "/jobs", json={"repo": "a/b", "publish": word}, headers=bearer(token)
                )
            )[0]
            for word, token in (("files", "maker"), ("force", "maker"), ("force", "boss"), ("tv", "boss"))
        ]
    assert answers == [202, 403, 202, 422]
