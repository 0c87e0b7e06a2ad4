"""What every place for histories must do: tests that each engine's file runs, with its own `history`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from shared.history.entry import Entry, History

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NASTY = {
    "dots": "a.b/c.d..e",
    "reserved": "__x__",
    "reserved-too": "/__x__/__",
    "dot": ".",
    "long": "/" + "é" * 1500,
    "long-alike": "/" + "é" * 1499 + "e",
    "spaces": "/home/ana/my site *>",
    "percent": "100%25/%2F=2F",
}


def entry(repo: str = "acme/site", job: int = 1, **fields: Any) -> Entry:
    at = NOON + timedelta(minutes=job)
    whole: dict[str, Any] = {
        "repo_name": repo,
        "description": "“Tides” & \u2028more",
        "stars": 42,
        "language": "Python",
        "status": "pending",
        "created_at": at,
        "updated_at": at,
        "url": f"https://github.com/{repo}",
        "job_id": f"{job:032x}",
        "commit": "c" * 40,
        "trigger": "star",
        "profile": "overview",
        "format": "wide",
        "languages": ("en", "pt"),
        "films": {"en": "https://youtu.be/1"},
    }
    return Entry(**(whole | fields))


async def kept(history: History, one: Entry) -> Entry | None:
    found = await history.get(one.repo_name, one.job_id)
    return found.entry if found else None


class Conformance:
    async def test_what_is_written_is_read_back(self, history: History) -> None:
        one = entry(stars=None)
        assert await history.create(one)
        assert await kept(history, one) == one

    async def test_what_is_not_there_is_nothing(self, history: History) -> None:
        assert await history.get("acme/none", "0" * 32) is None
        assert await history.of_repository("acme/none") == []

    async def test_an_entry_is_created_once(self, history: History) -> None:
        results = await asyncio.gather(*(history.create(entry(stars=n)) for n in range(8)))
        assert sorted(results) == [False] * 7 + [True]
        first = await kept(history, entry())
        assert first is not None
        assert results[first.stars or 0] is True

    async def test_an_entry_that_changed_is_not_written_over(self, history: History) -> None:
        one = entry()
        await history.create(one)
        read = await history.get(one.repo_name, one.job_id)
        assert read is not None
        done = msgspec.structs.replace(one, status="completed", video_url="https://youtu.be/1")
        assert await history.replace(done, read.revision)
        assert not await history.replace(one, read.revision)
        assert await kept(history, one) == done

    @pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
    async def test_any_name_is_legal_and_its_own(self, history: History, name: str) -> None:
        one, neighbour = entry(name), entry(f"{name}x")
        assert await history.create(one)
        assert await history.create(neighbour)
        assert await kept(history, one) == one
        assert await history.of_repository(name) == [one]

    async def test_a_repository_is_the_same_in_any_case(self, history: History) -> None:
        await history.create(entry("Acme/Site"))
        assert len(await history.of_repository("acme/site")) == 1

    async def test_what_changed_last_comes_first_and_of_a_repository_the_newest(
        self, history: History
    ) -> None:
        for number in range(1, 6):
            await history.create(entry(f"acme/{number % 2}", number))
        first = await history.get("acme/1", f"{1:032x}")
        assert first is not None
        changed = msgspec.structs.replace(first.entry, updated_at=NOON + timedelta(hours=1))
        await history.replace(changed, first.revision)
        assert [int(one.job_id, 16) for one in await history.recent(3)] == [1, 5, 4]
        assert [int(one.job_id, 16) for one in await history.recent(100)] == [1, 5, 4, 3, 2]
        assert [int(one.job_id, 16) for one in await history.of_repository("acme/1")] == [5, 3, 1]
