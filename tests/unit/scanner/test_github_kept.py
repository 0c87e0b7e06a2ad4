"""GitHub's answers of before: shared by all scanners of an installation, and never believed unchecked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.scanner.github import GitHub
from services.scanner.github_kept import MAX_BODY_BYTES, STREAM, Entry, KeptAnswers
from services.scanner.github_records import Record
from services.scanner.settings import ScannerSettings
from shared.github.cache import Answer, AnswersInMemory
from shared.lifecycle import Process, process
from shared.settings import load
from tests.security.test_permissions import as_user, provisioned
from tests.support.fake_github import FakeGitHub
from tests.support.pipelines import pipeline_process
from tests.unit.scanner.building import SMALL_PROJECT, write_files

REPOSITORY = "/repos/acme/site"


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.add("acme/site", write_files(tmp_path / "site", SMALL_PROJECT))
        yield github


async def looked_up(fake: FakeGitHub, running: Process, who: str = "me") -> tuple[Record, list[str]]:
    """What a scanner that has just started learns, and the paths that it pays for."""
    del fake.charged[:]
    variables = {"GITHUB_API_URL": fake.url, "GITHUB_TOKEN": who}
    github = GitHub(load(ScannerSettings, variables).github_http(bus=running.bus))
    try:
        return await github.look_up("acme/site", None), list(fake.charged)
    finally:
        await github.close()


async def test_another_scanner_pays_only_for_what_has_changed(fake, tmp_path):
    """With the rights of the scanner's own NATS user, each on a connection of its own."""
    stopping = asyncio.Event()
    async with provisioned(tmp_path) as address:
        url = as_user(address, "scanner")
        async with process(url, "scanner", {}, stopping) as running:
            first, paid_first = await looked_up(fake, running)
        async with process(url, "scanner", {}, stopping) as running:
            again, paid_again = await looked_up(fake, running)
            fake.repositories["acme/site"].stars = 4711
            changed, paid_changed = await looked_up(fake, running)
    assert len(paid_first) > 5
    assert (again, paid_again) == (first, [])
    assert (changed.repository.stargazers_count, paid_changed) == (4711, [REPOSITORY])


async def test_what_one_token_saw_is_not_shown_to_another(fake, tmp_path):
    async with pipeline_process(tmp_path / "nats") as running:
        _, paid_first = await looked_up(fake, running)
        _, paid_other = await looked_up(fake, running, who="you")
    assert paid_other == paid_first


def flipped(payload: bytes) -> bytes:
    middle = payload.index(b'"body"') + 20
    return payload[:middle] + bytes([payload[middle] ^ 1]) + payload[middle + 1 :]


def pointing_elsewhere(payload: bytes) -> bytes:
    entry = msgspec.json.decode(payload, type=Entry)
    return msgspec.json.encode(msgspec.structs.replace(entry, link='<x?page=9>; rel="last"'))


@pytest.mark.parametrize(
    "damage",
    [flipped, pointing_elsewhere, lambda payload: payload[:-9], lambda _: b"", lambda _: b"\xff\x00"],
    ids=["flipped", "changed", "cut", "empty", "noise"],
)
async def test_a_damaged_entry_costs_one_request_and_tells_nothing(fake, tmp_path, damage):
    async with pipeline_process(tmp_path / "nats") as running:
        first, _ = await looked_up(fake, running)
        stored = await entry_of(running, REPOSITORY)
        await running.bus.store(stored.subject, damage(stored.payload), {})
        again, paid = await looked_up(fake, running)
        _, paid_later = await looked_up(fake, running)
    assert (again, paid, paid_later) == (first, [REPOSITORY], [])


async def test_an_entry_at_another_path_is_not_taken(fake, tmp_path):
    async with pipeline_process(tmp_path / "nats") as running:
        first, _ = await looked_up(fake, running)
        stored = await entry_of(running, REPOSITORY)
        languages = await entry_of(running, f"{REPOSITORY}/languages")
        await running.bus.store(stored.subject, languages.payload, {})
        again, paid = await looked_up(fake, running)
    assert (again, paid) == (first, [REPOSITORY])


async def entry_of(running: Process, path: str):
    entries = await running.bus.last(["$KV.github.>"], stream=STREAM)
    return next(one for one in entries if msgspec.json.decode(one.payload, type=Entry).path == path)


async def test_without_its_bucket_a_scanner_only_pays(fake, tmp_path):
    async with pipeline_process(tmp_path / "nats") as running:
        first, paid_first = await looked_up(fake, running)
        await running.bus.api(f"STREAM.PURGE.{STREAM}")
        again, paid_again = await looked_up(fake, running)
        await running.bus.api(f"STREAM.DELETE.{STREAM}")
        without, paid_without = await looked_up(fake, running)
    assert first == again == without
    assert paid_first == paid_again == paid_without


async def test_a_full_bucket_forgets_the_oldest_and_stops_nothing(tmp_path):
    body = b"x" * 200
    async with pipeline_process(tmp_path / "nats", github_max_bytes=8192) as running:
        kept = KeptAnswers(running.bus, "somebody")
        for number in range(40):
            await kept.put(f"/{number}", Answer(200, body, etag=f'"{number}"'))
        assert await kept.get("/0") is None
        assert await kept.get("/39") == Answer(200, body, etag='"39"')


async def test_an_answer_that_is_too_large_or_a_bomb_is_not_kept(tmp_path):
    async with pipeline_process(tmp_path / "nats") as running:
        kept = KeptAnswers(running.bus, "somebody")
        await kept.put("/noise", Answer(200, random.Random(1).randbytes(1_500_000), etag='"n"'))
        await kept.put("/no-etag", Answer(200, b"{}"))
        await kept.put("/vast", Answer(200, b" " * (MAX_BODY_BYTES + 1), etag='"v"'))
        await kept.put("/most", Answer(200, b" " * MAX_BODY_BYTES, etag='"m"'))
        assert [await kept.get(path) for path in ("/noise", "/no-etag", "/vast")] == [None, None, None]
        assert len((await kept.get("/most")).body) == MAX_BODY_BYTES


async def test_what_is_remembered_in_memory_fits_and_the_oldest_goes():
    cache = AnswersInMemory(max_bytes=800)
    for number in range(10):
        await cache.put(f"/{number}", Answer(200, b"x" * 100, etag=f'"{number}"'))
    assert await cache.get("/1") is None
    assert await cache.get("/2") is not None
    await cache.put("/new", Answer(200, b"x" * 100, etag='"n"'))
    assert await cache.get("/2") is not None
    assert await cache.get("/3") is None
    await cache.put("/large", Answer(200, b"x" * 101, etag='"l"'))
    await cache.put("/no-etag", Answer(200, b"x"))
    assert [await cache.get(path) for path in ("/large", "/no-etag")] == [None, None]
    await cache.put("/new", Answer(200, b"y", etag='"m"'))
    assert (await cache.get("/new")).body == b"y"
