"""Publishing to a folder: whole, once, and plainly refused where it cannot be."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import av
import msgspec
import pytest

from services.publisher.files.disk import write_whole
from services.publisher.files_publisher import FilesPublisher
from shared.errors import Reject, Retry
from shared.events import JobEnded, JobSpec, now


def ignore(_percent: float) -> None:
    pass


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def ended(studio) -> JobEnded:
    return JobEnded(job_id=studio.folder.name, spec=studio.spec, at=now(), outcome="finished")


async def test_the_folder_holds_everything_a_finished_job_promises(studio) -> None:
    await studio.publisher.publish(await studio.rendered(), ignore)
    await studio.publisher.close(ended(studio), ignore)
    promised = {
        "job.json",
        "facts.json",
        "index.html",
        "video.en.mp4",
        "subtitles.en.srt",
        "subtitles.en.vtt",
    }
    promised |= {"script.en.json", "thumbnail.en.jpg", "quality.en.json", "post.en.md"}
    assert promised <= contents(studio.folder).keys()
    with av.open(studio.folder / "video.en.mp4") as container:
        assert container.streams.video[0].frames == 30


async def test_every_published_key_leads_to_the_files_bytes(studio) -> None:
    published = await studio.publisher.publish(await studio.rendered(), ignore)
    assert {"post.en.md", "facts.json", "video.en.mp4"} <= published.files.keys()
    for name, key in published.files.items():
        assert await studio.blobs.get(key) == (studio.folder / name).read_bytes()


async def test_the_output_leads_to_the_files(studio) -> None:
    output = (await studio.publisher.publish(await studio.rendered(), ignore)).output
    urls = {"video.en.mp4": output.video_url, "subtitles.en.vtt": output.subtitles_url}
    urls["thumbnail.en.jpg"] = output.thumbnail_url
    for name, url in urls.items():
        assert Path(unquote(urlsplit(url).path)) == studio.folder / name
        assert url.startswith("file:///")
    assert output.quality == str(studio.folder / "quality.en.json")


async def test_publishing_twice_changes_nothing(studio) -> None:
    event = await studio.rendered()
    first = await studio.publisher.publish(event, ignore)
    before = contents(studio.folder)
    again = await studio.publisher.publish(event, ignore)
    assert contents(studio.folder) == before
    assert (again.files, again.output) == (first.files, first.output)


async def test_two_languages_published_at_once_are_both_on_the_closed_page(studio) -> None:
    events = [await studio.rendered(language) for language in ("en", "pt")]
    await asyncio.gather(*(studio.publisher.publish(event, ignore) for event in events))
    await studio.publisher.close(ended(studio), ignore)
    page = (studio.folder / "index.html").read_text("utf-8")
    assert 'id="film-en"' in page
    assert 'id="film-pt"' in page


async def test_progress_grows_to_the_end(studio) -> None:
    seen: list[float] = []
    await studio.publisher.publish(await studio.rendered(), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 100.0


async def test_the_final_record_is_written_for_people(studio) -> None:
    closed = await studio.publisher.close(ended(studio), ignore)
    text = (studio.folder / "job.json").read_text("utf-8")
    assert text.startswith('{\n  "job_id"')
    assert msgspec.json.decode(text) == msgspec.json.decode(studio.record)
    assert closed.job_id == studio.folder.name


async def test_closing_sweeps_up_what_a_killed_process_left(studio) -> None:
    await studio.publisher.publish(await studio.rendered(), ignore)
    (studio.folder / ".video.en.mp4.0123.part").write_bytes(b"half")
    await studio.publisher.close(ended(studio), ignore)
    assert not list(studio.folder.glob(".*"))


async def test_a_local_folder_is_published_under_its_own_name(studio) -> None:
    studio.spec = JobSpec(repo="/home/ana/my demo", languages=("en",))
    published = await studio.publisher.publish(await studio.rendered(), ignore)
    (folder,) = studio.out.iterdir()
    assert folder.name.startswith("local-my-demo-")
    assert published.output.video_url.startswith(folder.as_uri())
    assert "/home/ana" not in (folder / studio.folder.name / "index.html").read_text("utf-8")


async def test_a_film_without_its_subtitles_is_refused(studio) -> None:
    event = await studio.rendered()
    files = {name: key for name, key in event.files.items() if not name.endswith(".vtt")}
    with pytest.raises(Reject, match=r"subtitles\.en\.vtt"):
        await studio.publisher.publish(msgspec.structs.replace(event, files=files), ignore)
    assert not studio.folder.exists()


async def test_a_file_name_that_leads_out_of_the_folder_is_refused(studio) -> None:
    event = await studio.rendered()
    files = {**event.files, "../../evil": event.facts}
    with pytest.raises(Reject, match="evil"):
        await studio.publisher.publish(msgspec.structs.replace(event, files=files), ignore)
    assert not studio.out.exists()


async def test_a_full_disk_is_waited_for_and_named(studio) -> None:
    async def no_space(_key: str, path: Path) -> None:
        path.write_bytes(b"half a fi")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    studio.blobs.fetch = no_space
    with pytest.raises(Retry, match=str(studio.folder)) as caught:
        await studio.publisher.publish(await studio.rendered(), ignore)
    assert caught.value.code == "disk_full"
    assert not contents(studio.folder)


async def test_a_folder_closed_to_us_is_waited_for_and_named(studio) -> None:
    studio.out = Path("/sys/reporeel")
    with pytest.raises(Retry, match="/sys/reporeel") as caught:
        await studio.publisher.publish(await studio.rendered(), ignore)
    assert caught.value.code == "not_writable"
    with pytest.raises(Retry, match="/sys/reporeel"):
        await studio.publisher.close(ended(studio), ignore)


async def test_a_file_in_the_films_place_is_refused(studio) -> None:
    studio.out.write_text("in the way")
    with pytest.raises(Reject, match=str(studio.out)) as caught:
        await studio.publisher.publish(await studio.rendered(), ignore)
    assert caught.value.code == "not_a_folder"


async def test_other_faults_are_not_hidden(studio) -> None:
    async def broken(_key: str, _path: Path) -> None:
        raise OSError(errno.EIO, "the disk is dying")

    studio.blobs.fetch = broken
    with pytest.raises(OSError, match="dying"):
        await studio.publisher.publish(await studio.rendered(), ignore)


async def test_a_lost_record_leaves_no_half_record(studio) -> None:
    async def no_record(_job_id: str) -> bytes:
        return b"{broken"

    publisher = FilesPublisher(studio.blobs, studio.out, no_record)
    with pytest.raises(msgspec.DecodeError):
        await publisher.close(ended(studio), ignore)
    assert not (studio.folder / "job.json").exists()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert contents(tmp_path) == {"x.json": b"new"}
