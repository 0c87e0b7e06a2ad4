"""Big bytes by key: a NATS object store whose names are the sha256 of the content.

Storing the same bytes twice stores them once. The layout is that of NATS object stores, so
`nats object get media sha256/<hex>` works; reading goes through batched direct gets, which are many times
faster than an ordered consumer.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec

from shared.bus import Bus
from shared.errors import BlobMissing
from shared.pipeline import MEDIA_BUCKET

REUSED_FOR = timedelta(days=1)
"""Older bytes are stored anew: the bucket forgets them some day, and a new job must not lose them with it."""
CHUNK_BYTES = 512 * 1024
WINDOW_BYTES = 4 * 1024 * 1024
"""How much one direct get may bring before the next is asked for."""

STREAM = f"OBJ_{MEDIA_BUCKET}"


class Options(msgspec.Struct):
    max_chunk_size: int = CHUNK_BYTES


class ObjectInfo(msgspec.Struct, kw_only=True):
    """The metadata NATS object stores keep of an object."""

    name: str
    nuid: str
    size: int
    chunks: int
    digest: str
    bucket: str = MEDIA_BUCKET
    mtime: str
    deleted: bool = False
    options: Options = msgspec.field(default_factory=Options)


class Blobs:
    """The object store, on a connection of its own: a big read would delay every other answer."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def put(self, data: bytes) -> str:
        """Store bytes and give their key."""
        with tempfile.TemporaryFile() as file:
            file.write(data)
            return await self._put(file)

    async def put_file(self, path: Path) -> str:
        """Store a file's bytes and give their key."""
        with path.open("rb") as file:
            return await self._put(file)

    async def get(self, key: str) -> bytes:
        """Give the bytes of a key.

        Raises BlobMissing when they are not there or damaged.
        """
        return b"".join([chunk async for chunk in self.stream(key)])

    async def fetch(self, key: str, path: Path) -> None:
        """Write the bytes of a key to a file; the file appears whole or not at all."""
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with unfinished.open("wb") as file:
                async for chunk in self.stream(key):
                    file.write(chunk)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    async def size(self, key: str) -> int | None:
        """Give the number of bytes behind a key; None when there is no such key."""
        info = await self._info(key)
        return None if info is None else info.size

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Give the bytes of a key, chunk by chunk.

        Raises BlobMissing when they are not there, or when their sha256 is not their key's.
        """
        info = await self._info(key)
        if info is None:
            raise BlobMissing(f"blob {key} is not in bucket {MEDIA_BUCKET}")
        seen = hashlib.sha256()
        async for chunk in self._chunks(info):
            seen.update(chunk)
            yield chunk
        if key != _key(seen.hexdigest()):
            raise BlobMissing(f"blob {key} is damaged: its bytes have sha256 {seen.hexdigest()}")

    async def part(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        """Give the bytes `start` to `stop` (not included) of a key, without reading those before them.

        Raises BlobMissing when they are not there. A part is not checked against the sha256 of the whole.
        """
        info = await self._info(key)
        if info is None:
            raise BlobMissing(f"blob {key} is not in bucket {MEDIA_BUCKET}")
        size = info.options.max_chunk_size
        first = await self._sequence_of(info, start // size) if start < stop else 0
        skipped = start // size * size if first else 0
        async for chunk in self._chunks(info, first or 1, skipped, stop):
            if skipped + len(chunk) > start:
                yield chunk[max(0, start - skipped) : stop - skipped]
            skipped += len(chunk)

    async def _sequence_of(self, info: ObjectInfo, chunk: int) -> int:
        """Give where a chunk stands, if all chunks stand side by side; 0 when others lie between them."""
        where = f"$O.{MEDIA_BUCKET}.C.{info.nuid}"
        request = {"seq": 1, "next_by_subj": where, "batch": 1}
        ends = [one.sequence async for one in self._bus.read(STREAM, request)]
        ends += [one.sequence for one in await self._bus.last([where], stream=STREAM)]
        if len(ends) != 2 or ends[1] - ends[0] != info.chunks - 1:  # noqa: PLR2004 - the first and the last
            return 0
        return ends[0] + chunk

    async def _put(self, file: BinaryIO) -> str:
        digest, size = await asyncio.to_thread(_measure, file)
        key = _key(digest.hex())
        known = await self._info(key)
        if known is None or _age(known) > REUSED_FOR:
            await self._write(key, file, digest, size)
        return key

    async def _write(self, key: str, file: BinaryIO, digest: bytes, size: int) -> None:
        nuid = os.urandom(11).hex()
        chunks = -(-size // CHUNK_BYTES)
        await self._bus.store_all(f"$O.{MEDIA_BUCKET}.C.{nuid}", _read_chunks(file))
        info = ObjectInfo(
            name=key,
            nuid=nuid,
            size=size,
            chunks=chunks,
            digest="SHA-256=" + base64.urlsafe_b64encode(digest).decode(),
            mtime=datetime.now(UTC).isoformat(),
        )
        await self._bus.store(_meta_subject(key), msgspec.json.encode(info), {"Nats-Rollup": "sub"})

    async def _info(self, key: str) -> ObjectInfo | None:
        found = await self._bus.last([_meta_subject(key)], stream=STREAM)
        if not found:
            return None
        info = msgspec.json.decode(found[0].payload, type=ObjectInfo)
        return None if info.deleted else info

    async def _chunks(
        self, info: ObjectInfo, sequence: int = 1, received: int = 0, wanted: int | None = None
    ) -> AsyncIterator[bytes]:
        """Give the chunks from a sequence on, which stands `received` bytes after the start."""
        where = f"$O.{MEDIA_BUCKET}.C.{info.nuid}"
        wanted = info.size if wanted is None else wanted
        while received < wanted:
            window = min(WINDOW_BYTES, wanted - received + info.options.max_chunk_size)
            body = {"seq": sequence, "next_by_subj": where, "batch": 1000, "max_bytes": window}
            before = received
            async for stored in self._bus.read(STREAM, body):
                sequence, received = stored.sequence + 1, received + len(stored.payload)
                yield stored.payload
            if received == before:
                raise BlobMissing(f"blob {info.name} has {received} of {info.size} bytes")


def _age(info: ObjectInfo) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(info.mtime)


def _key(digest_hex: str) -> str:
    return f"sha256/{digest_hex}"


def _meta_subject(key: str) -> str:
    return f"$O.{MEDIA_BUCKET}.M.{base64.urlsafe_b64encode(key.encode()).decode()}"


def _measure(file: BinaryIO) -> tuple[bytes, int]:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
    return digest, file.tell()


def _read_chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
