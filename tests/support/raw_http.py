"""HTTP in bytes: requests that no client library would send, and as many a second as the machine gives."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit


class Reply(NamedTuple):
    status: int
    body: bytes


def request(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str | bytes] | None = None
) -> bytes:
    """Give the bytes of a request; header values may be anything."""
    known: dict[str, str | bytes] = {"Host": "here", "Content-Length": str(len(body))} | dict(headers or {})
    lines = [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in known.items()
    ]
    return b"\r\n".join([f"{method} {path} HTTP/1.1".encode(), *lines, b"", body])


class Connection:
    """One connection that is kept as long as the server keeps it."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._place = parts.hostname, parts.port
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, data: bytes) -> Reply:
        for fresh in (False, True):
            if self._writer is None or fresh:
                await self.close()
                self._reader, self._writer = await asyncio.open_connection(*self._place)
            try:
                return await self._answer(data)
            except (ConnectionError, asyncio.IncompleteReadError):
                if fresh:
                    raise
        raise AssertionError

    async def _answer(self, data: bytes) -> Reply:
        assert self._writer is not None
        self._writer.write(data)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        reply = Reply(int(head[9:12]), await self._reader.readexactly(length))
        if b"connection: close" in head:
            await self.close()
        return reply

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()
            self._writer = None


async def ask_all(address: str, requests: Iterable[bytes], connections: int) -> list[Reply]:
    """Send requests over several connections at once; gives the replies in the order they came."""
    waiting, replies = iter(requests), list[Reply]()

    async def one_after_the_other() -> None:
        connection = Connection(address)
        try:
            for data in waiting:
                replies.append(await connection.ask(data))
        finally:
            await connection.close()

    await asyncio.gather(*(one_after_the_other() for _ in range(connections)))
    return replies
