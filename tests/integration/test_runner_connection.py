"""What a lost connection means for those who wait for an answer."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from shared.bus import connect
from shared.errors import Unavailable
from shared.lifecycle import process
from shared.pipeline import SCAN
from shared.provision import provision
from shared.settings import Patience
from shared.topology import ProvisionSettings, consumer
from tests.chaos.children import Children, children, free_port, start_server
from tests.support.pipelines import Trivial, ended, submission, submit, wait_until, working

SOON_SECONDS = 2.0
REQUESTS = 300
ABSENCE_SECONDS = 7.0


async def test_a_request_whose_connection_is_lost_fails_at_once_and_not_after_its_time(
    tmp_path: Path,
) -> None:
    port = free_port()
    with children(tmp_path) as mine:
        server = await start_server(mine, port)
        async with connect(f"nats://127.0.0.1:{port}", "test") as bus:
            await bus.client.subscribe("slow")
            waiting = [asyncio.create_task(bus.ask("slow", b"")) for _ in range(REQUESTS)]
            await bus.client.flush()
            before = time.monotonic()
            server.kill()
            results = await asyncio.gather(*waiting, return_exceptions=True)
            seconds = time.monotonic() - before
            with pytest.raises(Unavailable, match="not connected"):
                await bus.ask("slow", b"")
            with pytest.raises(Unavailable, match="not connected"):
                await bus.last(["jobs.>"])
    assert {type(result) for result in results} == {Unavailable}
    assert seconds < SOON_SECONDS


async def test_a_runner_goes_on_after_its_server_was_killed(tmp_path: Path) -> None:
    port, stopping, trivial = free_port(), asyncio.Event(), Trivial()
    url = f"nats://127.0.0.1:{port}"
    with children(tmp_path) as mine:
        server = await start_server(mine, port)
        async with process(url, "test", {}, stopping) as running:
            await provision(running.bus, ProvisionSettings(ack_wait_seconds=2))
            async with working(running, trivial.handlers()):
                for number in range(3):
                    await submit(running, submission(f"job{number}"))
                    assert (await ended(running, f"job{number}")).status == "finished"
                    await bounce(server, running.bus)
    assert trivial.calls.count(("publish", "en")) == 3


async def test_what_comes_after_an_absence_of_the_server_is_not_sent_to_somebody_long_gone(
    tmp_path: Path,
) -> None:
    port, stopping, trivial = free_port(), asyncio.Event(), Trivial()
    with children(tmp_path) as mine:
        server = await start_server(mine, port)
        async with process(f"nats://127.0.0.1:{port}", "test", {}, stopping) as running:
            await provision(running.bus, ProvisionSettings(ack_wait_seconds=3600))
            async with working(running, trivial.handlers()):
                await submit(running, submission("before"))
                await ended(running, "before")
                server.kill()
                await wait_until(lambda: not running.bus.connected)
                await asyncio.sleep(ABSENCE_SECONDS)  # long enough for workers to have asked in vain
                server.start()
                await wait_until(lambda: answers(running.bus))
                for number in range(3):
                    await submit(running, submission(f"after{number}"))
                statuses = [(await ended(running, f"after{number}")).status for number in range(3)]
    assert statuses == ["finished"] * 3


async def bounce(server: Any, bus: Any) -> None:
    server.kill()
    server.start()
    await wait_until(lambda: bus.connected and bus.client.stats["reconnects"] and answers(bus))


async def answers(bus: Any) -> bool:
    try:
        await bus.api("STREAM.INFO.JOBS")
    except Unavailable:
        return False
    return True


async def test_finished_work_outlives_an_absence_of_the_server(tmp_path: Path) -> None:
    port, stopping, trivial = free_port(), asyncio.Event(), Trivial()
    mine: Children
    with children(tmp_path) as mine:
        server = await start_server(mine, port)

        async def speak(event: Any, progress: Any) -> Any:
            server.kill()
            return await trivial.speak(event, progress)

        async with process(f"nats://127.0.0.1:{port}", "test", {}, stopping) as running:
            await provision(running.bus, ProvisionSettings())
            async with working(running, trivial.handlers() | {"speak": speak}):
                await submit(running, submission("a"))
                await wait_until(lambda: ("speak", "en") in trivial.calls and not running.bus.connected)
                server.start()
                record = await ended_despite(running)
    assert record.status == "finished"
    assert trivial.calls.count(("speak", "en")) == 1


async def ended_despite(running: Any) -> Any:
    """Wait for the job's end while the server comes back."""

    async def connected() -> bool:
        return running.bus.connected and await answers(running.bus)

    await wait_until(connected)
    return await ended(running, "a")


def test_who_provisions_and_who_works_are_as_patient_as_the_settings_say() -> None:
    patience = Patience(ack_wait_seconds=3, time_limit_seconds=7)
    patient = patience.with_stage(SCAN)
    assert (patient.ack_wait_seconds, patient.time_limit_seconds) == (3, 7)
    assert Patience().with_stage(SCAN) == SCAN
    assert consumer(SCAN, "high", ProvisionSettings(ack_wait_seconds=3))["ack_wait"] == 3_000_000_000
