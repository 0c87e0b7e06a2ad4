"""What a bucket is to us: names that are written once, or over what we have seen there, and never blindly."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import msgspec

OWNER, DIGEST = "reporeel-job", "reporeel-sha256"
"""What is noted beside an object: whose it is, and the sha256 of its bytes."""
Keep = Callable[[str], Awaitable[None]]
"""Records what leads back to an upload, before a byte of it is sent."""
TYPES = {".vtt": "text/vtt", ".srt": "application/x-subrip", ".md": "text/markdown", ".ass": "text/x-ssa"}


class Taken(Exception):
    """The name is no longer as it was when it was looked at: somebody else wrote there."""


class UploadLost(Exception):
    """An upload that was begun is not known any more: it was finished, given up, or too old."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A file on its way to a bucket."""

    name: str
    """Its name in the bucket, prefix and all."""
    path: Path
    owner: str
    """The job it belongs to."""
    sha256: str
    size: int

    @property
    def content_type(self) -> str:
        return TYPES.get(self.path.suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def notes(self) -> dict[str, str]:
        return {OWNER: self.owner, DIGEST: self.sha256}


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What stands under a name."""

    version: str
    """Changes whenever the object does: S3's entity tag, Google's generation."""
    size: int
    owner: str = ""
    sha256: str = ""
    """Both empty for what somebody else put there."""


class Bucket(Protocol):
    """Everything raises Retry while the bucket is away, and Reject where it does not let us."""

    async def find(self, name: str) -> Stored | None: ...

    async def read(self, name: str, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`, which is not included."""
        ...

    async def put(
        self, item: Item, over: str, upload: str, keep: Keep, progress: Callable[[float], None]
    ) -> None:
        """Write a file: where nothing is, or over the version `over`.

        `upload` is what `keep` was told when this upload was begun before; it goes on from there.
        Raises Taken, UploadLost.
        """
        ...

    async def close(self) -> None: ...


def item(path: Path, name: str, owner: str) -> Item:
    """Read once for its sha256; films are some ten megabytes."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Item(name=name, path=path, owner=owner, sha256=digest, size=path.stat().st_size)


def piece(path: Path, start: int, count: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(count)
