"""`GET /jobs`: filters and pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from services.gateway.errors import ApiError
from shared.jobs import JobRecord, JobStatus


class Listing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query of `GET /jobs`."""

    status: JobStatus | Literal["all"] = "all"
    repo: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    jobs: Sequence[JobRecord]
    cursor: str | None
    """Give it back to get the next page; null on the last."""


def list_records(newest_first: Sequence[JobRecord], wish: Listing) -> Page:
    """Give the page that was asked for.

    Raises ApiError (400) when the cursor is none of ours.
    """
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


def _position(record: JobRecord) -> tuple[str, str]:
    return record.created_at.isoformat(), record.job_id


def _cursor(record: JobRecord) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(_position(record))).decode()


def _place(cursor: str) -> tuple[str, str]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor.encode()), type=tuple[str, str])
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        hint = "Use the cursor a page gave, unchanged."
        raise ApiError(400, "cursor_invalid", "This cursor is none of ours.", hint) from error
