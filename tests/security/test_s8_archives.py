"""Hostile archives are refused or skipped inside the limits: little memory, little time, nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.scanner.limits import ScanLimits
from services.scanner.unreadable import Unreadable
from tests.security.hostile_archives import CORPUS, GIBIBYTE, MEBIBYTE, Hostile
from tests.unit.scanner.building import scan, value_of, write_files

MOST_BYTES = 256 * MEBIBYTE
MOST_SECONDS = 60.0
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All archives are scanned by one process, so its peak is that of the worst."""
    folder = tmp_path_factory.mktemp("archives")
    for each in CORPUS:
        (folder / f"{each.name}.tar.gz").write_bytes(each.make())
        if each.limits:
            (folder / f"{each.name}.tar.limits.json").write_text(json.dumps(each.limits))
    before = set(folder.rglob("*"))
    home = tmp_path_factory.mktemp("home")
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(home), "TMPDIR": str(home), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.scan_child", str(folder)],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert set(folder.rglob("*")) == before
    assert list(home.iterdir()) == []
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["name"].removesuffix(".tar.gz"): row for row in rows}


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda each: each.name)
def test_a_hostile_archive_is_refused_or_skipped_inside_the_limits(
    hostile: Hostile, outcomes: dict[str, dict[str, Any]]
):
    outcome = outcomes[hostile.name]
    assert outcome["code"] in hostile.codes, outcome
    if outcome["code"] == "ok" and hostile.files is not None:
        assert outcome["files"] == hostile.files
    assert outcome["seconds"] < MOST_SECONDS
    assert outcome["peak_bytes"] <= MOST_BYTES


def test_what_was_left_out_is_said(outcomes: dict[str, dict[str, Any]]):
    told = " ".join(outcomes["links"]["warnings"])
    assert "link" in told
    assert "outside the repository" in " ".join(outcomes["outside"]["warnings"])
    assert "special file" in " ".join(outcomes["devices"]["warnings"])
    assert "too long or too deep" in " ".join(outcomes["deep"]["warnings"])


def test_a_huge_file_in_a_folder_is_counted_and_not_read(tmp_path: Path):
    write_files(tmp_path, {"a.py": "import os\n"})
    with (tmp_path / "huge.bin").open("wb") as file:
        file.truncate(10 * GIBIBYTE)
    base = scan(tmp_path)
    assert value_of(base, "files.count") == 2
    assert any("huge.bin" in warning for warning in base.warnings)


def test_a_folder_of_links_in_a_circle_ends(tmp_path: Path):
    write_files(tmp_path, {"a/b.py": "import os\n"})
    (tmp_path / "a" / "circle").symlink_to(tmp_path)
    (tmp_path / "up").symlink_to("..")
    assert value_of(scan(tmp_path), "files.count") == 1


def test_a_folder_that_is_too_deep_is_left_there(tmp_path: Path):
    deep = tmp_path
    for _level in range(60):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "a.py").write_text("import os\n")
    (tmp_path / "b.py").write_text("import os\n")
    assert value_of(scan(tmp_path), "files.count") == 1


def test_a_folder_over_any_limit_is_refused(tmp_path: Path):
    write_files(tmp_path, {f"{n}.py": "x = 1\n" * 100 for n in range(20)})
    for limit in ({"max_entries": 10}, {"max_unpacked_bytes": 1000}):
        with pytest.raises(Unreadable) as caught:
            scan(tmp_path, **limit)
        assert caught.value.code == "too_large"
    assert ScanLimits().max_entries == 200_000
