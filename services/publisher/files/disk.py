"""Writes that leave whole files after a crash, and plain words for what stands in the way of them."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.errors import Reject, Retry

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
NO_FOLDER = frozenset({errno.ENOTDIR, errno.EEXIST})
DELAY_SECONDS = 30.0


@contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into what an operator can act on.

    Raises Retry when the disk is full or the folder may not be written, Reject when it cannot be a folder.
    """
    try:
        yield
    except OSError as error:
        where = error.filename or str(folder)
        if error.errno in FULL:
            raise Retry(
                f"no space left for {where}",
                delay_seconds=DELAY_SECONDS,
                code="disk_full",
                hint=f"Free some space on the disk of {folder}; the job goes on by itself.",
            ) from error
        if error.errno in CLOSED:
            raise Retry(
                f"{where} may not be written: {error.strerror}",
                delay_seconds=DELAY_SECONDS,
                code="not_writable",
                hint=f"Let this user write to {folder}; the job goes on by itself.",
            ) from error
        if error.errno in NO_FOLDER:
            raise Reject(
                f"{where} is in the way of a folder",
                code="not_a_folder",
                hint="Move that file away, or choose another folder (REPOREEL_OUT, --out).",
            ) from error
        raise


def unfinished(path: Path) -> Path:
    """A name beside `path` that no other writer has."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all."""
    part = unfinished(path)
    try:
        part.write_bytes(content)
        settle(part, path)
    finally:
        part.unlink(missing_ok=True)


def settle(part: Path, path: Path) -> None:
    """Make a finished part durable and give it its name."""
    _sync(part)
    part.replace(path)
    _sync(path.parent)


def sweep(folder: Path) -> None:
    """Remove the parts that a killed process left."""
    for part in folder.glob(".*.part"):
        with suppress(FileNotFoundError):
            part.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
