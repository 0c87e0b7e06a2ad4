"""What a user gets with `docker compose up`: real images, real engines, and containers that die."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest

from tests.docker.installation import IMAGES, Installation, build, docker, installed
from tests.support.doors import star
from tests.support.pipelines import wait_until
from tests.support.repositories import LIBRARY, make_repository

pytestmark = pytest.mark.docker

REPO = "harbour/tidewatch"
WISHES = {".github/reporeel.yml": "languages: [en, pt]\n"}
STAGE_SECONDS = 300.0
GATEWAY_MAX_BYTES = 150_000_000
"""Over the image it is made from."""


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(make_repository(tmp_path / "tidewatch", LIBRARY | WISHES)) as running:
        yield running


async def test_one_webhook_gives_one_film_though_every_container_is_killed(
    installation: Installation, tmp_path: Path
) -> None:
    await installation.compose("pause", "github")  # so that the scan lasts until its scanner has died
    status, accepted = await installation.hook(star(REPO))
    job = accepted["job_id"]
    await installation.kill("gateway")
    await kill_at_work(installation, job, "scanner", "scan")
    await installation.compose("unpause", "github")
    async with asyncio.TaskGroup() as group:
        group.create_task(kill_at_work(installation, job, "narrator", "speak"))
        group.create_task(kill_at_work(installation, job, "translator", "translate"))
    await kill_at_work(installation, job, "publisher", "render")
    await kill_at_work(installation, job, "nats", "render")
    record = await installation.ended(job)
    again, same = await installation.hook(star(REPO))
    jobs, parked = await installation.get("/jobs"), await installation.get("/parked")
    told = await installation.compose("exec", "--no-TTY", "gateway", "reporeel", "jobs", "list")
    restarts = {name: (await installation.container(name)).restarts for name in KILLED}

    assert (status, again) == (202, 202)
    assert record["status"] == "finished", record["error"]
    assert same["job_id"] == job
    assert [one["job_id"] for one in jobs["jobs"]] == [job]
    assert parked["parked"] == []
    assert [line.split()[:2] for line in told.splitlines()] == [[job, "finished"]]
    assert restarts == dict.fromkeys(KILLED, 1)
    tried = {row["stage"] for row in record["stages"] if row["attempt"] > 1}
    assert {"scan", "speak", "translate", "render"} <= tried
    await check_films(installation, tmp_path / "films", job)


KILLED = "gateway", "scanner", "narrator", "translator", "publisher", "nats"


async def kill_at_work(installation: Installation, job: str, service: str, stage: str) -> None:
    """Kill a container while a stage of the job runs."""

    async def at_work() -> bool:
        record = await installation.get(f"/jobs/{job}")
        rows = record["stages"] if record else []
        return any(row["stage"] == stage and row["status"] == "started" for row in rows)

    await wait_until(at_work, STAGE_SECONDS)
    await installation.kill(service)


async def check_films(installation: Installation, folder: Path, job: str) -> None:
    """One folder, a film in both languages that plays, and the record that says so."""
    await installation.compose("cp", "publisher:/data/films", folder)
    (told,) = folder.rglob("job.json")
    assert json.loads(told.read_text())["job_id"] == job
    films = sorted(folder.rglob("video.*.mp4"))
    assert [film.name for film in films] == ["video.en.mp4", "video.pt.mp4"]
    for film in films:
        with av.open(str(film)) as opened:
            assert {stream.type for stream in opened.streams} >= {"video", "audio"}
            assert opened.duration is not None
            assert opened.duration / av.time_base > 10
            assert sum(1 for _ in opened.decode(video=0)) > 100


async def test_the_gateways_image_adds_little_to_its_base(tmp_path: Path) -> None:
    await build({"REPOREEL_IMAGES": IMAGES, "REPOSITORY": str(tmp_path)})
    base = os.environ.get("PYTHON_IMAGE", "python:3.11-slim-bookworm")
    said = await docker("image", "inspect", "--format", "{{.Size}}", base, f"{IMAGES}-gateway:latest")
    below, whole = map(int, said.split())
    assert whole - below <= GATEWAY_MAX_BYTES
