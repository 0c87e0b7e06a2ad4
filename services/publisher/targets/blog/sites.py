"""What a site is, and the plainest one: a folder."""

from __future__ import annotations

import asyncio
import fcntl
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from services.publisher.files.disk import plain_errors, settle, unfinished, write_whole
from services.publisher.targets.blog.catalogue import PATH

Files = Mapping[str, bytes | Path]
"""Content by path on the site; a Path is a file that is copied."""
Edit = Callable[[bytes | None], Files]
"""From the catalogue as it stands there to what is to be written; nothing where it is all there already."""
LOCK = ".reporeel.lock"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to a site, and what people are told of it."""

    edit: Edit
    title: str
    words: str
    branch: str
    """A name that no other change has, for sites that have branches."""


class Site(Protocol):
    async def make(self, change: Change) -> str:
        """Write what `edit` wants; two changes at once happen one after the other.

        Gives the address of a proposal where the site takes only those. Raises Retry or Reject; the next call
        finds out what is there.
        """
        ...


class Folder:
    """A folder that a site generator, or a web server, looks into."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def make(self, change: Change) -> str:
        await asyncio.to_thread(self._change, change.edit)
        return ""

    def _change(self, edit: Edit) -> None:
        with plain_errors(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            with (self._root / LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                catalogue = self._root / PATH
                files = edit(catalogue.read_bytes() if catalogue.exists() else None)
                # The catalogue says what is there, so it comes last.
                for path in sorted(files, key=lambda path: path == PATH):
                    _write(self._root / path, files[path])


def _write(path: Path, content: bytes | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        write_whole(path, content)
        return
    part = unfinished(path)
    try:
        shutil.copyfile(content, part)
        settle(part, path)
    finally:
        part.unlink(missing_ok=True)
