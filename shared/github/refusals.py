"""What GitHub's refusals mean: wait, give up, or do without."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shared.errors import ReporeelError, Retry
from shared.redaction.blots import redacted

SECONDARY_LIMIT_SECONDS = 60.0
OUTAGE_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 3600.0 + 60.0
MAX_SAID_CHARACTERS = 200
MEANINGS = {
    401: ("unauthorized", "GITHUB_TOKEN is wrong, expired or revoked: make a new one."),
    403: ("forbidden", "GITHUB_TOKEN lacks contents:read for this repository, or its owner blocks it."),
    404: ("not_found", ""),
    409: ("empty", "The repository has no commit yet: push one."),
    422: ("not_found", ""),
    451: ("unavailable", "GitHub withholds this repository for legal reasons."),
}


class Refused(ReporeelError):
    """GitHub said no, and will say so again."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"GitHub answers {status}: {said}" if said else f"GitHub answers {status}")
        self.code, self.hint = MEANINGS.get(status, ("github", "See https://www.githubstatus.com."))


class _Said(msgspec.Struct):
    message: str = ""


def refusal(status: int, headers: Mapping[str, str], body: bytes, now_seconds: float) -> Refused | Retry:
    """What to raise for an answer of 400 or more. `now_seconds` is Unix time: quotas reset at a moment."""
    said = _said(body)
    wait = _wait(status, headers, said, now_seconds)
    if wait is not None:
        return Retry(
            f"GitHub asks us to wait {wait:g} s: {said or status}",
            delay_seconds=wait,
            code="rate_limited",
            hint="GITHUB_TOKEN raises the hourly quota from 60 to 5000 requests.",
        )
    if status >= 500:  # noqa: PLR2004 - server errors
        return outage(f"GitHub answers {status}")
    return Refused(status, said)


def outage(what: str) -> Retry:
    return Retry(
        what, delay_seconds=OUTAGE_SECONDS, code="github_down", hint="See https://www.githubstatus.com."
    )


def _wait(status: int, headers: Mapping[str, str], said: str, now_seconds: float) -> float | None:
    """Seconds until we may ask again; None when this is no rate limit."""
    if status not in (403, 429):
        return None
    after = _number(headers.get("retry-after"))
    if after is not None:
        return _within(after)
    reset = _number(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return _within(reset - now_seconds)
    is_limit = status == 429 or "rate limit" in said.lower()  # noqa: PLR2004 - Too Many Requests
    return SECONDARY_LIMIT_SECONDS if is_limit else None


def _within(seconds: float) -> float:
    return min(max(seconds, 1.0), LONGEST_WAIT_SECONDS)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def _said(body: bytes) -> str:
    try:
        said = " ".join(msgspec.json.decode(body, type=_Said).message.split())
        return redacted(said)[:MAX_SAID_CHARACTERS]
    except msgspec.MsgspecError:
        return ""
