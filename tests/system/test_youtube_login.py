"""What an operator sees who lets Reporeel publish to YouTube: the login, and the doctor's words."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from services.commands.credentials import youtube_findings
from tests.support.commands import reporeel
from tests.support.fake_youtube import REFRESH_TOKEN, FakeYouTube

CLIENT = '{"installed": {"client_id": "client", "client_secret": "secret"}}'


@pytest.fixture
async def google() -> AsyncIterator[FakeYouTube]:
    async with FakeYouTube() as running:
        yield running


async def test_the_login_prints_the_token_of_whoever_comes_back(google: FakeYouTube, tmp_path: Path) -> None:
    (tmp_path / "client.json").write_text(CLIENT)
    environ = {"YOUTUBE_CLIENT_SECRET": str(tmp_path / "client.json"), "REPOREEL_YOUTUBE_API_URL": google.url}
    command = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services",
        "youtube",
        "login",
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | environ | {"COLUMNS": "2000"},
    )
    assert command.stdout is not None
    async with asyncio.timeout(60), aiohttp.ClientSession() as browser:
        while not (line := (await command.stdout.readline()).decode()).startswith("https://accounts"):
            assert line
        async with browser.get(google.consent(line.strip())) as thanks:
            assert thanks.ok
        said = (await command.stdout.read()).decode()
        assert await command.wait() == 0
    assert f"YOUTUBE_REFRESH_TOKEN={REFRESH_TOKEN}" in said


async def test_a_login_without_a_client_says_how_to_get_one() -> None:
    ended = await reporeel("youtube", "login")
    assert ended.code == 2
    assert "Desktop app" in ended.err


async def doctor(google: FakeYouTube, **changes: str) -> list[str]:
    """What `reporeel doctor` prints of YouTube: whether it is well, and its words."""
    environ = {
        "REPOREEL_PUBLISH_TARGETS": "files,youtube",
        "REPOREEL_YOUTUBE_API_URL": google.url,
        "YOUTUBE_CLIENT_SECRET": CLIENT,
        "YOUTUBE_REFRESH_TOKEN": REFRESH_TOKEN,
    }
    found = youtube_findings(environ | changes)
    return [f"{'ok' if one.ok else 'FAIL' if one.fatal else 'note'} {one.words}" async for one in found]


async def test_the_doctor_is_silent_where_youtube_is_no_target(google: FakeYouTube) -> None:
    assert await doctor(google, REPOREEL_PUBLISH_TARGETS="files") == []


async def test_the_doctor_says_that_there_are_no_credentials(google: FakeYouTube) -> None:
    (said,) = await doctor(google, YOUTUBE_CLIENT_SECRET="")
    assert said.startswith("FAIL YOUTUBE_CLIENT_SECRET is not set: `reporeel youtube login` says how")


async def test_the_doctor_says_that_a_token_was_revoked(google: FakeYouTube) -> None:
    google.token_works = False
    (said,) = await doctor(google)
    assert said.startswith("FAIL Google does not take the refresh token (Token has been expired or revoked.)")
    assert "run `reporeel youtube login`" in said


async def test_the_doctor_names_a_scope_that_is_missing(google: FakeYouTube) -> None:
    google.scope = google.scope.split()[0]
    (said,) = await doctor(google)
    assert said.startswith("FAIL the token lacks the scope youtube.force-ssl")


async def test_the_doctor_counts_the_days_of_a_token_in_testing_mode(google: FakeYouTube) -> None:
    google.token_days = 2.0
    age, channel = await doctor(google)
    assert age.startswith("note the refresh token dies in 2 days")
    assert channel.startswith("ok")


async def test_the_doctor_says_when_google_locks_what_we_upload(google: FakeYouTube) -> None:
    snippet = {"title": "x", "tags": ["reporeel-1"]}
    google.videos["v1"] = {"id": "v1", "snippet": snippet, "status": {"privacyStatus": "private"}}
    _, channel = await doctor(google, REPOREEL_YOUTUBE_PRIVACY="public")
    assert channel.startswith("note every film on the channel is private (1 looked at)")
    assert "ask for the audit of your project" in channel


async def test_the_doctor_is_content_with_a_channel_that_answers(google: FakeYouTube) -> None:
    assert [said.partition(" ")[0] for said in await doctor(google)] == ["ok", "ok"]
    assert google.refused == []
