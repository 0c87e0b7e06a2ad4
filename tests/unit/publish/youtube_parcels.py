"""Films on their way to YouTube, and a YouTube target that can die and start again."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from services.publisher.files.film import Chapter, Film
from services.publisher.targets.ledger import STREAM, Entry, Key, Ledger
from services.publisher.targets.target import Parcel
from services.publisher.targets.youtube.calls import Calls
from services.publisher.targets.youtube.quota import Quota
from services.publisher.targets.youtube.settings import Client, YouTubeSettings
from services.publisher.targets.youtube.target import YouTube
from shared.bus import Bus
from shared.events import JobSpec
from shared.facts import Evidence, Fact, FactBase
from tests.support.fake_youtube import REFRESH_TOKEN, FakeYouTube

CHUNK_BYTES = 256 * 1024
NOON = datetime(2026, 7, 1, 19, 0, tzinfo=UTC)
"""Noon in Pacific time."""


def film(language: str = "en", **changes: Any) -> Film:
    whole: dict[str, Any] = {
        "language": language,
        "title": "tidewatch: tide tables from the command line",
        "description": "What tidewatch is, and how it is built.",
        "credits": ("harbour", "MIT"),
        "chapters": (
            Chapter("Hook", 0.0, ()),
            Chapter("At a glance", 12.4, ()),
            Chapter("Too soon", 15.0, ()),
            Chapter("Architecture", 31.9, ()),
        ),
        "subtitles": "",
        "quality": None,
        "downloads": (),
    }
    return Film(**(whole | changes))


def facts(*, private: bool = False, topics: tuple[str, ...] = ("tides", "cli")) -> FactBase:
    seen = (Evidence(source="api", field="private"),)
    return FactBase(
        repo="harbour/tidewatch",
        commit="c" * 40,
        facts=(
            Fact(id="repo.private", kind="repo", value=private, evidence=seen),
            Fact(id="repo.topics", kind="repo", value=topics, evidence=seen),
        ),
    )


def parcel(
    folder: Path,
    job_id: str = "a" * 32,
    *,
    size: int = 5 * CHUNK_BYTES // 2,
    revision: str = "1" * 64,
    shown: Film | None = None,
    known: FactBase | None = None,
) -> Parcel:
    shown = shown or film()
    folder.mkdir(parents=True, exist_ok=True)
    content = random.Random(f"{job_id}{shown.language}").randbytes(size)
    (folder / shown.video).write_bytes(content)
    (folder / shown.thumbnail).write_bytes(b"\xff\xd8 a picture")
    (folder / f"subtitles.{shown.language}.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nHello\n")
    return Parcel(
        job_id=job_id,
        spec=JobSpec(repo="harbour/tidewatch"),
        facts=known or facts(),
        folder=folder,
        film=shown,
        revision=revision,
    )


def sha256_of(sent: Parcel) -> str:
    return hashlib.sha256(sent.video.read_bytes()).hexdigest()


def settings_for(google: FakeYouTube, **changes: Any) -> YouTubeSettings:
    return YouTubeSettings(
        client_secret="secret", client_id="client", refresh_token=REFRESH_TOKEN, api_url=google.url, **changes
    )


@contextlib.asynccontextmanager
async def youtube(
    google: FakeYouTube, bus: Bus, at: datetime = NOON, **changes: Any
) -> AsyncIterator[YouTube]:
    """A target as a process that has just started has it."""
    settings = settings_for(google, **changes)
    calls = Calls(settings.api_url, Client("client", "secret"), settings.refresh_token)
    try:
        quota = Quota(bus, settings)
        yield YouTube(calls, Ledger(bus), quota, settings, lambda: at, chunk_bytes=CHUNK_BYTES)
    finally:
        await calls.close()


async def send(google: FakeYouTube, bus: Bus, sent: Parcel, at: datetime = NOON, **changes: Any) -> str:
    key = Key(sent.job_id, sent.language, "youtube", sent.revision)
    async with youtube(google, bus, at, **changes) as target:
        return await target.send(sent, await Ledger(bus).page(key), lambda _: None)


async def send_and_die(google: FakeYouTube, bus: Bus, sent: Parcel, after_seconds: float) -> str | None:
    """Send, and be gone after a while as if killed: nothing is tidied up, nothing is told. None: died."""
    sending = asyncio.create_task(send(google, bus, sent, daily_inserts=10_000, daily_units=1_000_000))
    done, _ = await asyncio.wait([sending], timeout=after_seconds)
    if not done:
        sending.cancel()
        await asyncio.wait([sending])
    return None if sending.cancelled() else sending.result()


async def as_if_it_died_before_its_record(bus: Bus, session: str) -> None:
    """Leave the one entry as a process does that dies between the last byte and its record."""
    (stored,) = await bus.last([f"$KV.ledger.{'a' * 32}.>"], stream=STREAM)
    entry = msgspec.json.decode(stored.payload, type=Entry)
    entry = msgspec.structs.replace(entry, reference="", url="", session=session, done=())
    await bus.store(stored.subject, msgspec.json.encode(entry), {})
