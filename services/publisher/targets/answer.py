"""What a server is sent, and what it answered."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import msgspec

LARGE_BYTES = 1 << 16


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: Mapping[str, str]
    body: bytes


def content(body: bytes | None) -> BytesIO | bytes | None:
    """A request's body as aiohttp likes it: a large one in slices, so that nobody waits for its copy."""
    return BytesIO(body) if body and len(body) > LARGE_BYTES else body
