"""Where files come from: a work tree, a commit or an archive, all read the same way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Protocol

import msgspec

from shared.offload import Progress


class File(msgspec.Struct, frozen=True):
    """One regular file, its path relative to the repository's root with `/` between its parts."""

    path: str
    size_bytes: int
    content: bytes | None
    """None when the file is larger than the limit."""


class Source(Protocol):
    def files(self, report: Progress) -> Iterator[File]:
        """Each regular file once, in an order of the source's own; `report` hears of per cent done."""
        ...

    def read(self, paths: Collection[str]) -> dict[str, bytes]:
        """A few files again, those that can be had, in one pass."""
        ...

    @property
    def skipped(self) -> Skipped:
        """What the last pass left out."""
        ...


class Skipped:
    """Counts what was left out, by reason, with one example each."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def add(self, reason: str, path: str) -> None:
        self._counts[reason] += 1
        self._examples[reason] = min(path, self._examples.get(reason, path))

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(
            f"Left out {count} × {reason}, such as {self._examples[reason][:120]!r}."
            for reason, count in sorted(self._counts.items())
        )


def readable(path: str) -> str:
    """A path that can be written as JSON, whatever bytes it was made of."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
