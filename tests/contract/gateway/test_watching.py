"""Server-sent events of a job: in order, none lost, none twice, also across a restart."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from shared.pipeline import PIPELINE
from shared.telemetry import LogSettings, configure_logging
from tests.support.doors import ask, door, gateway
from tests.support.pipelines import Trivial, pipeline_process, submission, submit, working

JOB = "a" * 32
WAIT_SECONDS = 20


async def events(
    session: aiohttp.ClientSession, job_id: str, last: str | None = None
) -> AsyncIterator[tuple[str, Any]]:
    """Give id and data of each event, until the server ends the stream."""
    headers = {"Last-Event-ID": last} if last else {}
    async with asyncio.timeout(WAIT_SECONDS), session.get(f"/jobs/{job_id}/events", headers=headers) as reply:
        assert reply.status == 200
        assert reply.headers["Content-Type"] == "text/event-stream"
        number, name = "", ""
        async for line in reply.content:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "id":
                number = value
            elif field == "event":
                name = value
            elif field == "data" and name != "end":
                yield number, json.loads(value)


async def test_a_watched_job_is_told_from_its_submission_to_its_end(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        await submit(running, submission(JOB))
        async with working(running, Trivial().handlers()):
            told = [data async for _, data in events(session, JOB)]
            again = await ask(session, "GET", f"/jobs/{JOB}/events", headers={"Last-Event-ID": "9" * 18})
    outputs = [one["event"] for one in told if one["event"] not in {stage.name for stage in PIPELINE}]
    assert outputs == [
        "submitted",
        "scanned",
        "written",
        "narrated",
        "rendered",
        "published",
        "ended",
        "closed",
    ]
    assert told[0]["record"]["status"] == "queued"
    assert told[-1]["record"]["status"] == "finished"
    progress = [one["record"]["progress"] for one in told]
    assert progress == sorted(progress)
    assert again[0] == 204


async def test_a_reader_goes_on_after_a_restart_with_none_lost_and_none_twice(tmp_path: Path) -> None:
    gate = {stage.name: asyncio.Event() for stage in PIPELINE}
    trivial = Trivial()

    def gated(name: str, handler: Any) -> Any:
        async def handle(event: Any, progress: Any) -> Any:
            await gate[name].wait()
            return await handler(event, progress)

        return handle

    handlers = {name: gated(name, handler) for name, handler in trivial.handlers().items()}
    async with pipeline_process(tmp_path) as running, working(running, handlers):
        await submit(running, submission(JOB))
        seen: list[tuple[str, Any]] = []
        for name in ("scan", "speak", "close"):  # three gateways, one after the other
            async with gateway(running) as session:
                last = seen[-1][0] if seen else None
                with contextlib.suppress(aiohttp.ClientError):
                    async for number, data in events(session, JOB, last):
                        seen.append((number, data))
                        if data["event"] == name and name != "close":
                            break  # the gateway stops in the middle
                        _open(gate, data)
            _open(gate, seen[-1][1])
    numbers = [int(number) for number, _ in seen]
    assert numbers == sorted(set(numbers))
    told = [data["event"] for _, data in seen]
    for output in ("submitted", "scanned", "written", "narrated", "rendered", "published", "ended", "closed"):
        assert told.count(output) == 1
    assert seen[-1][1]["record"]["status"] == "finished"


def _open(gate: dict[str, asyncio.Event], data: Any) -> None:
    """A stage may go on once its start was seen."""
    if data["event"] in gate:
        gate[data["event"]].set()
    gate["close"].set()


async def test_a_reader_of_a_cancelled_job_is_let_go(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        await submit(running, submission(JOB))
        await ask(session, "POST", f"/jobs/{JOB}/cancel")
        told = [(number, data["event"]) async for number, data in events(session, JOB)]
        status, _, _ = await ask(
            session, "GET", f"/jobs/{JOB}/events", headers={"Last-Event-ID": told[-1][0]}
        )
    assert [event for _, event in told] == ["submitted", "ended"]
    assert status == 204


async def test_a_quiet_job_sends_heartbeats(tmp_path: Path) -> None:
    async with door(tmp_path, heartbeat_seconds=0.05) as (session, running):
        await submit(running, submission(JOB))
        async with asyncio.timeout(WAIT_SECONDS), session.get(f"/jobs/{JOB}/events") as reply:
            lines = [await reply.content.readline() for _ in range(12)]
    assert lines[0] == b"retry: 1000\n"
    assert lines.count(b": here\n") >= 2


@pytest.mark.parametrize("last", ["-1", "x", "9" * 20, "१"])
async def test_an_id_that_is_none_of_ours_is_refused(tmp_path: Path, last: str) -> None:
    async with door(tmp_path) as (session, running):
        await submit(running, submission(JOB))
        status, _, _ = await ask(session, "GET", f"/jobs/{JOB}/events", headers={"Last-Event-ID": last})
        unknown, _, _ = await ask(session, "GET", f"/jobs/{'b' * 32}/events")
    assert status == 400
    assert unknown == 404


async def test_a_reader_who_leaves_is_no_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="error"))  # to what is captured now
    async with door(tmp_path, heartbeat_seconds=0.02) as (session, running):
        await submit(running, submission(JOB))
        for _ in range(3):
            async with session.get(f"/jobs/{JOB}/events") as reply:
                assert await reply.content.readline() == b"retry: 1000\n"
                reply.close()
        async with asyncio.timeout(WAIT_SECONDS), session.get(f"/jobs/{JOB}/events") as reply:
            heard = [await reply.content.readline() for _ in range(30)]
    assert heard.count(b": here\n") > 5  # long after the others' next heartbeats
    assert "request.failed" not in capfd.readouterr().err
