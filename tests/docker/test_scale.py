"""Heavy stages with two and then four replicas: all of them work, and nothing is worked on twice."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.docker.installation import Installation, docker, installed
from tests.support.repositories import LIBRARY, make_repository

pytestmark = pytest.mark.docker

REPO = "harbour/tidewatch"
SHORT = {"languages": ["en", "ca"], "profile": "reel20", "format": "reel"}
"""Catalan gets subtitles over the English voice, which takes no time to speak."""
HEAVY = {"narrator": "speak", "translator": "translate", "publisher": "render"}
EXPECTED = {"speak": 1, "translate": 1, "render": 2}
"""How often a stage runs for one job in two languages."""

Done = tuple[str, str, str]
"""Stage, job and language."""


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    repository = make_repository(tmp_path / "tidewatch", LIBRARY)
    async with installed(repository, REPOREEL_LISTEN="false") as running:
        yield running


async def test_replicas_share_the_work_and_do_nothing_twice(installation: Installation) -> None:
    for replicas, films in ((2, 2), (4, 4)):
        await scale(installation, replicas)
        jobs = [await installation.submit(REPO, **SHORT) for _ in range(films)]
        records = [await installation.ended(job) for job in jobs]
        assert [record["status"] for record in records] == ["finished"] * films
        assert {row["attempt"] for record in records for row in record["stages"]} == {1}
        for service, stage in HEAVY.items():
            done = await done_by_replica(installation, service, stage, jobs)
            sys.stdout.write(told(stage, replicas, done))
            assert len(done) == replicas
            assert all(done.values()), "a replica had nothing to do"
            assert twice(done) == []
            assert sum(map(len, done.values())) == films * EXPECTED[stage]


def test_what_two_replicas_did_is_noticed() -> None:
    assert twice({"a": [("render", "j1", "en")], "b": [("render", "j1", "en")]}) == [("render", "j1", "en")]


async def scale(installation: Installation, replicas: int) -> None:
    """What docs/scaling.md says, and wait until all are healthy."""
    counts = [part for service in HEAVY for part in ("--scale", f"{service}={replicas}")]
    await installation.compose("up", "--detach", "--wait", "--no-recreate", *counts)


async def done_by_replica(
    installation: Installation, service: str, stage: str, jobs: Sequence[str]
) -> Mapping[str, list[Done]]:
    """What each container of a service says it finished of a stage."""
    names = (await installation.compose("ps", "--quiet", service)).split()
    return {
        name[:12]: [
            (line["stage"], line["job_id"], line["branch"])
            for line in map(json.loads, (await logs(name)).splitlines())
            if line["event"] == "stage.finished" and line["stage"] == stage and line["job_id"] in jobs
        ]
        for name in names
    }


async def logs(container: str) -> str:
    """What a container wrote; nothing but JSON, or this test fails."""
    return await docker("logs", container, errors_too=True)


def twice(done: Mapping[str, list[Done]]) -> list[Done]:
    times = Counter(one for ours in done.values() for one in ours)
    return [one for one, count in times.items() if count > 1]


def told(stage: str, replicas: int, done: Mapping[str, list[Done]]) -> str:
    return f"{stage} by {replicas} replicas: {' + '.join(str(len(ours)) for ours in done.values())}\n"
