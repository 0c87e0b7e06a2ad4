"""From GitHub's webhook to a film, with `reporeel up` and a GitHub on the loopback."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.commands import reporeel, up
from tests.support.fake_github import FakeGitHub
from tests.support.pipelines import wait_until
from tests.support.repositories import LIBRARY, make_repository

SECRET = "s3cret"
FILM_SECONDS = 240.0
ABOUT = "A repository that exists for tests only."
TELLING = {
    "REPOREEL_PUBLISH_TARGETS": "files,github",
    "REPOREEL_PUBLISH_WEBHOOKS": "files,github",
    "REPOREEL_PUBLIC_URL": "https://films.example",
    "GITHUB_TOKEN": "personal",
}


def star(repo: str) -> bytes:
    payload = {"action": "created", "repository": {"full_name": repo, "default_branch": "main"}}
    return json.dumps(payload).encode()


async def post(address: str, body: bytes, signature: str | None = None) -> tuple[int, dict[str, Any]]:
    right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "X-GitHub-Event": "star",
        "X-GitHub-Delivery": "1",
        "X-Hub-Signature-256": right if signature is None else signature,
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/webhook", data=body, headers=headers) as reply,
    ):
        return reply.status, await reply.json()


async def get(address: str, path: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(address + path) as reply:
        return reply.status, await reply.json()


async def test_a_star_becomes_one_film_however_often_it_is_delivered(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "tidewatch", LIBRARY)
    async with FakeGitHub() as github:
        github.add("harbour/tidewatch", repository, ci_succeeded=True)
        environ = {"GITHUB_WEBHOOK_SECRET": SECRET, "GITHUB_API_URL": github.url} | TELLING
        async with up(tmp_path / "data", **environ) as address:
            status, accepted = await post(address, star("harbour/tidewatch"))
            wrong = [await post(address, star("harbour/tidewatch"), sign) for sign in ("sha256=0", "none")]
            seen = await _statuses_until_the_end(address, accepted["status_url"])
            again, same = await post(address, star("harbour/tidewatch"))
            listed = (await get(address, "/jobs"))[1]["jobs"]
            limit = await get(address, "/jobs?limit=abc")
            kept = (await get(address, "/history?repo=harbour/tidewatch"))[1]["films"]
        told = github.desk.statuses
        wrongs = github.wrongs
    films = list((tmp_path / "data" / "films").rglob("video.en.mp4"))
    assert (status, again) == (202, 202)
    assert same["job_id"] == accepted["job_id"]
    assert [answer[0] for answer in wrong] == [403, 403]
    assert seen[-1] == "finished"
    assert seen in (["queued", "started", "finished"], ["started", "finished"])
    assert len(listed) == 1
    assert listed[0]["commit"]
    assert limit[0] == 400
    assert [film.parent.parent.name for film in films] == ["harbour-tidewatch"]
    assert (told[0]["state"], told[-1]["state"], wrongs) == ("pending", "success", [])
    assert told[-1]["target_url"] == f"https://films.example/jobs/{accepted['job_id']}/files/index.html#en"
    assert [(one["description"], one["job_id"]) for one in kept] == [(ABOUT, accepted["job_id"])]


async def _statuses_until_the_end(address: str, where: str) -> list[str]:
    seen: list[str] = []

    async def ended() -> bool:
        status = (await get(address, where))[1]["status"]
        if not seen or seen[-1] != status:
            seen.append(status)
        return status in {"finished", "failed"}

    await wait_until(ended, FILM_SECONDS)
    return seen


async def test_a_repository_that_is_not_there_fails_with_words_and_no_traceback(tmp_path: Path) -> None:
    async with FakeGitHub() as github:
        ended = await reporeel("run", "harbour/gone", "--out", tmp_path, GITHUB_API_URL=github.url)
    assert ended.code == 1
    assert "harbour/gone" in ended.err
    assert "GITHUB_TOKEN" in ended.err
    assert "Traceback" not in ended.err


async def test_a_killed_process_goes_on_where_it_was(tmp_path: Path) -> None:
    """The queue is on disk: what was accepted before a stop is filmed after the next start."""
    environ = {"GITHUB_WEBHOOK_SECRET": SECRET}
    async with FakeGitHub() as github:
        environ["GITHUB_API_URL"] = "http://127.0.0.1:9"
        async with up(tmp_path / "data", **environ) as address:
            _, accepted = await post(address, star("harbour/gone"))
            await asyncio.sleep(0)
        environ["GITHUB_API_URL"] = github.url
        async with up(tmp_path / "data", **environ) as address:

            async def failed() -> Any:
                record = (await get(address, accepted["status_url"]))[1]
                return record if record["status"] == "failed" else None

            record = await wait_until(failed, 60.0)
    assert record["error"]["code"] == "not_found"
