"""A TCP proxy on loopback that misbehaves as networks do."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

BUFFER_BYTES = 65536


class Proxy:
    """Passes bytes on late; cuts its connections, or lets them hang half-open, when told to."""

    def __init__(self, port: int, delay_seconds: float, rng: random.Random) -> None:
        self.port = 0
        self.connections = 0
        self._target = port
        self._delay_seconds = delay_seconds
        self._rng = rng
        self._pairs: dict[asyncio.StreamWriter, asyncio.StreamWriter] = {}
        self._deaf: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Reset every connection, with whatever is on its way."""
        for pair in list(self._pairs.items()):
            for end in pair:
                end.transport.abort()

    def go_deaf(self) -> None:
        """Keep every connection open and pass nothing more on."""
        self._deaf |= set(self._pairs) | set(self._pairs.values())

    async def serve(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            far, forth = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            back.transport.abort()
            return
        self.connections += 1
        self._pairs[back] = forth
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(near, forth))
                group.create_task(self._pass(far, back))
        finally:
            del self._pairs[back]
            for end in (back, forth):
                self._deaf.discard(end)
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(BUFFER_BYTES):
                await asyncio.sleep(self._rng.uniform(0, self._delay_seconds))
                if writer not in self._deaf:
                    writer.write(data)
                    await writer.drain()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def proxy(port: int, *, delay_seconds: float, rng: random.Random) -> AsyncIterator[Proxy]:
    """Stand in front of a port until the block ends."""
    mine = Proxy(port, delay_seconds, rng)
    server = await asyncio.start_server(mine.serve, "127.0.0.1", 0)
    mine.port = server.sockets[0].getsockname()[1]
    try:
        yield mine
    finally:
        server.close()
        mine.cut()
        await asyncio.sleep(0)
