"""Films on a blog: posts that read back, feeds that players take, each film once."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import fromstring

import feedparser
import msgspec
import pytest
import yaml
from PIL import Image

from services.commands.places import place_findings
from services.publisher.targets.blog import catalogue
from services.publisher.targets.blog.composing import embedded, files_for
from services.publisher.targets.blog.feed import Channel, feed
from services.publisher.targets.blog.scenes import chapter_pictures
from services.publisher.targets.blog.settings import BlogSettings, check
from services.publisher.targets.blog.sites import Folder
from services.publisher.targets.blog.target import Blog
from services.publisher.targets.ledger import Key, Ledger
from services.publisher.targets.target import Parcel
from shared.bus import Bus
from shared.errors import Reject, SettingsError
from shared.facts import Evidence, Fact
from shared.settings import load
from tests.support.pipelines import pipeline_process
from tests.unit.publish.blog_posts import AT, SITE, front_matter, no_pictures, parcel, settings
from tests.unit.publish.test_post import NASTY

JOB = "0123456789ab"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
ASSETS = f"assets/films/encode-httpx/{JOB}"


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    async with pipeline_process(tmp_path / "nats") as process:
        yield process.bus


async def send(bus: Bus, site: Path, sent: Parcel, at=AT, pictures=no_pictures) -> str:
    """As a process that has just started sends it."""
    blog = Blog(Folder(site), Ledger(bus), settings(), lambda: at, pictures)
    key = Key(sent.job_id, sent.language, blog.name, sent.revision)
    return await blog.send(sent, await Ledger(bus).page(key), lambda _percent: None)


def contents(site: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and path.name != ".reporeel.lock"
    }


def parsed(document: bytes) -> feedparser.FeedParserDict:
    found = feedparser.parse(document)
    assert not found.bozo, found.bozo_exception
    assert found.version == "rss20"
    return found


async def test_a_film_becomes_a_post_with_its_files_and_a_feed(studio, bus, tmp_path) -> None:
    sent = await parcel(studio)
    url = await send(bus, tmp_path / "site", sent, pictures=chapter_pictures)
    there = contents(tmp_path / "site")
    post = f"_posts/2026-11-23-encode-httpx-en-{JOB}.md"
    names = {f"{ASSETS}/{name}" for name in ("video.en.mp4", "thumbnail.en.jpg", "subtitles.en.vtt")}
    pictures = [f"{ASSETS}/en-scene-{number}.jpg" for number in (1, 2)]
    assert set(there) == names | {*pictures, post, "films.en.xml", "_data/reporeel.json"}
    assert there[f"{ASSETS}/video.en.mp4"] == sent.video.read_bytes()
    for picture, chapter in zip(pictures, sent.film.chapters, strict=True):
        assert f'<img src="{SITE}/{picture}" alt="{chapter.heading}"' in there[post].decode()
        assert Image.open(BytesIO(there[picture])).size == (64, 36)
    head = front_matter(there[post].decode())
    assert url == f"{SITE}{head['permalink']}" == f"{SITE}/films/encode-httpx/{JOB}/en/"
    assert (head["layout"], head["date"]) == ("post", "2026-11-23 10:05:00 +0000")
    assert f'<source src="{SITE}/{ASSETS}/video.en.mp4" type="video/mp4">' in there[post].decode()


async def test_a_podcast_player_finds_the_film_in_the_feed(studio, bus, tmp_path) -> None:
    sent = await parcel(studio)
    url = await send(bus, tmp_path / "site", sent)
    found = parsed((tmp_path / "site/films.en.xml").read_bytes())
    (entry,) = found.entries
    (enclosure,) = entry.enclosures
    assert enclosure == {
        "href": f"{SITE}/{ASSETS}/video.en.mp4",
        "length": str(sent.video.stat().st_size),
        "type": "video/mp4",
    }
    assert (entry.title, entry.link, entry.guidislink) == (sent.film.title, url, False)
    assert tuple(entry.published_parsed)[:5] == (2026, 11, 23, 10, 5)
    assert entry.itunes_duration == "1"
    assert found.feed.language == "en"
    assert [one.href for one in found.feed.links if one.rel == "self"] == [f"{SITE}/films.en.xml"]


async def test_any_title_reads_back_from_post_catalogue_and_feed(studio) -> None:
    whole = await parcel(studio)
    assert len(NASTY) >= 50
    for title in NASTY:
        sent = msgspec.structs.replace(whole, film=replace(whole.film, title=title))
        files = files_for(sent, settings(), (), AT, None)
        (post,) = (content for path, content in files.items() if path.startswith("_posts/"))
        assert front_matter(post.decode())["title"] == title
        assert catalogue.read(files[catalogue.PATH]).films[0].title == title
        assert yaml.safe_load(files[catalogue.PATH])["films"][0]["title"] == title
        assert titles(files["films.en.xml"]) == [NOT_XML.sub("\ufffd", title).replace("\r\n", "\n")]


def titles(document: bytes) -> list[str | None]:
    """As any reader of XML has them; a player may take markup out of them."""
    parsed(document)
    return [item.findtext("title") for item in fromstring(document).iter("item")]  # noqa: S314 - ours


def test_the_judge_of_feeds_is_awake() -> None:
    whole = feed(Channel(title="x", url=SITE, language="en"), ())
    assert feedparser.parse(whole.replace(b"</title>", b"")).bozo


async def test_the_same_film_again_changes_nothing(studio, bus, tmp_path) -> None:
    sent = await parcel(studio)
    first = await send(bus, tmp_path / "site", sent)
    before = contents(tmp_path / "site")
    assert await send(bus, tmp_path / "site", sent, AT + timedelta(days=1)) == first
    unrecorded = msgspec.structs.replace(sent, revision="")  # as if its entry in the ledger had been lost
    assert files_for(sent, settings(), (), AT, before[catalogue.PATH]) == {}
    assert files_for(unrecorded, settings(), (), AT, before[catalogue.PATH])
    assert contents(tmp_path / "site") == before


async def test_an_edited_film_takes_the_place_of_the_old_one(studio, bus, tmp_path) -> None:
    first = await parcel(studio)
    await send(bus, tmp_path / "site", first)
    before = set(contents(tmp_path / "site"))
    edited = await parcel(studio, title="httpx, once more")
    assert edited.revision != first.revision
    await send(bus, tmp_path / "site", edited, AT + timedelta(days=1))
    there = contents(tmp_path / "site")
    assert set(there) == before
    (entry,) = parsed(there["films.en.xml"]).entries
    assert (entry.title, entry.published_parsed.tm_mday) == ("httpx, once more", 23)


async def test_languages_have_feeds_of_their_own(studio, bus, tmp_path) -> None:
    sent = [await parcel(studio, language=language) for language in ("en", "pt")]
    await asyncio.gather(*(send(bus, tmp_path / "site", one) for one in sent))
    there = contents(tmp_path / "site")
    assert [len(parsed(there[f"films.{language}.xml"]).entries) for language in ("en", "pt")] == [1, 1]
    assert len(catalogue.read(there[catalogue.PATH]).films) == 2


async def test_a_sender_that_dies_anywhere_is_followed_by_one_that_ends_it(studio, bus, tmp_path) -> None:
    sent, dice = await parcel(studio), random.Random(5)
    for _ in range(30):
        sending = asyncio.create_task(send(bus, tmp_path / "site", sent))
        await asyncio.wait([sending], timeout=dice.uniform(0.0, 0.02))
        sending.cancel()
        await asyncio.wait([sending])
    await send(bus, tmp_path / "site", sent)
    there = contents(tmp_path / "site")
    assert len(there) == 6
    assert len(parsed(there["films.en.xml"]).entries) == 1


async def test_films_that_are_served_elsewhere_are_not_copied(studio) -> None:
    sent = await parcel(studio)
    files = files_for(sent, settings(films_url="https://bucket.example/films/"), (), AT, None)
    assert f"{ASSETS}/video.en.mp4" not in files
    (entry,) = parsed(files["films.en.xml"]).entries
    video = f"https://bucket.example/films/encode-httpx/{sent.job_id}/video.en.mp4"
    assert entry.enclosures[0].href == video


async def test_a_film_on_youtube_is_played_from_there(studio) -> None:
    whole = await parcel(studio)
    sent = msgspec.structs.replace(whole, links={"youtube": "https://youtu.be/dQw4w9WgXcQ"})
    files = files_for(sent, settings(), (), AT, None)
    (post,) = (content for path, content in files.items() if path.startswith("_posts/"))
    assert b'<iframe src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"' in post


@pytest.mark.parametrize("address", ["", "https://youtu.be/x", 'https://youtu.be/dQw4w9WgXc"', "x"])
def test_only_a_video_of_youtube_is_embedded(address) -> None:
    assert embedded(address) == ""
    assert embedded("https://www.youtube.com/watch?v=dQw4w9WgXcQ").endswith("/dQw4w9WgXcQ")


async def test_a_private_repository_is_never_blogged(studio, bus, tmp_path) -> None:
    whole = await parcel(studio)
    private = Fact(
        id="repo.private", kind="repo", value=True, evidence=(Evidence(source="api", field="private"),)
    )
    sent = msgspec.structs.replace(whole, facts=msgspec.structs.replace(whole.facts, facts=(private,)))
    with pytest.raises(Reject) as refused:
        await send(bus, tmp_path / "site", sent)
    assert refused.value.code == "private_repository"
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    "wrong", [{"REPOREEL_BLOG_SITE": "ssh://git@x/y"}, {"REPOREEL_BLOG_SITE": "http://x/y"}]
)
def test_a_site_that_cannot_be_reached_safely_stops_the_start(wrong) -> None:
    whole = {"REPOREEL_BLOG_SITE": "https://x/y", "REPOREEL_BLOG_URL": SITE, "REPOREEL_BLOG_TOKEN": "t"}
    check(load(BlogSettings, whole))
    with pytest.raises(SettingsError, match="REPOREEL_BLOG_SITE"):
        check(load(BlogSettings, whole | wrong))


@pytest.mark.parametrize(
    ("changes", "ok", "words"),
    [
        ({}, True, "can be written"),
        ({"REPOREEL_BLOG_SITE": f"{__file__}/site"}, False, "cannot be written"),
        ({"REPOREEL_BLOG_URL": ""}, False, "set REPOREEL_BLOG_URL"),
    ],
)
async def test_the_doctor_looks_at_the_site(tmp_path, changes, ok, words) -> None:
    site = {"REPOREEL_BLOG_SITE": str(tmp_path / "new" / "site"), "REPOREEL_BLOG_URL": SITE}
    environ = {"REPOREEL_PUBLISH_TARGETS": "files,blog", **site, **changes}
    (finding,) = [finding async for finding in place_findings(environ)]
    assert (finding.what, finding.ok) == ("blog", ok)
    assert words in finding.words
    assert [finding async for finding in place_findings(site)] == []


@pytest.mark.parametrize("missing", ["REPOREEL_BLOG_SITE", "REPOREEL_BLOG_URL"])
def test_a_blog_without_a_place_stops_the_start(missing) -> None:
    whole = {"REPOREEL_BLOG_SITE": "/srv/site", "REPOREEL_BLOG_URL": SITE}
    check(load(BlogSettings, whole))
    with pytest.raises(SettingsError, match=missing):
        check(load(BlogSettings, {**whole, missing: ""}))


async def test_a_catalogue_that_is_not_ours_is_not_written_over(studio, bus, tmp_path) -> None:
    theirs = tmp_path / "site" / catalogue.PATH
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[1, 2]")
    sent = await parcel(studio)
    with pytest.raises(Reject, match=catalogue.PATH):
        await send(bus, tmp_path / "site", sent)
    assert contents(tmp_path / "site") == {catalogue.PATH: b"[1, 2]"}
