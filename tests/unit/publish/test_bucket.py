"""Films in a bucket, on SeaweedFS and on fake-gcs-server: whole, once, and over nothing of anybody else's."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from services.commands.places import place_findings
from services.publisher.targets import resumable
from services.publisher.targets.bucket.bucket import Item, Taken, item
from services.publisher.targets.bucket.copy import BucketCopy
from services.publisher.targets.target import Parcel
from shared.bus import Bus
from shared.errors import Reject, Retry
from tests.support.bucket_servers import FakeGcs, SeaweedFS, Server
from tests.support.pipelines import pipeline_process
from tests.support.relay import Loss
from tests.unit.publish.blog_posts import parcel
from tests.unit.publish.bucket_worlds import PREFIX, World, enlarge, world

ALWAYS = 1_000_000
FILES = 9
"""Of one language, and the facts."""


@pytest.fixture(scope="module", params=[SeaweedFS, FakeGcs])
def server(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = request.param(tmp_path_factory.mktemp("bucket") / "server")
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def there(server: Server) -> AsyncIterator[World]:
    async with world(server) as made:
        yield made


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resumable, "TROUBLE_SECONDS", 0.001)


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    async with pipeline_process(tmp_path / "nats") as process:
        yield process.bus


@pytest.fixture
async def sent(studio, there: World, request) -> Parcel:
    """A film of a job of its own, whose video takes several parts."""
    made = await parcel(studio)
    job = f"{abs(hash(request.node.name)):032x}"
    enlarge(made, 2 * there.part_bytes + 12_345)
    return msgspec.structs.replace(made, job_id=job)


def name_of(sent: Parcel, name: str) -> str:
    return f"{PREFIX}/encode-httpx/{sent.job_id}/{name}"


def assert_whole(there: World, sent: Parcel) -> None:
    names = ["facts.json", *(one.name for one in sent.film.downloads)]
    assert len(names) == FILES
    for name in names:
        assert there.content(name_of(sent, name)) == (sent.folder / name).read_bytes(), name


def parts_sent(there: World, sent: Parcel) -> int:
    """How often a part of the film reached the server."""
    return sum(
        method == "PUT" and ("partNumber=" in path or "upload_id=" in path)
        for method, path in there.relay.passed
    )


async def test_a_folder_arrives_whole_and_is_sent_once(there: World, bus: Bus, sent: Parcel) -> None:
    url = await there.send(bus, sent)
    assert url == f"{there.settings.place}/encode-httpx/{sent.job_id}/video.en.mp4"
    assert_whole(there, sent)
    there.relay.passed.clear()
    assert await there.send(bus, sent) == url
    assert there.relay.passed == []


async def test_any_part_of_a_film_can_be_read(there: World, bus: Bus, sent: Parcel) -> None:
    await there.send(bus, sent)
    whole, bucket = sent.video.read_bytes(), there.bucket()
    edge = there.part_bytes
    for start, stop in [(0, 10), (edge - 5, edge + 5), (len(whole) - 3, len(whole))]:
        assert await bucket.read(name_of(sent, "video.en.mp4"), start, stop) == whole[start:stop]
    await bucket.close()


@pytest.mark.parametrize("size", ["small", "large"])
async def test_nothing_is_written_over_that_was_not_seen(there: World, sent: Parcel, size) -> None:
    path = sent.video if size == "large" else sent.folder / "facts.json"
    bucket, found = there.bucket(), item(path, f"{sent.job_id}/{size}", sent.job_id)
    await put(bucket, found, "")
    first = await bucket.find(found.name)
    with pytest.raises(Taken):
        await put(bucket, found, "")
    other = '"0123456789abcdef0123456789abcdef"' if isinstance(there.server, SeaweedFS) else "12345"
    with pytest.raises(Taken):
        await put(bucket, found, other)
    assert await bucket.find(found.name) == first
    await put(bucket, found, first.version)
    await bucket.close()


async def put(bucket, found: Item, over: str) -> None:
    async def keep(_upload: str) -> None:
        pass

    await bucket.put(found, over, "", keep, lambda _percent: None)


async def test_what_somebody_else_has_there_is_left_alone(there: World, bus: Bus, sent: Parcel) -> None:
    theirs = sent.folder.parent / "theirs"
    theirs.write_bytes(b"another film")
    bucket, name = there.bucket(), name_of(sent, "video.en.mp4")
    await put(bucket, item(theirs, name, "another job"), "")
    with pytest.raises(Reject) as refused:
        await there.send(bus, sent)
    assert refused.value.code == "bucket_taken"
    assert there.content(name) == b"another film"
    await bucket.close()


async def test_a_file_that_was_brought_by_hand_counts_when_its_bytes_are_right(
    there: World, bus: Bus, sent: Parcel
) -> None:
    bucket, name = there.bucket(), name_of(sent, "facts.json")
    by_hand = item(sent.folder / "facts.json", name, "")
    await put(bucket, msgspec.structs.replace(by_hand, sha256=""), "")
    before = await bucket.find(name)
    assert before.sha256 == ""
    await there.send(bus, sent)
    assert await bucket.find(name) == before
    await bucket.close()


async def test_a_bucket_that_is_away_is_waited_for_and_nothing_is_lost(
    there: World, bus: Bus, sent: Parcel
) -> None:
    for lost in (lambda _request: True, lambda request: is_part(request, there, 2)):
        there.relay.losses = [Loss("request", lost, count=ALWAYS)]
        with pytest.raises(Retry) as away:
            await there.send(bus, sent)
        assert away.value.code == "bucket_unreachable"
    there.relay.losses = []
    await there.send(bus, sent)
    assert_whole(there, sent)


async def test_parts_that_arrived_are_not_sent_again(there: World, bus: Bus, sent: Parcel) -> None:
    there.relay.losses = [Loss("request", lambda request: is_part(request, there, 3), count=ALWAYS)]
    with pytest.raises(Retry):
        await there.send(bus, sent)
    assert parts_sent(there, sent) == 2
    there.relay.losses = []
    await there.send(bus, sent)
    assert parts_sent(there, sent) == 3
    assert_whole(there, sent)


def is_part(request, there: World, number: int) -> bool:
    if isinstance(there.server, SeaweedFS):
        return request.query.get("partNumber") == str(number)
    start = f"bytes {(number - 1) * there.part_bytes}-"
    return request.headers.get("Content-Range", "").startswith(start)


async def test_a_last_answer_that_was_lost_is_asked_for(there: World, bus: Bus, sent: Parcel) -> None:
    def joins(request) -> bool:
        last = is_part(request, there, 3) and not isinstance(there.server, SeaweedFS)
        return last or (request.method == "POST" and "uploadId" in request.query)

    there.relay.losses = [Loss("answer", joins)]
    try:
        await there.send(bus, sent)
    except Retry:
        before = parts_sent(there, sent)
        await there.send(bus, sent)
        assert parts_sent(there, sent) == before
    assert there.relay.losses[0].count == 0
    assert_whole(there, sent)


async def test_senders_that_die_anywhere_are_followed_by_one_that_ends_it(
    there: World, bus: Bus, sent: Parcel
) -> None:
    dice = random.Random(11)
    for _ in range(15):
        await there.send_and_die(bus, sent, dice.uniform(0.0, 0.25))
    await there.send(bus, sent)
    assert_whole(there, sent)


async def test_an_edited_film_takes_the_place_of_its_own_old_one(
    there: World, bus: Bus, sent: Parcel
) -> None:
    await there.send(bus, sent)
    sent.video.write_bytes(b"an edited film")
    await there.send(bus, msgspec.structs.replace(sent, revision="e" * 64))
    assert there.content(name_of(sent, "video.en.mp4")) == b"an edited film"


async def test_the_record_and_the_page_follow_when_the_job_ends(there: World, sent: Parcel) -> None:
    bucket, copy_of = there.bucket(), sent.folder / "job.json"
    copy = BucketCopy(bucket, there.settings)
    for record in (b"{}", b'{"status": "finished"}'):
        copy_of.write_bytes(record)
        await copy.close(sent.spec, sent.job_id, sent.folder, ("job.json", "index.html", "video.mp4"))
        assert there.content(name_of(sent, "job.json")) == record
    assert there.content(name_of(sent, "index.html")) == (sent.folder / "index.html").read_bytes()
    await bucket.close()


async def test_what_no_waiting_helps_is_refused(there: World, bus: Bus, sent: Parcel) -> None:
    wrong = {"s3_secret": "wrong"} if isinstance(there.server, SeaweedFS) else {"place": "gs://nowhere"}
    there.settings = msgspec.structs.replace(there.settings, **wrong)
    with pytest.raises(Reject) as refused:
        await there.send(bus, sent)
    assert refused.value.code == "bucket_refused"
    assert "REPOREEL_BUCKET" in refused.value.hint


async def test_the_doctor_looks_into_the_bucket(there: World) -> None:
    environ = {
        "REPOREEL_BUCKET": there.settings.place,
        "REPOREEL_S3_URL": there.settings.s3_url,
        "REPOREEL_S3_ACCESS_KEY": there.settings.s3_key,
        "REPOREEL_S3_SECRET_KEY": there.settings.s3_secret,
        "REPOREEL_GCS_URL": there.settings.gcs_url,
        "REPOREEL_GCS_MACHINE_URL": there.settings.gcs_machine_url,
    }
    wrong = {"REPOREEL_S3_SECRET_KEY": "wrong", "REPOREEL_GCS_MACHINE_URL": there.relay.url}
    (good,) = [finding async for finding in place_findings(environ)]
    (bad,) = [finding async for finding in place_findings(environ | wrong)]
    assert (good.what, good.ok, bad.ok) == ("bucket", True, False)
    assert "Check" in bad.words
