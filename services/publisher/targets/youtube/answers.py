"""What YouTube answers, as far as it is read, and what its errors mean to a job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from shared.errors import Reject, Retry, StageError

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Quota is counted by the day there."""
BACKOFF_SECONDS = 60.0
MOST_WAIT_SECONDS = 3600.0
SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded", "uploadLimitExceeded"})
SLOW_DOWN = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "backendError"})
LOGIN = "Run `reporeel youtube login` again and set YOUTUBE_REFRESH_TOKEN to what it shows."


class Status(msgspec.Struct, frozen=True, rename="camel"):
    privacy_status: str = "private"
    upload_status: str = ""
    rejection_reason: str = ""
    publish_at: datetime | None = None


class Snippet(msgspec.Struct, frozen=True):
    title: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""


class Video(msgspec.Struct, frozen=True):
    id: str
    snippet: Snippet = Snippet()
    status: Status = Status()

    def is_locked(self, moment: datetime) -> bool:
        """Private, and not because its hour has not come."""
        waits = self.status.publish_at is not None and self.status.publish_at > moment
        return self.status.privacy_status == "private" and not waits


class _Reason(msgspec.Struct):
    reason: str = ""


class _Fault(msgspec.Struct):
    message: str = ""
    errors: list[_Reason] = []


class _Refusal(msgspec.Struct):
    error: _Fault = msgspec.field(default_factory=_Fault)


def midnight_after(moment: datetime) -> datetime:
    """The next start of a day in Pacific time, in UTC."""
    tomorrow = moment.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=PACIFIC).astimezone(UTC)


def quota_spent(moment: datetime) -> Retry:
    """The job waits for midnight, however long: no attempt is used up."""
    until = midnight_after(moment)
    return Retry(
        f"today's YouTube quota is used up; it begins anew at {until:%Y-%m-%d %H:%M} UTC",
        delay_seconds=(until - moment).total_seconds() + 1.0,
        code="quota",
        hint="Google raises a project's quota on request.",
    )


def meaning(status: int, body: bytes, retry_after: str, moment: datetime) -> StageError:
    """The error of a job for an answer that is none: Retry where waiting helps, else Reject."""
    try:
        fault = msgspec.json.decode(body, type=_Refusal).error
    except msgspec.DecodeError:
        fault = _Fault()
    reasons = {one.reason for one in fault.errors}
    said = f"{status} {', '.join(sorted(reasons - {''})) or fault.message or 'without a reason'}"
    if reasons & SPENT:
        return quota_spent(moment)
    if status in (408, 429) or status >= 500 or reasons & SLOW_DOWN:  # noqa: PLR2004 - HTTP's own
        return Retry(
            f"YouTube is not able to now: {said}", delay_seconds=_wait(retry_after), code="youtube_busy"
        )
    if status in (401, 403):
        return Reject(f"YouTube does not let us: {said}", code="youtube_unauthorized", hint=LOGIN)
    return Reject(f"YouTube refuses: {said}", code="youtube_refused", hint=fault.message)


def _wait(retry_after: str) -> float:
    return min(float(retry_after), MOST_WAIT_SECONDS) if retry_after.isdigit() else BACKOFF_SECONDS
