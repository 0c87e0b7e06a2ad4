"""Google's resumable uploads: an address that is kept before a byte is sent, and asked after any trouble.

https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol and
https://cloud.google.com/storage/docs/performing-resumable-uploads: an empty PUT asks,
with `Content-Range: bytes */SIZE`; 308 with `Range: bytes=0-N` says what has arrived, and a finished upload
answers with what it became, however often it is asked. That makes a lost last answer harmless.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from services.publisher.targets.answer import Answer
from shared.errors import Retry

T = TypeVar("T")
Send = Callable[[bytes, dict[str, str]], Awaitable[Answer]]
"""Puts bytes with these headers to the session; raises Retry where nobody answers."""

CHUNK_BYTES = 8 * 1024 * 1024
"""A multiple of 256 KiB, as every chunk but the last must be."""
MOST_TROUBLES = 5
"""In a row without a byte getting through; then the job waits."""
TROUBLE_SECONDS = 0.5
INCOMPLETE = 308
GONE = frozenset({404, 410})
_ARRIVED = re.compile(r"bytes=0-(\d+)\Z")


class SessionLost(Exception):
    """The session is not known any more: it expired, or its upload was finished long ago."""


async def send_file(
    send: Send,
    path: Path,
    finished: Callable[[Answer], T],
    progress: Callable[[float], None],
    *,
    is_new: bool = False,
    chunk_bytes: int = CHUNK_BYTES,
) -> T:
    """Bring all of a file to its session and give what it became, as `finished` reads the last answer.

    A session that `is_new` is not asked what has arrived before its first chunk. Raises SessionLost, Retry,
    or what `finished` raises; the next call goes on where this one stopped.
    """
    size, troubles, furthest = path.stat().st_size, 0, 0
    arrived = 0 if is_new else -1
    while True:
        try:
            answer = await _asked(send, path, size, arrived, chunk_bytes)
            if answer.status in GONE:
                raise SessionLost
            if answer.status != INCOMPLETE:
                return finished(answer)
            reached = _reached(answer)
        except Retry as error:
            if error.code == "quota" or troubles >= MOST_TROUBLES:
                raise
            troubles, arrived = troubles + 1, -1
            await asyncio.sleep(min(error.delay_seconds, TROUBLE_SECONDS * 2**troubles))
            continue
        troubles = 0 if reached > furthest else troubles
        arrived, furthest = reached, max(reached, furthest)
        progress(100.0 * arrived / max(1, size))


async def _asked(send: Send, path: Path, size: int, arrived: int, chunk_bytes: int) -> Answer:
    """Send the next chunk; where it is not known what has arrived, ask that instead."""
    if arrived < 0 or arrived >= size:
        return await send(b"", {"Content-Range": f"bytes */{size}"})
    chunk = await asyncio.to_thread(_read, path, arrived, chunk_bytes)
    return await send(chunk, {"Content-Range": f"bytes {arrived}-{arrived + len(chunk) - 1}/{size}"})


def _reached(answer: Answer) -> int:
    found = _ARRIVED.match(answer.headers.get("Range", ""))
    return int(found[1]) + 1 if found else 0


def _read(path: Path, start: int, count: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(count)
