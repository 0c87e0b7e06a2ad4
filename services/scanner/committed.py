"""Reads the files of one commit out of git's object store: no checkout, no filters, no links followed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterator
from typing import IO, NamedTuple

from services.scanner.git import Git
from services.scanner.limits import ScanLimits
from services.scanner.source import File, Skipped, readable
from services.scanner.unreadable import Unreadable
from shared.offload import Progress

REGULAR_MODES = frozenset({b"100644", b"100755"})
REPORTS = 50


class _Entry(NamedTuple):
    name: str
    object_id: str
    size_bytes: int


class CommitSource:
    """One commit's regular files."""

    def __init__(self, git: Git, commit: str, limits: ScanLimits) -> None:
        self._git = git
        self._limits = limits
        self.skipped = Skipped()
        self._entries = tuple(self._listed(commit))

    def files(self, report: Progress) -> Iterator[File]:
        step = max(len(self._entries) // REPORTS, 1)
        process = self._git.start("cat-file", "--batch")
        try:
            for count, entry in enumerate(self._entries):
                if count % step == 0:
                    report(100.0 * count / len(self._entries))
                yield self._file(process, entry)
        finally:
            process.kill()
            process.communicate()

    def read(self, paths: Collection[str]) -> dict[str, bytes]:
        wanted = {path: entry for entry in self._entries if (path := readable(entry.name)) in paths}
        return {path: self._git.ask("cat-file", "blob", entry.object_id) for path, entry in wanted.items()}

    def _listed(self, commit: str) -> Iterator[_Entry]:
        answer = self._git.ask("ls-tree", "-r", "-l", "-z", "--full-tree", commit)
        for count, line in enumerate(filter(None, answer.split(b"\0"))):
            if count >= self._limits.max_entries:
                raise Unreadable(
                    f"the commit holds more than {self._limits.max_entries} files",
                    "too_large",
                    "An operator can raise REPOREEL_SCAN_MAX_ENTRIES.",
                )
            head, _, name = line.partition(b"\t")
            mode, _kind, object_id, size = head.split()
            if mode in REGULAR_MODES:
                yield _Entry(os.fsdecode(name), object_id.decode(), int(size))
            else:
                self.skipped.add("link or submodule", readable(os.fsdecode(name)))

    def _file(self, process: subprocess.Popen[bytes], entry: _Entry) -> File:
        path = readable(entry.name)
        if entry.size_bytes > self._limits.max_file_bytes:
            self.skipped.add(f"content of a file over {self._limits.max_file_bytes} bytes", path)
            return File(path, entry.size_bytes, None)
        return File(path, entry.size_bytes, _content(process, entry))


def _content(process: subprocess.Popen[bytes], entry: _Entry) -> bytes:
    """Asks a running `git cat-file --batch` for one object."""
    asked, answered = _pipes(process)
    asked.write(entry.object_id.encode() + b"\n")
    asked.flush()
    head = answered.readline().split()
    if len(head) != 3 or head[1] != b"blob":  # noqa: PLR2004 - id, kind, size
        raise Unreadable(f"git has no content for {readable(entry.name)}", "git_failed", "Try `git fsck`.")
    content = answered.read(int(head[2]))
    answered.read(1)
    return content


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("git was started without pipes")
    return process.stdin, process.stdout
