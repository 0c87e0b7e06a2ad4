"""Folders, git repositories and archives to scan, made for one test."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from services.scanner.limits import ScanLimits
from services.scanner.scan import scan_folder
from services.scanner.source import File
from shared.facts import FactBase
from shared.offload import ignore_progress

SMALL_PROJECT = {
    "README.md": "# Demo\n\nDemo adds numbers that nobody wants to add by hand.\n",
    "pyproject.toml": '[project]\nname = "demo"\nversion = "1.2.3"\ndependencies = ["aiohttp>=3"]\n',
    "demo/__init__.py": "from demo.core import add\n",
    "demo/core.py": "def add(a: int, b: int) -> int:\n    return a + b\n",
    "tests/test_core.py": "def test_add():\n    assert True\n",
}


def write_files(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def git(folder: Path, *arguments: str, **environment: str) -> str:
    fixed = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
        "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
        "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
    }
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(
        command, env=os.environ | fixed | environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit_all(folder: Path, message: str = "A change", **environment: str) -> str:
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message, **environment)
    return git(folder, "rev-parse", "HEAD")


def scan(folder: Path, ref: str | None = None, **limits: Any) -> FactBase:
    return scan_folder(ignore_progress, folder, ref, ScanLimits(**limits)).base


def value_of(base: FactBase, fact_id: str) -> Any:
    found = base.find(fact_id)
    return None if found is None else found.value


def files_of(texts: dict[str, str]) -> list[File]:
    return [File(path, len(text.encode()), text.encode()) for path, text in texts.items()]


def member(name: str, content: bytes = b"", **attributes: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info, content


def archive_of(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    path.write_bytes(gzip.compress(buffer.getvalue(), mtime=0))
    return path
