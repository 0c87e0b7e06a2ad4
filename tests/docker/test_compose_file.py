"""Compose itself reads our file; no container is made."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import yaml

from tests.docker.installation import ROOT, CommandFailed, docker

pytestmark = pytest.mark.docker


async def test_compose_understands_its_file() -> None:
    assert await docker("compose", "--file", ROOT / "docker-compose.yml", "config", "--quiet") == ""


async def test_compose_notices_a_field_it_does_not_know(tmp_path: Path) -> None:
    described = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    described["services"]["gateway"]["memory"] = "1G"
    broken = tmp_path / "docker-compose.yml"
    await asyncio.to_thread(broken.write_text, yaml.safe_dump(described))
    with pytest.raises(CommandFailed, match="memory"):
        await docker("compose", "--file", broken, "config", "--quiet")
