"""A job's files over HTTP: whole, in ranges, from the object store."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from services.gateway.ranges import NotSatisfiable, Span, span_of
from shared.blobs import CHUNK_BYTES
from shared.events import FilmFound, JobSpec, Output, VideoPublished, now
from shared.lifecycle import Process
from tests.support.doors import ask, door
from tests.support.pipelines import submission, submit

JOB = "a" * 32
FILM = os.urandom(3 * CHUNK_BYTES + 1000)
WHERE = f"/jobs/{JOB}/files/video.en.mp4"


async def publish(running: Process, *keys: str) -> None:
    """Store what the publisher would; more keys than one are later generations."""
    await submit(running, submission(JOB))
    for generation, key in enumerate(keys):
        output = Output(language="en", video_url="v", subtitles_url="s", thumbnail_url="t")
        await running.bus.publish_once(
            VideoPublished(
                job_id=JOB,
                spec=JobSpec(repo="acme/site"),
                at=now(),
                generation=generation,
                language="en",
                files={"video.en.mp4": key},
                output=output,
            )
        )


async def test_a_film_is_given_whole_and_in_ranges(tmp_path: Path) -> None:
    size = len(FILM)
    ranges = {
        "bytes=0-0": (0, 1),
        "bytes=0-": (0, size),
        f"bytes={CHUNK_BYTES}-": (CHUNK_BYTES, size),
        f"bytes={CHUNK_BYTES - 1}-{CHUNK_BYTES}": (CHUNK_BYTES - 1, CHUNK_BYTES + 1),
        "bytes=-500": (size - 500, size),
        f"bytes={size - 1}-{size + 5000}": (size - 1, size),
    }
    async with door(tmp_path) as (session, running):
        await publish(running, await running.blobs.put(FILM))
        async with session.get(WHERE) as reply:
            assert reply.status == 200
            assert reply.headers["Accept-Ranges"] == "bytes"
            assert reply.headers["Content-Type"] == "video/mp4"
            assert await reply.read() == FILM
            etag = reply.headers["ETag"]
        for header, (start, stop) in ranges.items():
            async with session.get(WHERE, headers={"Range": header}) as reply:
                assert reply.status == 206, header
                assert reply.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
                assert await reply.read() == FILM[start:stop]
        async with session.get(WHERE, headers={"Range": "bytes=5-6", "If-Range": '"other"'}) as reply:
            assert (reply.status, await reply.read()) == (200, FILM)
        async with session.get(WHERE, headers={"If-None-Match": etag}) as reply:
            assert reply.status == 304
        beyond, answer, _ = await ask(session, "GET", WHERE, headers={"Range": f"bytes={size}-"})
    assert beyond == 416
    assert str(size) in answer["error"]["message"]


async def test_a_job_that_was_given_an_earlier_film_gives_its_files(tmp_path: Path) -> None:
    later = "b" * 32
    async with door(tmp_path) as (session, running):
        await submit(running, submission(later, trigger="star"))
        found = FilmFound(
            job_id=later,
            spec=JobSpec(repo="acme/site"),
            at=now(),
            film=JOB,
            commit=None,
            languages=("en",),
            facts="f",
            outputs=(),
        )
        await running.bus.publish_once(found)
        forgotten = await ask(session, "GET", f"/jobs/{later}/files")
        await publish(running, await running.blobs.put(FILM))
        listed = await ask(session, "GET", f"/jobs/{later}/files")
        async with session.get(f"/jobs/{later}/files/video.en.mp4") as reply:
            assert await reply.read() == FILM
    assert (forgotten[0], forgotten[1]["files"]) == (200, ["job.json"])
    assert listed[1]["files"] == ["job.json", "video.en.mp4"]


async def test_ranges_are_right_where_chunks_of_two_files_lie_between_each_other(tmp_path: Path) -> None:
    """Two writers at once: a chunk's place can't be reckoned from the first one's."""
    other = os.urandom(len(FILM))
    async with door(tmp_path) as (session, running):
        keys = await asyncio.gather(running.blobs.put(FILM), running.blobs.put(other))
        await publish(running, keys[0])
        start = 2 * CHUNK_BYTES + 7
        async with session.get(WHERE, headers={"Range": f"bytes={start}-"}) as reply:
            assert await reply.read() == FILM[start:]


async def test_a_retry_gives_the_newest_files_and_a_missing_one_is_a_404(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        await publish(running, await running.blobs.put(b"old"), await running.blobs.put(b"new"))
        async with session.get(WHERE) as reply:
            body = await reply.read()
        _, names, _ = await ask(session, "GET", f"/jobs/{JOB}/files")
        _, record, _ = await ask(session, "GET", f"/jobs/{JOB}/files/job.json")
        missing = [
            (await ask(session, "GET", path))[0]
            for path in (
                f"/jobs/{JOB}/files/nothing.mp4",
                f"/jobs/{JOB}/files/..%2F..%2Fetc%2Fpasswd",
                f"/jobs/{'b' * 32}/files/job.json",
                f"/jobs/{'b' * 32}/files",
            )
        ]
        await publish(running, "sha256/" + "0" * 64)
    assert body == b"new"
    assert names == {"files": ["job.json", "video.en.mp4"]}
    assert record["job_id"] == JOB
    assert missing == [404, 404, 404, 404]


async def test_a_file_whose_bytes_are_gone_is_a_404_that_says_so(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        await publish(running, "sha256/" + "0" * 64)
        status, answer, _ = await ask(session, "GET", WHERE)
    assert (status, answer["error"]["code"]) == (404, "file_gone")


@pytest.mark.parametrize(
    "header", [None, "", "bytes=-", "bytes=a-b", "bytes=0-1,5-6", "items=0-1", "bytes=5-2"]
)
def test_what_is_no_single_range_gets_the_whole(header: str | None) -> None:
    assert span_of(header, 10) is None


def test_a_range_is_cut_to_the_file_or_refused() -> None:
    assert span_of("bytes=-20", 10) == Span(0, 10)
    assert span_of("bytes=3-99", 10) == Span(3, 10)
    for header in ("bytes=10-", "bytes=-0"):
        with pytest.raises(NotSatisfiable):
            span_of(header, 10)
