"""What people look at: languages, figures, badges, the API's page."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from shared.lifecycle import Process
from shared.pipeline import STATUS_BUCKET
from shared.topology import ProvisionSettings, streams
from tests.support.doors import ask, door, record
from tests.support.pipelines import Trivial, wait_until, working


async def test_languages_are_those_a_job_may_ask_for(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        status, answer, _ = await ask(session, "GET", "/languages")
    assert status == 200
    states = {one["code"]: one["state"] for one in answer["languages"]}
    assert states["en"] == states["pt"] == "spoken"


async def test_figures_and_badge_follow_the_jobs(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running), working(running, Trivial().handlers()):
        _, empty, _ = await ask(session, "GET", "/stats")
        badges = [await _badge(session, "/badge/acme/site.svg")]
        _, accepted, _ = await ask(session, "POST", "/jobs", json={"repo": "ACME/site"})
        await record(session, accepted["job_id"], "finished")
        badges += [await _badge(session, path) for path in ("/badge/acme/site.svg", "/badge/acme/other.svg")]
        _, stats, _ = await ask(session, "GET", "/stats")
        wrong, _, _ = await ask(session, "GET", "/badge/-x/y.svg")
    assert (empty["jobs"], empty["success_rate"], empty["median_seconds"]) == (0, None, None)
    assert badges == ["film: none yet", "film: ready: en", "film: none yet"]
    assert (stats["jobs"], stats["success_rate"], stats["by_status"]) == (1, 1.0, {"finished": 1})
    assert {one["stage"] for one in stats["stages"]} >= {"scan", "render", "publish"}
    assert wrong == 404


async def test_no_answer_takes_back_what_an_earlier_one_told(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running), working(running, Trivial().handlers()):
        await _fill_bucket(running, filled=False)
        _, accepted, _ = await ask(session, "POST", "/jobs", json={"repo": "acme/site"})
        await record(session, accepted["job_id"], "finished")
        behind = await _told(session, accepted["job_id"])
        await _fill_bucket(running, filled=True)
        await wait_until(lambda: running.bus.last([f"$KV.{STATUS_BUCKET}.>"], stream=f"KV_{STATUS_BUCKET}"))
        caught_up = await _told(session, accepted["job_id"])
    assert behind == caught_up == ["finished"] * 3


async def _fill_bucket(running: Process, *, filled: bool) -> None:
    """Let the server fill the status bucket from the stream, or let it fall behind."""
    config = next(one for one in streams(ProvisionSettings()) if one["name"] == f"KV_{STATUS_BUCKET}")
    sources = config["sources"] if filled else []
    await running.bus.api(f"STREAM.UPDATE.{config['name']}", config | {"sources": sources})


async def _told(session, job_id: str) -> list[str]:
    """Every status that the routes which show one tell of a job."""
    _, one, _ = await ask(session, "GET", f"/jobs/{job_id}")
    _, page, _ = await ask(session, "GET", "/jobs")
    _, stats, _ = await ask(session, "GET", "/stats")
    return [one["status"], *(job["status"] for job in page["jobs"]), *stats["by_status"]]


async def _badge(session, path: str) -> str:
    async with session.get(path) as reply:
        assert reply.content_type == "image/svg+xml"
        drawn = ET.fromstring(await reply.text())  # noqa: S314 - our own
    return drawn.attrib["aria-label"]


async def test_the_page_of_the_api_names_every_route_and_runs_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        _, document, _ = await ask(session, "GET", "/openapi.json")
        async with session.get("/docs") as reply:
            page = await reply.text()
            policy = reply.headers["Content-Security-Policy"]
    for path in document["paths"]:
        assert f"<code>{path}</code>" in page
    assert "default-src 'none'" in policy
    assert "<script" not in page


CONTRACT = """
POST /webhook, POST /jobs, POST /jobs/batch, GET /jobs/{job_id}, GET /jobs, GET /jobs/{job_id}/events,
POST /jobs/{job_id}/cancel, POST /jobs/{job_id}/retry, GET /jobs/{job_id}/files/{name},
GET /jobs/{job_id}/script, PUT /jobs/{job_id}/script, POST /jobs/{job_id}/approve,
GET /schedules, POST /schedules, DELETE /schedules, GET /languages, GET /stats, GET /parked,
POST /parked/{parked_id}/requeue, GET /health, GET /livez, GET /readyz, GET /metrics,
GET /badge/{owner}/{name}.svg, GET /openapi.json
"""


@pytest.mark.parametrize("route", [one.strip() for one in CONTRACT.split(",")])
async def test_every_route_users_rely_on_is_described(route: str, described: dict) -> None:
    method, path = route.split()
    assert method.lower() in described["paths"][path]


@pytest.fixture(scope="module")
def described() -> dict:
    from services.gateway.app import Gateway  # noqa: PLC0415
    from services.gateway.openapi import describe  # noqa: PLC0415
    from services.gateway.settings import GatewaySettings  # noqa: PLC0415

    gateway = Gateway(
        None, None, None, None, None, None, GatewaySettings(), Path("/nowhere"), None, None, None
    )
    return describe(gateway.routes())
