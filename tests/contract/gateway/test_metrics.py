"""What `/metrics` says beyond the records; dashboard and alerts ask for nothing that is not there."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import yaml

from shared.events import now
from shared.lifecycle import Process
from shared.measures import Measures
from shared.pipeline import SPEAK
from shared.workers import announce
from tests.support.doors import ask, door, gateway, record
from tests.support.pipelines import Trivial, pipeline_process, wait_until, working

MONITORING = Path(__file__).parents[3] / "k8s" / "components" / "monitoring"
DASHBOARD = MONITORING / "dashboard.json"
METRIC = re.compile(r"reporeel_\w+")


def asked_by_the_dashboard() -> set[str]:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return {
        name for panel in panels for target in panel["targets"] for name in METRIC.findall(target["expr"])
    }


def asked_by_alerts() -> set[str]:
    groups = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["spec"]["groups"]
    return {name for group in groups for rule in group["rules"] for name in METRIC.findall(rule["expr"])}


def missing(asked: set[str], told: str) -> set[str]:
    return asked - {line.split("{")[0].split(" ")[0] for line in told.splitlines() if line[:1] != "#"}


async def told(session: aiohttp.ClientSession) -> str:
    async with session.get("/metrics") as reply:
        return await reply.text()


def measured(measures: Measures) -> None:
    later, past = now() + timedelta(hours=1), now() - timedelta(hours=1)
    measures.note("engine_real_time_factor", "hibari 0.2.1", 0.125)
    measures.note("github_quota_remaining", "core", 4999, until=later)
    measures.note("github_quota_limit", "core", 5000, until=later)
    measures.note("github_quota_remaining", "search", 3, until=past)
    for kind in ("inserts", "units"):
        measures.note("youtube_quota_spent", kind, 2, until=later)
        measures.note("youtube_quota_limit", kind, 100, until=later)


async def told_by_all(running: Process, session: aiohttp.ClientSession) -> str:
    """A job through all stages, and a worker elsewhere that has measured everything."""
    measures = Measures()
    measured(measures)
    async with working(running, Trivial().handlers()):
        _, accepted, _ = await ask(session, "POST", "/jobs", json={"repo": "acme/site"})
        await record(session, accepted["job_id"], "finished")
        await announce_once(running, measures)
        await wait_until(lambda: is_told(session, "reporeel_engine_real_time_factor{"))
        return await told(session)


async def announce_once(running: Process, measures: Measures) -> None:
    class Once:
        """Is set as soon as it is waited for."""

        def __init__(self) -> None:
            self.seen = False

        def is_set(self) -> bool:
            self.seen, before = True, self.seen
            return before

        async def wait(self) -> None:
            return

    await announce(running.bus, SPEAK.name, Once(), measures)  # type: ignore[arg-type]


async def is_told(session: aiohttp.ClientSession, text: str) -> bool:
    return text in await told(session)


async def test_every_metric_of_dashboard_and_alerts_is_told(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        text = await told_by_all(running, session)
    assert len(asked_by_the_dashboard()) > 12
    assert missing(asked_by_the_dashboard(), text) == set()
    assert missing(asked_by_alerts(), text) == set()
    assert missing({"reporeel_made_up"}, text) == {"reporeel_made_up"}
    assert 'reporeel_engine_real_time_factor{engine="hibari 0.2.1"} 0.125' in text
    assert 'reporeel_github_quota_remaining{resource="core"} 4999.0' in text
    assert 'resource="search"' not in text  # that quota has begun anew
    assert "reporeel_success_ratio 1.0" in text


async def test_the_newest_figure_counts_wherever_it_was_measured(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running, gateway(running) as session:
        before = Measures()
        before.note("github_quota_remaining", "core", 10)
        await announce_once(running, before)
        running.measures.note("github_quota_remaining", "core", 9)
        text = await told(session)
    assert [line for line in text.splitlines() if "quota_remaining{" in line] == [
        'reporeel_github_quota_remaining{resource="core"} 9.0'
    ]


def test_the_dashboard_fits_its_grid() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        grid = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert grid["x"] + grid["w"] <= 24
        assert not taken & cells, panel["title"]
        taken |= cells


@pytest.mark.parametrize("panel", json.loads(DASHBOARD.read_text())["panels"], ids=lambda one: one["title"])
def test_every_panel_says_what_it_shows(panel: dict[str, str]) -> None:
    assert panel["description"].endswith(".")
