"""Reads what callers send: never more than a route takes, never longer than a while, never all at once.

Bodies that are declared small pass freely. Bigger ones share an allowance of memory; who finds it used up is
asked to come again, and nothing of theirs is read.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from services.gateway.errors import ApiError

MIB = 1 << 20
MAX_BODY_BYTES = 25 * MIB
"""GitHub sends no more."""
MAX_REQUEST_BYTES = 2 * MIB
SMALL_BYTES = 64 * 1024
SHARED_BYTES = 30 * MIB
BUSY_SECONDS = 2
MAX_LINE_BYTES = 16 * 1024
"""The longest first line of a request: every query that is described fits in, percent-encoded."""


class Bodies:
    """All bodies that are being read in this process."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._free = SHARED_BYTES

    async def read(self, request: web.Request, at_most: int = MAX_REQUEST_BYTES) -> bytes:
        """Give the whole body.

        Raises ApiError: 408 when it comes too slowly, 413 when it is too long, 415 when it is compressed, 429
        when too many long ones are on their way.
        """
        _check_encoding(request)
        declared = request.content_length
        if declared is not None and declared > at_most:
            raise _too_long(at_most)
        if declared is not None and declared <= SMALL_BYTES:
            return await self._timed(request, at_most)
        return await self._shared(request, declared or at_most, at_most)

    async def _shared(self, request: web.Request, wanted: int, at_most: int) -> bytes:
        if wanted > self._free:
            hint = f"Send it again in {BUSY_SECONDS} s."
            raise ApiError(
                429, "busy", "Too many long bodies are being read.", hint, retry_after=BUSY_SECONDS
            )
        self._free -= wanted
        try:
            return await self._timed(request, at_most)
        finally:
            self._free += wanted

    async def _timed(self, request: web.Request, at_most: int) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                return await _collected(request, at_most)
        except TimeoutError as error:
            message = f"The body did not come within {self._seconds:g} s."
            raise ApiError(408, "too_slow", message, "Send it again.") from error


async def _collected(request: web.Request, at_most: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > at_most:
            raise _too_long(at_most)
    return bytes(body)


def _check_encoding(request: web.Request) -> None:
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        hint = "Send it as it is."
        raise ApiError(415, "compressed", f"A body compressed with {encoding[:20]!r} is not taken.", hint)


def _too_long(at_most: int) -> ApiError:
    return ApiError(413, "too_long", "The body is too long.", f"It may have at most {at_most // MIB} MiB.")


def connection_limits() -> dict[str, Any]:
    """Give how aiohttp should read: little ahead of us, and nothing unpacked."""
    return {"read_bufsize": 16 * 1024, "max_line_size": MAX_LINE_BYTES, "auto_decompress": False}
