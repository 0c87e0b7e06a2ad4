"""`GET /jobs`: filters and pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec

from shared.record import JobRecord, JobStatus

MAX_ASKED_CHARACTERS = 1200
"""Of a repository's name in a query: in any script it fits into the first line of a request."""
EPOCH = datetime.fromtimestamp(0, UTC)


class Listing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query of `GET /jobs`."""

    status: JobStatus | Literal["all"] = "all"
    repo: Annotated[str, msgspec.Meta(max_length=MAX_ASKED_CHARACTERS)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}-[0-9a-f]{32}$")] | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    jobs: Sequence[JobRecord]
    cursor: str | None
    """Give it back to get the next page; null on the last."""


def list_records(newest_first: Sequence[JobRecord], wish: Listing) -> Page:
    """Give the page that was asked for."""
    after = _place(wish.cursor) if wish.cursor else None
    matching = [
        record
        for record in newest_first
        if (wish.status in {"all", record.status})
        and (wish.repo is None or _is_repo(record, wish.repo))
        and (after is None or _position(record) < after)
    ]
    page = matching[: wish.limit]
    more = len(matching) > len(page)
    return Page(jobs=page, cursor=_cursor(page[-1]) if more and page else None)


def _is_repo(record: JobRecord, repo: str) -> bool:
    return record.repo_url.lower().removeprefix("https://github.com/").removeprefix("file://") == repo.lower()


def _position(record: JobRecord) -> tuple[int, str]:
    return (record.created_at - EPOCH) // timedelta(microseconds=1), record.job_id


def _cursor(record: JobRecord) -> str:
    microseconds, job_id = _position(record)
    return f"{microseconds}-{job_id}"


def _place(cursor: str) -> tuple[int, str]:
    microseconds, _, job_id = cursor.partition("-")
    return int(microseconds), job_id
