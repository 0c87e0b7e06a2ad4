"""What systemd itself says of the units for a machine without containers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.manifests.rendered import ROOT

pytestmark = pytest.mark.manifests

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
REPOREEL = Path(sys.executable).parent / "reporeel"
EXPOSURE = 20
"""Tenths of systemd's measure of what a broken service could do: 0 nothing, 100 everything."""
SECONDS = 60.0


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", "--no-pager", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)


def here(unit: Path, folder: Path, more: str = "") -> Path:
    """The unit as it would be where this project is installed, with a line more."""
    text = unit.read_text().replace("/opt/reporeel/bin/reporeel", str(REPOREEL))
    copy = folder / unit.name
    copy.write_text(text.replace("[Service]\n", f"[Service]\n{more}"))
    return copy


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_understands_the_unit(unit: Path, tmp_path: Path) -> None:
    said = analyze("verify", "--man=no", here(unit, tmp_path))
    assert (said.returncode, said.stderr) == (0, "")


def test_systemd_notices_a_word_it_does_not_know(tmp_path: Path) -> None:
    said = analyze("verify", "--man=no", here(UNITS[0], tmp_path, "NoNewPrivilege=yes\n"))
    assert "NoNewPrivilege" in said.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_little_is_left_to_whoever_breaks_in(unit: Path, tmp_path: Path) -> None:
    threshold = f"--threshold={EXPOSURE}"
    assert analyze("security", "--offline=yes", threshold, here(unit, tmp_path)).returncode == 0
    open_wide = here(unit, tmp_path, "")
    open_wide.write_text(
        re.sub(r"^(Protect|Capability|Restrict|System).*\n", "", open_wide.read_text(), flags=re.MULTILINE)
    )
    assert analyze("security", "--offline=yes", threshold, open_wide).returncode != 0


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_a_command_there_is(unit: Path) -> None:
    (command,) = re.findall(r"^ExecStart=\S+/reporeel (\S+)", unit.read_text(), re.MULTILINE)
    said = subprocess.run([REPOREEL, command, "--help"], capture_output=True, check=False, timeout=SECONDS)
    assert said.returncode == 0
