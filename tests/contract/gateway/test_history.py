"""`GET /history` and `reporeel history`: what was filmed, also long ago."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from services.__main__ import _parser
from services.commands.history import history
from services.gateway.listing import MAX_ASKED_CHARACTERS
from shared.history.bucket import BucketHistory
from tests.support.doors import ask, door, gateway
from tests.support.pipelines import pipeline_process
from tests.unit.history.conformance import entry


async def test_the_history_is_listed_and_asked_for_by_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with door(tmp_path) as (session, running):
        kept = BucketHistory(running.bus)
        await kept.create(entry("acme/site", 1, status="completed", video_url="https://youtu.be/1"))
        await kept.create(entry("acme/other", 2, status="failed", error_message="It is gone"))
        status, found, _ = await ask(session, "GET", "/history")
        assert status == 200
        assert [one["repo_name"] for one in found["films"]] == ["acme/other", "acme/site"]
        _, found, _ = await ask(session, "GET", "/history?repo=Acme/Site&limit=5")
        assert [one["video_url"] for one in found["films"]] == ["https://youtu.be/1"]
        status, refused, _ = await ask(session, "GET", "/history?limit=abc")
        assert (status, "limit" in refused["error"]["message"]) == (400, True)
        command = ["history", "--url", str(session._base_url), "--repo", "acme/site"]
        assert await history(_parser().parse_args(command)) == 0
        for route in ("/history", "/jobs"):
            longest = "%F0%9F%8E%9E" * MAX_ASKED_CHARACTERS
            status, _, _ = await ask(session, "GET", f"{route}?repo={longest}")
            too_long, refused, _ = await ask(session, "GET", f"{route}?repo={longest}x")
            assert (status, too_long, refused["error"]["code"]) == (200, 400, "query_invalid")
    said = capsys.readouterr().out
    assert said == "2026-07-01 12:01  completed   acme/site  en,pt  https://youtu.be/1\n"


async def test_a_history_that_is_away_says_so(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running:
        elsewhere = dataclasses.replace(running, environ={"FIRESTORE_EMULATOR_HOST": "127.0.0.1:9"})
        async with gateway(elsewhere) as session:
            status, refused, headers = await ask(session, "GET", "/history")
    assert (status, refused["error"]["code"], headers["Retry-After"]) == (503, "history_away", "30")
