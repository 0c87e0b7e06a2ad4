"""One film in the history, and what a place for histories must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from shared.history.ids import document_id

Status = Literal["pending", "processing", "completed", "failed"]
MOST_LISTED = 100
"""Of one repository, and of the newest ones."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The first ten fields are those that the earlier system kept, under their names."""

    repo_name: str
    """`owner/name`, or a folder's path."""
    description: str = ""
    stars: int | None = None
    language: str = ""
    """The repository's main programming language."""
    status: Status = "pending"
    created_at: datetime
    updated_at: datetime
    url: str
    """Of the repository."""
    video_url: str = ""
    """Of the first language's film."""
    error_message: str = ""
    job_id: str
    commit: str = ""
    trigger: str = ""
    profile: str = ""
    format: str = ""
    languages: tuple[str, ...] = ()
    films: dict[str, str] = {}
    """The film's address by language."""
    subtitles: dict[str, str] = {}
    thumbnails: dict[str, str] = {}

    @property
    def id(self) -> str:
        return document_id(self.repo_name, self.job_id)


class Kept(msgspec.Struct, frozen=True):
    """An entry as it was read; `revision` says which one it was."""

    entry: Entry
    revision: str


class History(Protocol):
    """Each may raise Retry or Unavailable while the place is away, Reject when it does not let us in."""

    async def get(self, repo: str, job_id: str) -> Kept | None: ...

    async def create(self, entry: Entry) -> bool:
        """Write a new entry; False, and nothing is written, where there is one of that id."""
        ...

    async def replace(self, entry: Entry, revision: str) -> bool:
        """Write over the entry of that revision; False, and nothing is written, where it has changed."""
        ...

    async def of_repository(self, repo: str) -> Sequence[Entry]:
        """At most `MOST_LISTED`, the newest first."""
        ...

    async def recent(self, limit: int) -> Sequence[Entry]:
        """The last ones that changed, the last one first."""
        ...

    async def close(self) -> None: ...


def newest_first(entries: Sequence[Entry], limit: int) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.created_at, entry.job_id), reverse=True)[:limit]


def last_changed_first(entries: Sequence[Entry], limit: int) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.updated_at, entry.job_id), reverse=True)[:limit]
