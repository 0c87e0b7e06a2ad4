"""The runbook's commands for compose, as they stand there and in their order, while there is a job."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.docker.installation import PROJECT, ROOT, Installation, installed
from tests.support.repositories import LIBRARY, make_repository
from tests.support.told_commands import FENCED

pytestmark = pytest.mark.docker

SECONDS = 300.0


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(make_repository(tmp_path / "tidewatch", LIBRARY)) as running:
        yield running


async def test_what_the_runbook_says_of_compose_works(installation: Installation) -> None:
    job = await installation.submit("harbour/tidewatch")
    made = (await installation.get(f"/jobs/{job}"))["created_at"]
    lines = told()
    new_passwords = lines.index("docker compose down")
    for line in lines[:new_passwords]:
        await typed(installation, line)
    assert (await installation.get(f"/jobs/{job}"))["created_at"] == made
    for line in lines[new_passwords:]:
        await typed(installation, line)
    token = (await installation.compose("exec", "--no-TTY", "gateway", "cat", "/run/passwords/token")).strip()
    async with installation.session.get(f"/jobs/{job}") as refused:
        assert refused.status == 403
    new = {"Authorization": f"Bearer {token}"}
    async with installation.session.get(f"/jobs/{job}", headers=new) as reply:
        assert reply.status == 200
        assert (await reply.json())["created_at"] == made


def told() -> list[str]:
    """Every line of the runbook's blocks that has to do with Docker."""
    text = (ROOT / "docs" / "runbook.md").read_text()
    blocks = "\n".join(FENCED.findall(text)).splitlines()
    lines = [line.partition("  #")[0].strip() for line in blocks]
    found = [line for line in lines if line.startswith("docker ")]
    assert len(found) > 5
    return found


async def typed(installation: Installation, line: str) -> None:
    """Run a line in a shell, about the tests' installation instead of the one it names."""
    files = "docker-compose.yml:tests/docker/compose.yml"
    ours = installation.environ | {"COMPOSE_FILE": files, "COMPOSE_PROJECT_NAME": PROJECT}
    child = await asyncio.create_subprocess_shell(
        line.replace("name=reporeel_", f"name={PROJECT}_"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | ours,
        cwd=ROOT,
    )
    async with asyncio.timeout(SECONDS):
        out, _ = await child.communicate()
    assert child.returncode == 0, f"{line}: {out.decode()[-2000:]}"
