"""Reads a local folder: the tracked files of a work tree, or all of a plain folder, within limits."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from services.scanner.git import Git
from services.scanner.limits import ScanLimits
from services.scanner.source import File, Skipped, readable
from services.scanner.unreadable import Unreadable
from shared.offload import Progress

PASSED_OVER = frozenset(
    {".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache"}
    | {".ruff_cache", ".pytest_cache"}
)
"""Folders that a plain folder's walk does not enter: kept by tools, not written by people."""

OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
REPORTS = 50


class FolderSource:
    """Files of a folder by name, as listed by `tracked_files` or `walked_files`."""

    def __init__(self, folder: Path, names: tuple[str, ...], limits: ScanLimits) -> None:
        self._folder = folder.resolve()
        self._names = names
        self._limits = limits
        self.skipped = Skipped()

    def files(self, report: Progress) -> Iterator[File]:
        self.skipped = Skipped()
        inside = lru_cache(maxsize=None)(self._is_inside)
        step = max(len(self._names) // REPORTS, 1)
        unpacked_bytes = 0
        for count, name in enumerate(self._names):
            if count % step == 0:
                report(100.0 * count / len(self._names))
            file = self._file(name) if inside(os.path.dirname(name)) else None  # noqa: PTH120 - hot
            if file is None:
                self.skipped.add("link, special or missing file", readable(name))
                continue
            unpacked_bytes += len(file.content or b"")
            self._check(unpacked_bytes)
            yield file

    def read(self, paths: Collection[str]) -> dict[str, bytes]:
        files = (self._file(name) for name in self._names if readable(name) in paths)
        return {file.path: file.content for file in files if file and file.content is not None}

    def _is_inside(self, directory: str) -> bool:
        """Whether no part of the directory's path is a link."""
        path = self._folder / directory
        return path.resolve() == path

    def _file(self, name: str) -> File | None:
        try:
            descriptor = os.open(self._folder / name, OPEN_FLAGS)
        except (OSError, ValueError):
            return None
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)  # before fdopen, which takes no folder: a submodule is one
            return None
        with os.fdopen(descriptor, "rb") as file:
            if status.st_size > self._limits.max_file_bytes:
                self.skipped.add(
                    f"content of a file over {self._limits.max_file_bytes} bytes", readable(name)
                )
                return File(readable(name), status.st_size, None)
            content = file.read(self._limits.max_file_bytes)
        return File(readable(name), len(content), content)

    def _check(self, unpacked_bytes: int) -> None:
        if unpacked_bytes > self._limits.max_unpacked_bytes:
            raise Unreadable(
                f"the folder holds more than {self._limits.max_unpacked_bytes} bytes",
                "too_large",
                "An operator can raise REPOREEL_SCAN_MAX_UNPACKED_BYTES.",
            )


def tracked_files(git: Git, folder: Path, limits: ScanLimits) -> tuple[str, ...]:
    """What git tracks below the folder; in a repository without tracked files, what it does not ignore."""
    tracked = _listed(git, folder, "--cached")
    names = tracked or _listed(git, folder, "--others", "--exclude-standard")
    return _bounded(sorted(names), limits)


def walked_files(folder: Path, limits: ScanLimits) -> tuple[str, ...]:
    names: list[str] = []
    for directory, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        below = Path(directory).relative_to(folder)
        if len(below.parts) >= limits.max_path_depth:
            folders.clear()
        names.extend(str(below / name) for name in files)
        _bounded(names, limits)
    return tuple(sorted(names))


def _listed(git: Git, folder: Path, *options: str) -> set[str]:
    answer = git.ask("-C", str(folder), "ls-files", "-z", *options, "--", ".")
    return {os.fsdecode(name) for name in answer.split(b"\0") if name}


def _bounded(names: list[str], limits: ScanLimits) -> tuple[str, ...]:
    if len(names) > limits.max_entries:
        raise Unreadable(
            f"the folder holds more than {limits.max_entries} files",
            "too_large",
            "An operator can raise REPOREEL_SCAN_MAX_ENTRIES.",
        )
    return tuple(names)
