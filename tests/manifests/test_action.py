"""The action for GitHub's workflows: GitHub's schema takes it, and what it runs makes a film."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.manifests.rendered import ROOT
from tests.support.repositories import LIBRARY, make_repository

pytestmark = pytest.mark.manifests

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CHECK = Path(sys.executable).parent / "check-jsonschema"
FILM_SECONDS = 600.0


def is_valid(file: Path, schema: str) -> bool:
    command = [CHECK, "--builtin-schema", f"vendor.{schema}", file]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


def test_githubs_schemas_take_the_action_and_the_workflows() -> None:
    assert is_valid(ROOT / "action.yml", "github-actions")
    assert all(is_valid(workflow, "github-workflows") for workflow in WORKFLOWS)


def test_a_step_without_a_shell_is_noticed(tmp_path: Path) -> None:
    broken = json.loads(json.dumps(ACTION))
    del broken["runs"]["steps"][0]["shell"]
    (tmp_path / "action.yml").write_text(yaml.safe_dump(broken))
    assert not is_valid(tmp_path / "action.yml", "github-actions")


def test_inputs_reach_the_script_by_the_environment_alone() -> None:
    (step,) = ACTION["runs"]["steps"]
    assert "${{" not in step["run"]
    asked = set(re.findall(r"\$\{?(FILM_[A-Z]+)", (ROOT / "scripts" / "film_in_workflow.sh").read_text()))
    given = {name: value for name, value in step["env"].items() if name.startswith("FILM_")}
    assert asked == set(given)
    assert {value[len("${{ inputs.") : -len(" }}")] for value in step["env"].values()} == set(
        ACTION["inputs"]
    )


def ran(folder: Path, **wish: str) -> tuple[int, dict[str, str]]:
    """The exit code, and what GitHub is told."""
    (step,) = ACTION["runs"]["steps"]
    defaults = {f"FILM_{name.upper()}": one["default"] for name, one in ACTION["inputs"].items()}
    output = folder / "output"
    github = {"GITHUB_ACTION_PATH": str(ROOT), "GITHUB_OUTPUT": str(output), "REPOREEL_LISTEN": "false"}
    code = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env=os.environ | defaults | github | {f"FILM_{name.upper()}": value for name, value in wish.items()},
        cwd=folder,
        check=False,
        timeout=FILM_SECONDS,
    ).returncode
    return code, dict(line.split("=", 1) for line in output.read_text().splitlines())


def test_it_makes_a_film_and_tells_where(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "tidewatch", LIBRARY)
    code, told = ran(tmp_path, repo=str(repository), profile="reel20", format="reel")
    assert code == 0
    assert json.loads(told["record"])["status"] == "finished"
    assert (Path(told["folder"]) / "video.en.mp4").stat().st_size > 100_000


def test_a_repository_that_is_not_there_fails_the_step(tmp_path: Path) -> None:
    code, told = ran(tmp_path, repo="$(touch evil)")
    assert code != 0
    assert "folder" not in told
    assert not (tmp_path / "evil").exists()
