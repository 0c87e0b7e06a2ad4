"""The runner with the rights a service has, and no more."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from services.gateway.__main__ import serving
from services.gateway.settings import GatewaySettings
from shared.lifecycle import process
from shared.pipeline import PIPELINE, Stage
from tests.security.test_permissions import as_user, provisioned
from tests.support.pipelines import Trivial, submission, submit, wait_until

JOB = "a" * 32


@pytest.mark.parametrize("slow", [stage for stage in PIPELINE if stage.name in {"scan", "write", "render"}])
async def test_cancelling_reaches_a_handler_that_runs_as_its_services_user(
    tmp_path: Path, slow: Stage[Any, Any]
) -> None:
    began, stopped, stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def endless(event: object, progress: object) -> None:
        began.set()
        try:
            await asyncio.sleep(3600)
        finally:
            stopped.set()

    handlers = Trivial().handlers() | {slow.name: endless}
    async with provisioned(tmp_path) as address, contextlib.AsyncExitStack() as stack:
        parts = {
            name: await stack.enter_async_context(process(as_user(address, name), name, {}, stopping))
            for name in ("gateway", "scanner", "narrator", "publisher")
        }
        door = await stack.enter_async_context(serving(parts["gateway"], GatewaySettings(port=0)))
        session = await stack.enter_async_context(aiohttp.ClientSession(door))
        async with asyncio.TaskGroup() as group:
            for stage in PIPELINE:
                if stage.service in parts:
                    group.create_task(parts[stage.service].run_stage(stage, handlers[stage.name]))
            await submit(parts["gateway"], submission(JOB))
            await asyncio.wait_for(began.wait(), 10)
            async with session.post(f"/jobs/{JOB}/cancel") as reply:
                assert reply.status == 200
            await asyncio.wait_for(stopped.wait(), 2)
            stopping.set()


async def test_the_gateway_learns_the_streams_fill_with_its_own_rights(tmp_path: Path) -> None:
    stopping = asyncio.Event()
    async with (
        provisioned(tmp_path) as address,
        process(as_user(address, "gateway"), "gateway", {}, stopping) as running,
    ):
        stream = await wait_until(lambda: running.bus.api("STREAM.INFO.JOBS"))
    assert stream["config"]["max_bytes"] > 0
