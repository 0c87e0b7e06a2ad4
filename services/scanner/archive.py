"""Reads the regular files of a foreign .tar.gz as a stream: bounded, and nothing is unpacked to disk."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, cast

from services.scanner.limits import MEBIBYTE, ScanLimits
from services.scanner.source import File, Skipped, readable
from services.scanner.unreadable import Unreadable
from shared.offload import Progress, ignore_progress

MAX_HEADER_BYTES = MEBIBYTE
"""A long name or an extended header larger than this is an attack: tarfile reads it whole."""

EXTENDED_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class ArchiveSource:
    """A GitHub archive: one folder, named after the commit, holds everything."""

    def __init__(self, path: Path, limits: ScanLimits) -> None:
        self._path = path
        self._limits = limits
        self.skipped = Skipped()

    def files(self, report: Progress) -> Iterator[File]:
        self.skipped = Skipped()
        seen: set[str] = set()
        for file in self._members(report):
            if file.path in seen:
                self.skipped.add("name used twice", file.path)
            else:
                seen.add(file.path)
                yield file

    def read(self, paths: Collection[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for file in self._members(ignore_progress):
            if file.path in paths and file.content is not None:
                found.setdefault(file.path, file.content)
            if len(found) == len(paths):
                break
        return found

    def _members(self, report: Progress) -> Iterator[File]:
        try:
            with self._path.open("rb") as packed, gzip.open(packed) as plain:
                stream = _Bounded(plain, packed, self._path.stat().st_size, self._limits, report)
                yield from self._regular(stream)
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
            raise Unreadable(
                f"the archive is damaged or cut off: {error}",
                "corrupt_archive",
                "Try again; if it stays so, the repository's archive cannot be downloaded whole.",
            ) from error

    def _regular(self, stream: _Bounded) -> Iterator[File]:
        with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|", tarinfo=_Member) as archive:
            for count, member in enumerate(archive, start=1):
                # tarfile remembers every member; a stream has no use for them.
                archive.members = []  # type: ignore[attr-defined]
                if count > self._limits.max_entries:
                    raise _too_large(f"more than {self._limits.max_entries} entries", "ENTRIES")
                path = self._accepted(member)
                if path is not None:
                    yield File(path, member.size, self._content(archive, member, path))

    def _accepted(self, member: tarfile.TarInfo) -> str | None:
        """The member's path below the archive's own folder, or None when it is left out."""
        if member.isdir():
            return None
        name = readable(member.name)
        reason = _objection(member, name, self._limits)
        if reason:
            self.skipped.add(reason, name)
            return None
        return name.partition("/")[2] or None

    def _content(self, archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> bytes | None:
        if member.size > self._limits.max_file_bytes:
            self.skipped.add(f"content of a file over {self._limits.max_file_bytes} bytes", path)
            return None
        reader = archive.extractfile(member)
        return reader.read() if reader else b""


class _Member(tarfile.TarInfo):
    """Refuses headers that tarfile would read into memory without a bound, or pass over in silence."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _Member:
        try:
            return super().fromtarfile(archive)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            # tarfile itself takes a broken header in the middle for the archive's end.
            raise tarfile.ReadError(str(error)) from error

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in EXTENDED_HEADERS and self.size > MAX_HEADER_BYTES:
            raise tarfile.ReadError(f"an extended header of {self.size} bytes")
        return cast("tarfile.TarInfo", super()._proc_member(archive))  # type: ignore[misc]


class _Bounded:
    """Hands on unpacked bytes until there are too many of them."""

    def __init__(
        self, plain: gzip.GzipFile, packed: IO[bytes], packed_bytes: int, limits: ScanLimits, report: Progress
    ) -> None:
        self._plain = plain
        self._packed = packed
        self._packed_bytes = max(packed_bytes, 1)
        self._limits = limits
        self._report = report
        self._unpacked_bytes = 0
        self._reported = 0.0

    def read(self, size: int = -1) -> bytes:
        block = self._plain.read(size)
        self._unpacked_bytes += len(block)
        self._check()
        percent = 100.0 * self._packed.tell() / self._packed_bytes
        if percent >= self._reported + 1.0:
            self._reported = percent
            self._report(percent)
        return block

    def _check(self) -> None:
        if self._unpacked_bytes > self._limits.max_unpacked_bytes:
            raise _too_large(f"more than {self._limits.max_unpacked_bytes} bytes unpacked", "UNPACKED_BYTES")
        expanded = self._unpacked_bytes > self._limits.max_ratio * self._packed_bytes
        if expanded and self._unpacked_bytes > MEBIBYTE:
            raise _too_large(f"more than {self._limits.max_ratio} times its packed size", "RATIO")


def _too_large(what: str, setting: str) -> Unreadable:
    return Unreadable(
        f"the archive holds {what}",
        "too_large",
        f"An operator can raise REPOREEL_SCAN_MAX_{setting}.",
    )


def _objection(member: tarfile.TarInfo, name: str, limits: ScanLimits) -> str:
    """Why this member is left out; empty when it is not."""
    if member.issym() or member.islnk():
        return "link"
    if not member.isreg() or member.issparse():
        return "special file"
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
        return "name outside the repository"
    if len(name.encode()) > limits.max_path_bytes or len(parts) > limits.max_path_depth:
        return "name too long or too deep"
    return ""
