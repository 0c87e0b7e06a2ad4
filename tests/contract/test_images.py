"""What the images hold is enough for what they run."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from shared.pipeline import SERVICES

ROOT = Path(__file__).parents[2]

GATEWAY = (
    "shared.passwords",
    "shared.probe",
    "services.commands.serve",
    "services.gateway.__main__",
    # What an operator runs inside it (docs/runbook.md).
    "services.commands.jobs",
    "services.commands.schedule",
    "services.commands.history",
    # Only where it is set.
    "shared.history.firestore",
    "shared.jwt",
)
ALL = "services.commands.run", *(f"services.{name}.__main__" for name in SERVICES)

STARTED = """
import importlib, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"not in this image: {{name}}", name=name)

sys.meta_path.insert(0, Absent())
for module in {modules!r}:
    importlib.import_module(module)
"""


def locked(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return {match[1] for line in lines if (match := re.match(r"([a-z0-9][a-z0-9._-]*)==", line))}


def start(modules: tuple[str, ...], image: set[str]) -> subprocess.CompletedProcess[str]:
    program = STARTED.format(absent=modules_outside(image), modules=modules)
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def modules_outside(image: set[str]) -> set[str]:
    named = {
        module: {re.sub(r"[-_.]+", "-", one).lower() for one in distributions}
        for module, distributions in packages_distributions().items()
    }
    return {module for module, ours in named.items() if not ours & (image | {"reporeel"})}


def test_the_gateway_starts_with_nothing_but_its_own_requirements() -> None:
    started = start(GATEWAY, locked("gateway"))
    assert started.returncode == 0, started.stderr


def test_every_service_starts_with_what_is_locked_for_running() -> None:
    started = start(ALL, locked("runtime"))
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize("missing", ["msgspec", "aiohttp"])
def test_a_requirement_that_is_missing_would_be_noticed(missing: str) -> None:
    started = start(GATEWAY, locked("gateway") - {missing})
    assert f"not in this image: {missing}" in started.stderr


def test_the_gateways_requirements_are_a_part_of_all() -> None:
    assert locked("gateway") < locked("runtime")
    for line in (ROOT / "requirements" / "gateway.txt").read_text().splitlines():
        if "==" in line:
            assert line.split()[0] in (ROOT / "requirements" / "runtime.txt").read_text()
