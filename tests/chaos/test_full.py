"""No room in the stream, on the disk, or no server at all: 503, nothing accepted, nothing lost afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from services.gateway.__main__ import serving
from services.gateway.settings import GatewaySettings
from shared.bus import Bus, connect
from shared.errors import Unavailable
from shared.lifecycle import Process, process
from shared.pipeline import JOBS, PARKED
from shared.provision import provision
from shared.topology import ProvisionSettings
from tests.chaos.children import children, free_port, start_server
from tests.chaos.stage_set import stage_set
from tests.contract.test_http import ask
from tests.support.pipelines import Trivial, pipeline_process, wait_until, working

MEBIBYTE = 1 << 20
SOON_SECONDS = 2.0
JUNK = b"x" * 20_000


@contextlib.asynccontextmanager
async def door_of(running: Process) -> AsyncIterator[aiohttp.ClientSession]:
    settings = GatewaySettings(port=0)
    async with serving(running, settings) as address, aiohttp.ClientSession(address) as session:
        yield session


async def submit_one(session: aiohttp.ClientSession, number: int) -> tuple[int, str, Any]:
    """Give the status, the job's id if there is one, and the headers."""
    body = {"repo": f"acme/site-{number}", "languages": ["en"]}
    status, answer, headers = await ask(session, "POST", "/jobs", json=body)
    return status, answer.get("job_id", ""), headers


async def status_of(session: aiohttp.ClientSession, job_id: str) -> str:
    return str((await ask(session, "GET", f"/jobs/{job_id}"))[1].get("status"))


async def fill(bus: Bus, prefix: str) -> None:
    """Store junk until the server takes no more, however small."""
    for junk in (JUNK, JUNK[:100]):
        with contextlib.suppress(Unavailable):
            for number in range(10_000):
                await bus.store(f"{prefix}.{len(junk)}-{number}", junk, {})


async def test_the_door_closes_while_the_jobs_on_their_way_still_have_room(tmp_path: Path) -> None:
    trivial = Trivial()
    async with pipeline_process(tmp_path, jobs_max_bytes=MEBIBYTE) as running, door_of(running) as session:
        accepted: list[str] = []

        async def closed() -> Any:
            status, job, headers = await submit_one(session, len(accepted))
            if status == 202:
                accepted.append(job)
            return (status, headers) if status != 202 else None

        status, headers = await wait_until(closed)
        stored = await running.bus.last(["jobs.*.*.submitted.>"])
        async with working(running, trivial.handlers()):

            async def all_finished() -> bool:
                return {await status_of(session, job) for job in accepted} == {"finished"}

            await wait_until(all_finished)
            reopened = await wait_until(lambda: opens(session))
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert len(accepted) > 10
    assert {message.subject.split(".")[2] for message in stored} == set(accepted)
    assert reopened == 202


async def opens(session: aiohttp.ClientSession) -> int | None:
    status, _, _ = await submit_one(session, 9999)
    return status if status == 202 else None


async def test_what_was_made_is_kept_until_a_full_stream_has_room_again(tmp_path: Path) -> None:
    trivial, began, go_on = Trivial(), asyncio.Event(), asyncio.Event()

    async def speak(event: Any, progress: Any) -> Any:
        began.set()
        await go_on.wait()
        return await trivial.speak(event, progress)

    handlers = trivial.handlers() | {"speak": speak}
    async with (
        pipeline_process(tmp_path, jobs_max_bytes=MEBIBYTE) as running,
        door_of(running) as session,
        working(running, handlers),
    ):
        _, job, _ = await submit_one(session, 1)
        await began.wait()
        await fill(running.bus, "jobs.normal.junk.filler.all")
        refused, _, headers = await submit_one(session, 2)
        go_on.set()
        held = await wait_until(lambda: ("speak", "en") in trivial.calls)
        before = await status_of(session, job)
        await running.bus.api(f"STREAM.PURGE.{JOBS}", {"filter": "jobs.normal.junk.>"})

        async def finished() -> bool:
            return await status_of(session, job) == "finished"

        await wait_until(finished)
        jobs = (await ask(session, "GET", "/jobs"))[1]["jobs"]
    assert refused == 503
    assert int(headers["Retry-After"]) > 0
    assert held
    assert before == "started"
    assert [known["job_id"] for known in jobs] == [job]
    assert trivial.calls.count(("speak", "en")) == 1


async def test_a_full_disk_refuses_new_jobs_and_loses_none(tmp_path: Path) -> None:
    port, trivial, stopping = free_port(), Trivial(), asyncio.Event()
    url = f"nats://127.0.0.1:{port}"
    with children(tmp_path) as mine:
        await start_server(mine, port, limits=", max_file_store: 8MB")
        async with process(url, "test", {}, stopping) as running:
            sizes = ProvisionSettings(
                jobs_max_bytes=4 * MEBIBYTE, media_max_bytes=MEBIBYTE, github_max_bytes=MEBIBYTE
            )
            await provision(running.bus, sizes)
            async with door_of(running) as session:
                _, job, _ = await submit_one(session, 1)
                await fill(running.bus, "parked.junk")
                refused, _, headers = await submit_one(session, 2)
                await running.bus.api(f"STREAM.PURGE.{PARKED}")
                async with working(running, trivial.handlers()):

                    async def finished() -> bool:
                        return await status_of(session, job) == "finished"

                    await wait_until(finished)
                    reopened = await wait_until(lambda: opens(session))
    assert refused == 503
    assert int(headers["Retry-After"]) > 0
    assert reopened == 202


async def test_without_its_server_the_gateway_says_so_at_once_and_recovers(tmp_path: Path) -> None:
    async with stage_set(tmp_path, services=()) as system:
        server = system.children.all["nats"]
        first = await system.submit("acme/site-1")
        server.kill()
        answers = []
        for _ in range(5):
            before = time.monotonic()
            status, _, headers = await submit_one(system.session, 2)
            answers.append((status, "Retry-After" in headers, time.monotonic() - before))
        ready, _, _ = await ask(system.session, "GET", "/readyz")
        alive, _, _ = await ask(system.session, "GET", "/livez")
        server.start()
        reopened = await wait_until(lambda: opens(system.session))

        async def is_ready() -> bool:
            return (await ask(system.session, "GET", "/readyz"))[0] == 200

        recovered = await wait_until(is_ready)
        kept = await system.status(first)
    assert all(status == 503 and has_delay and taken < SOON_SECONDS for status, has_delay, taken in answers)
    assert (ready, alive) == (503, 200)
    assert reopened == 202
    assert recovered
    assert kept == "queued"


async def test_requests_under_way_when_the_server_dies_are_answered_at_once(tmp_path: Path) -> None:
    async with stage_set(tmp_path, services=()) as system:
        server = system.children.all["nats"]

        knocks = [asyncio.create_task(submit_one(system.session, number)) for number in range(200)]
        await asyncio.wait(knocks, return_when=asyncio.FIRST_COMPLETED)
        server.kill()
        killed = time.monotonic()
        statuses = [status for status, _, _ in await asyncio.gather(*knocks)]
        longest = time.monotonic() - killed
        server.start()
        await wait_until(lambda: opens(system.session))
        async with connect(system.url, "reader") as bus:
            stored = await bus.last(["jobs.*.*.submitted.>"])
    assert set(statuses) <= {202, 503}
    assert len(stored) >= statuses.count(202)
    assert longest < SOON_SECONDS
