"""Keeps GitHub's answers in NATS, for the next process and for every replica (ADR-34)."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime

import msgspec
import structlog

from services.scanner.limits import MEBIBYTE
from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import now
from shared.github.cache import Answer
from shared.pipeline import GITHUB_BUCKET

STREAM = f"KV_{GITHUB_BUCKET}"
MAX_BODY_BYTES = 16 * MEBIBYTE
MAX_ENTRY_BYTES = 1000 * 1000
"""NATS takes messages of one mebibyte, headers included."""

log = structlog.get_logger()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the bucket."""

    path: str
    at: datetime
    etag: str
    link: str
    body: bytes
    """Packed by zlib."""
    sha256: str = ""
    """Of whose answer it is and of all the above, so that nothing damaged or misplaced is taken for it."""


class KeptAnswers:
    """One credential's answers. A bucket that is away, full or damaged costs requests and nothing else."""

    def __init__(self, bus: Bus, whose: str) -> None:
        """`whose` tells apart who asked where: two tokens may see two different repositories."""
        self._bus = bus
        self._whose = whose

    async def get(self, path: str) -> Answer | None:
        try:
            found = await self._bus.last([self._subject(path)], stream=STREAM)
        except Unavailable as error:
            log.warning("github.answer_not_read", path=path, error=str(error))
            return None
        return self._opened(path, found[0].payload) if found else None

    async def put(self, path: str, answer: Answer) -> None:
        if not answer.etag or len(answer.body) > MAX_BODY_BYTES:
            return
        payload = self._sealed(path, answer)
        if len(payload) > MAX_ENTRY_BYTES:
            return
        try:
            await self._bus.store(self._subject(path), payload, {})
        except Unavailable as error:
            log.warning("github.answer_not_kept", path=path, error=str(error))

    def _sealed(self, path: str, answer: Answer) -> bytes:
        packed = zlib.compress(answer.body)
        entry = Entry(path=path, at=now(), etag=answer.etag, link=answer.link, body=packed)
        return msgspec.json.encode(msgspec.structs.replace(entry, sha256=self._seal(entry)))

    def _opened(self, path: str, payload: bytes) -> Answer | None:
        try:
            entry = msgspec.json.decode(payload, type=Entry)
            if entry.path == path and entry.sha256 == self._seal(entry):
                return Answer(200, _unpacked(entry.body), entry.link, entry.etag)
        except (ValueError, zlib.error) as error:
            log.warning("github.answer_damaged", path=path, error=str(error))
        else:
            log.warning("github.answer_damaged", path=path, error="it is not what was stored here")
        return None

    def _seal(self, entry: Entry) -> str:
        unsealed = msgspec.json.encode(msgspec.structs.replace(entry, sha256=""))
        return hashlib.sha256(self._whose.encode() + b"\0" + unsealed).hexdigest()

    def _subject(self, path: str) -> str:
        """A hash: paths hold what no subject may, and nobody can tell from it which token asked."""
        key = hashlib.sha256(f"{self._whose}\0{path}".encode()).hexdigest()
        return f"$KV.{GITHUB_BUCKET}.{key}"


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    body = unpacking.decompress(packed, MAX_BODY_BYTES)
    if not unpacking.eof:
        raise ValueError(f"it is cut off, or larger than {MAX_BODY_BYTES} bytes")
    return body
