"""What was made before, by content: a folder of files that never grows beyond its bound."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
_SUFFIX = ".msgpack"


class Shelf:
    """Keeps structs as files named after their key. Without a folder it keeps nothing."""

    def __init__(self, folder: Path | None, most_bytes: int) -> None:
        self._folder, self._most_bytes = folder, most_bytes

    def get(self, key: str, kind: type[S]) -> S | None:
        """None when it is not there, or not whole."""
        if self._folder is None:
            return None
        path = self._folder / f"{key}{_SUFFIX}"
        try:
            found = msgspec.msgpack.decode(path.read_bytes(), type=kind)
            os.utime(path)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        return found

    def put(self, key: str, made: msgspec.Struct) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        content = msgspec.msgpack.encode(made)
        self._make_room(len(content))
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(content)
        Path(file.name).replace(self._folder / f"{key}{_SUFFIX}")

    def _make_room(self, size: int) -> None:
        """Throw away what nobody has asked for longest."""
        files = sorted((_age_and_size(path), path) for path in Path(self._folder or "").iterdir())
        total = size + sum(file_size for (_, file_size), _ in files)
        for (_, file_size), path in files:
            if total <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            total -= file_size


def _age_and_size(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except FileNotFoundError:  # another process threw it away
        return 0, 0
    return state.st_mtime_ns, state.st_size


def digest_of(versions: Sequence[str], sources: Iterable[Path]) -> str:
    """Changes with any of the versions and with any byte of the files."""
    digest = hashlib.sha256(" ".join(versions).encode())
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def key_of(*parts: object) -> str:
    """A name for whatever these parts decide."""
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


NO_SHELF = Shelf(None, 0)
