"""The bus, the runner and the record on a real nats-server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from shared.errors import BlobMissing, Reject, Retry
from shared.events import NarrationReady, VideoRendered
from shared.offload import Progress
from shared.pipeline import subject
from tests.support.pipelines import (
    Trivial,
    ended,
    pipeline_process,
    record_of,
    submission,
    submit,
    wait_until,
    working,
)


async def test_a_job_goes_through_every_stage_once_and_finishes(tmp_path: Path) -> None:
    trivial = Trivial()
    async with pipeline_process(tmp_path) as running, working(running, trivial.handlers()):
        await submit(running, submission("a", "en", "es"))
        record = await ended(running, "a")
    assert record.status == "finished"
    assert record.progress == 100.0
    assert [(row.stage, row.language, row.status) for row in record.stages] == [
        ("scan", None, "finished"),
        ("write", None, "finished"),
        ("speak", "en", "finished"),
        ("render", "en", "finished"),
        ("publish", "en", "finished"),
        ("translate", "es", "finished"),
        ("render", "es", "finished"),
        ("publish", "es", "finished"),
    ]
    assert sorted(trivial.calls) == sorted(
        [
            ("scan", "all"),
            ("write", "all"),
            ("speak", "en"),
            ("translate", "es"),
            ("render", "en"),
            ("render", "es"),
            ("publish", "en"),
            ("publish", "es"),
            ("close", "all"),
        ]
    )
    assert record.result is not None
    assert [output.language for output in record.result.outputs] == ["en", "es"]


async def test_the_same_submission_is_stored_once_whatever_its_priority(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running:
        unique = "jobs.*.a.submitted.all.g0"
        first = await running.bus.publish_once(submission("a"), unique=unique)
        again = await running.bus.publish_once(submission("a", priority="high"), unique=unique)
        stored = await running.bus.last(["jobs.>"])
    assert first is not None
    assert again is None
    assert len(stored) == 1


async def test_a_rejected_event_is_parked_and_fails_its_job_with_the_reason(tmp_path: Path) -> None:
    trivial = Trivial()

    async def refuse(event: object, progress: object) -> None:
        raise Reject("acme/site is gone", code="not_found", hint="Check the name.")

    handlers = trivial.handlers() | {"scan": refuse}
    async with pipeline_process(tmp_path) as running, working(running, handlers):
        await submit(running, submission("a"))
        record = await ended(running, "a")
        parked = await running.bus.last(["parked.>"], stream="PARKED")
    assert record.status == "failed"
    assert record.error is not None
    assert (record.error.code, record.error.message, record.error.hint) == (
        "not_found",
        "acme/site is gone",
        "Check the name.",
    )
    assert len(parked) == 1
    assert msgspec.json.decode(parked[0].payload)["reason"] == "acme/site is gone"
    assert {row.status for row in record.stages} == {"failed", "skipped"}


async def test_one_failed_language_fails_the_job_after_the_others_are_published(tmp_path: Path) -> None:
    trivial = Trivial()

    async def refuse(event: object, progress: object) -> None:
        raise Reject("no such voice", code="voice_missing")

    async with (
        pipeline_process(tmp_path) as running,
        working(running, trivial.handlers() | {"translate": refuse}),
    ):
        await submit(running, submission("a", "en", "es"))
        record = await ended(running, "a")
    assert record.status == "failed"
    assert record.result is None
    assert ("publish", "en") in trivial.calls
    assert record.error is not None
    assert record.error.language == "es"


async def test_a_handler_that_raises_is_tried_as_often_as_its_stage_allows(tmp_path: Path) -> None:
    trivial, attempts = Trivial(), []

    async def break_down(event: object, progress: object) -> None:
        attempts.append(1)
        raise ValueError("no")

    async with (
        pipeline_process(tmp_path) as running,
        working(running, trivial.handlers() | {"write": break_down}),
    ):
        await submit(running, submission("a"))
        record = await ended(running, "a")
    assert len(attempts) == 3
    assert record.error is not None
    assert record.error.code == "attempts_exhausted"
    assert "ValueError: no" in record.error.message


async def test_waiting_uses_up_no_attempt(tmp_path: Path) -> None:
    trivial, calls = Trivial(), []

    async def wait_a_little(event: object, progress: object) -> object:
        calls.append(1)
        if len(calls) <= 5:
            raise Retry("not yet", delay_seconds=0.01)
        return await trivial.write(event, progress)  # type: ignore[arg-type]

    async with (
        pipeline_process(tmp_path) as running,
        working(running, trivial.handlers() | {"write": wait_a_little}),
    ):
        await submit(running, submission("a"))
        record = await ended(running, "a")
    assert record.status == "finished"
    write = next(row for row in record.stages if row.stage == "write")
    assert write.attempt == 1


async def test_progress_reaches_the_record_while_a_handler_works(tmp_path: Path) -> None:
    trivial, go_on = Trivial(), asyncio.Event()

    async def slow(event: object, progress: object) -> object:
        progress(42.0)  # type: ignore[operator]
        await go_on.wait()
        return await trivial.render(event, progress)  # type: ignore[arg-type]

    async with (
        pipeline_process(tmp_path) as running,
        working(running, trivial.handlers() | {"render": slow}),
    ):
        await submit(running, submission("a"))

        async def is_shown() -> bool:
            record = await record_of(running, "a")
            return bool(record and any(row.progress == 42.0 for row in record.stages))

        await wait_until(is_shown)
        go_on.set()
        await ended(running, "a")


async def test_a_message_that_is_no_event_is_parked_and_harms_nobody(tmp_path: Path) -> None:
    trivial = Trivial()
    async with pipeline_process(tmp_path) as running, working(running, trivial.handlers()):
        await running.bus.store(subject(submission("bad")), b"{", {})
        await submit(running, submission("good"))
        record = await ended(running, "good")
        parked = await running.bus.last(["parked.>"], stream="PARKED")
    assert record.status == "finished"
    assert len(parked) == 1


async def test_the_status_bucket_holds_each_event_as_json(tmp_path: Path) -> None:
    trivial = Trivial()

    async def render(event: NarrationReady, progress: Progress) -> VideoRendered:
        await wait_until(lambda: running.bus.last(["jobs.*.a.render.en.g0"]))
        return await trivial.render(event, progress)

    handlers = trivial.handlers() | {"render": render}
    async with pipeline_process(tmp_path) as running, working(running, handlers):
        await submit(running, submission("a"))
        await ended(running, "a")

        async def entries() -> dict[str, object]:
            stored = await running.bus.last(["$KV.status.a.>"], stream="KV_status")
            return {message.subject: msgspec.json.decode(message.payload) for message in stored}

        found = await wait_until(lambda: _has(entries, "$KV.status.a.g0.closed.all"))
    assert found["$KV.status.a.g0.render.en"]["status"] == "started"
    assert found["$KV.status.a.g0.published.en"]["event"] == "published"
    assert found["$KV.status.a.g0.published.en"]["attempt"] == 1


async def _has(entries: object, key: str) -> object:
    found = await entries()  # type: ignore[operator]
    return found if key in found else None


async def test_blobs_come_back_as_they_went_and_are_stored_once(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    async with pipeline_process(tmp_path) as running:
        key = await running.blobs.put(data)
        again = await running.blobs.put(data)
        await running.blobs.fetch(key, tmp_path / "copy")
        info = await running.bus.api("STREAM.INFO.OBJ_media")
        with pytest.raises(BlobMissing, match="sha256/none"):
            await running.blobs.get("sha256/none")
        empty = await running.blobs.get(await running.blobs.put(b""))
    assert again == key
    assert (tmp_path / "copy").read_bytes() == data
    assert info["state"]["bytes"] < 1.2 * len(data)
    assert empty == b""
