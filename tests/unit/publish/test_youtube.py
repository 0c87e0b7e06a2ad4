"""Films on YouTube: each once, whatever fails on the way, and described as YouTube wants it."""

from __future__ import annotations

import contextlib
import random
from argparse import Namespace
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.commands.unpublish import NothingThere, unpublish
from services.publisher.targets import resumable
from services.publisher.targets.ledger import Ledger
from services.publisher.targets.youtube.quota import Quota
from shared.bus import Bus
from shared.errors import Reject, Retry
from shared.measures import Measures
from tests.support.fake_youtube import REFRESH_TOKEN, FakeYouTube, Fault
from tests.support.pipelines import pipeline_process
from tests.unit.publish.youtube_parcels import (
    CHUNK_BYTES,
    NOON,
    as_if_it_died_before_its_record,
    facts,
    film,
    parcel,
    send,
    send_and_die,
    settings_for,
    sha256_of,
    youtube,
)

TRIALS = 100
CREDENTIALS = {
    "REPOREEL_PUBLISH_TARGETS": "files,youtube",
    "YOUTUBE_CLIENT_SECRET": "secret",
    "YOUTUBE_CLIENT_ID": "client",
    "YOUTUBE_REFRESH_TOKEN": REFRESH_TOKEN,
}
DEATHS = 300
"""After so many the rest is left alone: on a busy machine nothing would ever be finished."""
TRIES = 50


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    async with pipeline_process(tmp_path / "nats") as process:
        yield process.bus


@pytest.fixture
async def google() -> AsyncIterator[FakeYouTube]:
    async with FakeYouTube() as running:
        yield running
    assert running.refused == []


async def test_a_film_becomes_a_private_video_with_everything_around_it(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    sent = parcel(tmp_path / "film")
    url = await send(google, bus, sent, playlists="language")
    ((video_id, video),) = google.videos.items()
    assert url == f"https://youtu.be/{video_id}"
    assert google.contents[video_id] == sha256_of(sent)
    assert video["status"]["privacyStatus"] == "private"
    assert video["status"]["containsSyntheticMedia"] is True
    assert video["status"]["selfDeclaredMadeForKids"] is False
    assert video["snippet"]["defaultAudioLanguage"] == "en"
    assert google.thumbnails[video_id] == b"\xff\xd8 a picture"
    assert [one["language"] for one in google.captions[video_id]] == ["en"]
    assert list(google.listed.values()) == [[video_id]]


async def test_the_same_film_again_asks_nothing_and_sends_nothing(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    sent = parcel(tmp_path / "film")
    first = await send(google, bus, sent)
    before = google.calls.copy()
    assert await send(google, bus, sent) == first
    assert google.calls == before


async def test_a_hundred_films_arrive_once_each_through_faults_and_deaths(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    dice = random.Random(7)
    sent = [parcel(tmp_path / str(n), f"{n:032x}") for n in range(TRIALS)]
    died = 0
    for one in sent:
        google.faults = [_fault(dice) for _ in range(dice.randrange(3))]
        if dice.random() < 0.2:
            google.expire_tokens()
        for _ in range(TRIES):
            lives_seconds = dice.uniform(0.0, 0.06) if died < DEATHS else 60.0
            with contextlib.suppress(Retry):
                if await send_and_die(google, bus, one, lives_seconds) is not None:
                    break
                died += 1
    assert died > TRIALS / 2
    assert sorted(google.contents.values()) == sorted(map(sha256_of, sent))
    assert all(len(there) == 1 for there in google.captions.values())


def _fault(dice: random.Random) -> Fault:
    """One of those the far side is known for."""
    return dice.choice(
        [
            Fault("chunk", 503, keep=dice.randrange(CHUNK_BYTES)),
            Fault("chunk", 500, keep=0),
            Fault("chunk", keep=dice.randrange(CHUNK_BYTES)),
            Fault("chunk"),
            Fault("start", 503),
            Fault("thumbnails.set", 500),
            Fault("captions.insert"),
        ]
    )


async def test_a_chunk_that_never_gets_through_is_given_up_for_now(
    google: FakeYouTube, bus: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable, "TROUBLE_SECONDS", 0.001)
    google.faults = [Fault("chunk", 503, keep=0) for _ in range(100)]
    with pytest.raises(Retry):
        await send(google, bus, parcel(tmp_path / "film"))
    assert len(google.faults) == 100 - resumable.MOST_TROUBLES - 1


async def test_the_answer_to_the_last_byte_may_be_lost(google: FakeYouTube, bus: Bus, tmp_path: Path) -> None:
    google.faults = [Fault("chunk")]
    sent = parcel(tmp_path / "film", size=CHUNK_BYTES)
    await send(google, bus, sent)
    assert list(google.contents.values()) == [sha256_of(sent)]


async def test_a_video_whose_session_is_forgotten_is_found_on_the_channel(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    sent = parcel(tmp_path / "film")
    google.faults = [Fault("captions.list", 400, "invalid")]
    with pytest.raises(Reject):
        await send(google, bus, sent)
    (video_id,) = google.videos
    google.forget_sessions()
    await as_if_it_died_before_its_record(bus, f"{google.url}/upload-session/expired")
    assert await send(google, bus, sent) == f"https://youtu.be/{video_id}"
    assert list(google.videos) == [video_id]


async def test_a_session_that_expired_before_its_end_is_started_anew(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    sent = parcel(tmp_path / "film")
    google.faults = [Fault("chunk", 400, "badRequest", keep=0)]
    with pytest.raises(Reject):
        await send(google, bus, sent)
    google.forget_sessions()
    await send(google, bus, sent)
    assert list(google.contents.values()) == [sha256_of(sent)]


async def test_a_spent_quota_waits_for_midnight_in_california(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    for number in range(101):
        sent = parcel(tmp_path / str(number), f"{number:032x}", size=64)
        if number < 100:
            await send(google, bus, sent, captions=False)
    with pytest.raises(Retry) as waiting:
        await send(google, bus, sent, captions=False)
    assert len(google.videos) == 100
    assert waiting.value.code == "quota"
    assert waiting.value.delay_seconds == pytest.approx(12 * 3600, abs=2)
    later = NOON + timedelta(seconds=waiting.value.delay_seconds)
    await send(google, bus, sent, later, captions=False)
    assert len(google.videos) == 101


async def test_what_youtube_calls_spent_is_waited_for_too(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    google.faults = [Fault("start", 403, "quotaExceeded")]
    with pytest.raises(Retry) as waiting:
        await send(google, bus, parcel(tmp_path / "film"))
    assert waiting.value.code == "quota"


async def test_captions_cost_what_is_configured_and_wait_with_the_rest(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    with pytest.raises(Retry):
        await send(google, bus, parcel(tmp_path / "film"), daily_units=101)
    assert len(google.videos) == 1
    assert google.captions == {}


async def test_a_revoked_token_needs_a_person(google: FakeYouTube, bus: Bus, tmp_path: Path) -> None:
    google.token_works = False
    with pytest.raises(Reject, match="expired or revoked") as refused:
        await send(google, bus, parcel(tmp_path / "film"))
    assert refused.value.code == "youtube_unauthorized"
    assert "youtube login" in refused.value.hint


async def test_a_private_repositorys_film_is_never_public(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    known = facts(private=True)
    await send(google, bus, parcel(tmp_path / "film", known=known), privacy="public")
    ((_, video),) = google.videos.items()
    assert video["status"]["privacyStatus"] == "private"


async def test_a_public_film_can_be_kept_back_for_a_day(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    await send(google, bus, parcel(tmp_path / "film"), privacy="public", publish_delay_hours=24.0)
    ((_, video),) = google.videos.items()
    assert video["status"]["publishAt"] == "2026-07-02T19:00:00Z"
    assert video["status"]["privacyStatus"] == "private"


async def test_an_edited_film_names_the_one_it_replaces(
    google: FakeYouTube, bus: Bus, tmp_path: Path
) -> None:
    first = await send(google, bus, parcel(tmp_path / "film"))
    await send(google, bus, parcel(tmp_path / "film", revision="2" * 64))
    older, newer = google.videos.values()
    assert first in newer["snippet"]["description"]
    assert older["snippet"]["description"].startswith(f"→ https://youtu.be/{newer['id']}\n")
    assert older["snippet"]["title"] == newer["snippet"]["title"]
    before = google.calls.copy()
    await send(google, bus, parcel(tmp_path / "film", revision="2" * 64))
    assert google.calls == before


async def test_what_is_taken_down_stays_down(google: FakeYouTube, bus: Bus, tmp_path: Path) -> None:
    first = await send(google, bus, parcel(tmp_path / "film"))
    (page,) = await Ledger(bus).pages("a" * 32, "youtube")
    async with youtube(google, bus) as target:
        await target.withdraw(page)
        await target.withdraw(page)
    assert google.videos == {}
    (page,) = await Ledger(bus).pages("a" * 32, "youtube")
    assert (page.entry.withdrawn, page.entry.url) == (True, first)
    await send(google, bus, parcel(tmp_path / "film", revision="2" * 64))
    ((_, video),) = google.videos.items()
    assert first not in video["snippet"]["description"]


async def test_a_shell_takes_a_jobs_videos_down(
    google: FakeYouTube, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with pipeline_process(tmp_path / "own") as process:
        for language in ("en", "pt"):
            await send(google, process.bus, parcel(tmp_path / language, shown=film(language)))
        environ = dict(process.environ) | CREDENTIALS | {"REPOREEL_YOUTUBE_API_URL": google.url}
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        assert await unpublish(Namespace(job_id="a" * 32, lang=("pt",))) == 0
        assert [video["snippet"]["defaultLanguage"] for video in google.videos.values()] == ["en"]
        assert await unpublish(Namespace(job_id="a" * 32, lang=())) == 0
        with pytest.raises(NothingThere):
            await unpublish(Namespace(job_id="a" * 32, lang=()))
    assert google.videos == {}
    assert "pt: https://youtu.be/" in capsys.readouterr().out


@pytest.mark.parametrize(
    "title", ["x" * 400, "<b>bold</b> & “quoted”", "🎬 émoji ünïcode", "a" * 99 + "<" + "b" * 9]
)
async def test_any_title_and_description_fits(
    google: FakeYouTube, bus: Bus, tmp_path: Path, title: str
) -> None:
    shown = film(title=title, description="<é>" * 3000)
    topics = tuple(f"topic number {n} <x>" if n % 2 else f"topic-{n}" for n in range(100))
    await send(google, bus, parcel(tmp_path / "film", shown=shown, known=facts(topics=topics)))
    assert len(google.videos) == 1


async def test_chapters_are_those_youtube_would_show(google: FakeYouTube, bus: Bus, tmp_path: Path) -> None:
    await send(google, bus, parcel(tmp_path / "film"))
    ((_, video),) = google.videos.items()
    lines = video["snippet"]["description"].splitlines()
    assert [line for line in lines if line[:1].isdigit()] == [
        "0:00 Hook",
        "0:12 At a glance",
        "0:31 Architecture",
    ]


async def test_two_days_are_two_quotas(google: FakeYouTube, bus: Bus, tmp_path: Path) -> None:
    before, after = datetime(2026, 7, 2, 6, 59, tzinfo=UTC), datetime(2026, 7, 2, 7, 1, tzinfo=UTC)
    await send(google, bus, parcel(tmp_path / "a", "a" * 32), before, daily_inserts=1)
    await send(google, bus, parcel(tmp_path / "b", "b" * 32), after, daily_inserts=1)
    assert len(google.videos) == 2


async def test_what_is_spent_of_a_day_is_noted_until_it_ends(google: FakeYouTube, bus: Bus) -> None:
    measures, moment = Measures(), datetime.now(UTC)
    quota = Quota(bus, settings_for(google, daily_inserts=3, daily_units=1000), measures)
    await quota.spend("videos.insert", moment)
    await quota.spend("captions.insert", moment)
    assert {(one.name, one.of, one.value) for one in measures.newest()} == {
        ("youtube_quota_spent", "inserts", 1),
        ("youtube_quota_spent", "units", 400),
        ("youtube_quota_limit", "inserts", 3),
        ("youtube_quota_limit", "units", 1000),
    }
    await quota.spend("videos.list", moment - timedelta(days=1))
    assert measures.newest() == []
