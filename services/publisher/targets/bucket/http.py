"""Asks a bucket's server, and tells what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

import aiohttp
from yarl import URL

from services.publisher.targets.answer import Answer, content
from services.publisher.targets.bucket.bucket import Taken
from shared.errors import Reject, Retry

PATIENCE = aiohttp.ClientTimeout(total=300.0, sock_connect=10.0, sock_read=60.0)
AWAY_SECONDS = 30.0
MOST_WAIT_SECONDS = 3600.0
MOST_ANSWER_BYTES = 16 << 20
MOST_SAID_CHARACTERS = 200
CHANGED = frozenset({409, 412})
BUSY = frozenset({408, 429})
_WORDS = re.compile(rb"<Message>([^<]*)</Message>|\"message\":\s*\"([^\"]*)\"")


class Http:
    """One session; made on first use, so that it belongs to the running loop."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One request, whatever its answer. `url` is sent as it stands. Raises Retry when nobody answers."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), timeout=PATIENCE, auto_decompress=False
            )
        try:
            async with self._session.request(
                method, URL(url, encoded=True), headers=headers, data=content(body), allow_redirects=False
            ) as response:
                found = await response.content.read(MOST_ANSWER_BYTES)
                while part := await response.content.read(MOST_ANSWER_BYTES - len(found)):
                    found += part
                return Answer(response.status, response.headers, found)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Retry(
                f"the bucket cannot be reached: {str(error) or type(error).__name__}",
                delay_seconds=AWAY_SECONDS,
                code="bucket_unreachable",
            ) from error


def meaning(answer: Answer, name: str) -> Exception:
    """What an answer that is no good one is to be raised as: Taken, Retry or Reject."""
    said = _said(answer)
    if answer.status in CHANGED:
        return Taken(said)
    if answer.status in BUSY or answer.status >= 500:  # noqa: PLR2004 - theirs
        return Retry(
            f"the bucket takes nothing now: {said}", delay_seconds=_delay(answer), code="bucket_unreachable"
        )
    return Reject(
        f"the bucket refuses {name}: {said}",
        code="bucket_refused",
        hint="Check REPOREEL_BUCKET and its credentials; they must allow to read, list and write objects.",
    )


def _said(answer: Answer) -> str:
    found = _WORDS.search(answer.body)
    words = (found[1] or found[2] or b"").decode("utf-8", "replace") if found else ""
    return f"status {answer.status} {words[:MOST_SAID_CHARACTERS]}".strip()


def _delay(answer: Answer) -> float:
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), MOST_WAIT_SECONDS) if asked.isdigit() else AWAY_SECONDS
