"""What `/openapi.json` says and what the gateway answers, held against each other by schemathesis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

from services.gateway.catalogue import Stats
from services.gateway.errors import answer
from services.gateway.openapi import describe
from services.gateway.routes import Route
from services.narrator.writer import Writer
from shared.events import JobSubmitted, RepoScanned
from shared.lifecycle import Process
from shared.offload import Progress
from tests.fuzz.schemathesis_run import examine
from tests.support.fact_bases import LIBRARY
from tests.support.gateway_child import serve_gateway
from tests.support.pipelines import Trivial, pipeline_process, working

pytestmark = pytest.mark.fuzz
NO_LIMITS = dict.fromkeys(
    (
        "REPOREEL_SOURCE_FORGERIES_PER_MINUTE",
        "REPOREEL_SOURCE_JOBS_PER_MINUTE",
        "REPOREEL_REPO_JOBS_PER_MINUTE",
    ),
    "0",
)


class Stages(Trivial):
    """Real facts and scripts; nobody is waited for, so that each job's events come to an end."""

    def __init__(self, running: Process) -> None:
        super().__init__()
        self._blobs = running.blobs

    async def scan(self, event: JobSubmitted, progress: Progress) -> RepoScanned:
        facts = await self._blobs.put(msgspec.json.encode(LIBRARY))
        spec = msgspec.structs.replace(event.spec, approve=False)
        return msgspec.structs.replace(await super().scan(event, progress), facts=facts, spec=spec)

    async def write(self, event: RepoScanned, progress: Progress) -> Any:
        return await Writer(self._blobs).handle(event, progress)


@pytest.mark.parametrize("examples", [pytest.param(5, id="few"), pytest.param(50, id="many")])
async def test_every_route_does_what_its_description_says(tmp_path: Path, examples: int) -> None:
    async with (
        pipeline_process(tmp_path) as running,
        working(running, Stages(running).handlers()),
        serve_gateway(
            running.environ["NATS_URL"],
            tmp_path / "gateway.log",
            REPOREEL_API_TOKENS="admin:boss",
            **NO_LIMITS,
        ) as child,
    ):
        run = await examine(child.address, tmp_path, examples, token="boss")
    assert run.report["failures"] == run.report["errors"] == [], run.output
    assert run.report["operations"]["tested"] == run.report["operations"]["total"] > 25
    assert run.exit_code == 0, run.output


async def test_an_answer_that_breaks_its_description_is_found(tmp_path: Path) -> None:
    async def lies(_request: web.Request) -> web.Response:
        return answer({"jobs": "many"})

    async def fails(_request: web.Request) -> web.Response:
        raise RuntimeError("as a fault of ours would")

    async def describes(_request: web.Request) -> web.Response:
        return answer(describe(routes))

    common: dict[str, Any] = {"method": "GET", "summary": "", "scope": None}
    routes = (
        Route(path="/stats", handler=lies, answers={200: Stats}, **common),
        Route(path="/readyz", handler=fails, answers={200: Stats}, **common),
    )
    app = web.Application()
    app.router.add_get("/openapi.json", describes)
    for route in routes:
        app.router.add_route(route.method, route.path, route.handler)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        run = await examine(f"http://127.0.0.1:{runner.addresses[0][1]}", tmp_path, examples=1)
    finally:
        await runner.cleanup()
    found = {(one["type"], *one["operations"]) for one in run.report["failures"]}
    assert {("JsonSchemaError", "GET /stats"), ("ServerError", "GET /readyz")} <= found, run.output
    assert run.exit_code == 1
