"""A server between us and another one, which can lose what passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, Self

import aiohttp
from aiohttp import web
from yarl import URL


@dataclass
class Loss:
    """A request, or the answer to it, that is lost; `count` times."""

    what: Literal["request", "answer"]
    meets: Callable[[web.Request], bool]
    count: int = 1


class Relay:
    """`async with Relay("http://127.0.0.1:9000") as relay`: the same server, at `relay.url`."""

    def __init__(self, to: str) -> None:
        self._to = to
        self.losses: list[Loss] = []
        self.passed: list[tuple[str, str]] = []
        """Method and address of what reached the other server."""

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=1 << 30)
        application.router.add_route("*", "/{path:.*}", self._relay)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(auto_decompress=False)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    def _is_lost(self, what: str, request: web.Request) -> bool:
        for loss in self.losses:
            if loss.count and loss.what == what and loss.meets(request):
                loss.count -= 1
                request.transport.abort()
                return True
        return False

    async def _relay(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if self._is_lost("request", request):
            return web.Response()
        try:
            found = await self.answered(request, body)
        except aiohttp.ClientError:
            request.transport.abort()
            return web.Response()
        self._is_lost("answer", request)
        return found

    async def answered(self, request: web.Request, body: bytes) -> web.Response:
        """What the other server says."""
        headers = {name: value for name, value in request.headers.items() if name != "Accept-Encoding"}
        address = URL(self._to + request.raw_path, encoded=True)
        async with self._session.request(
            request.method, address, headers=headers, data=BytesIO(body), allow_redirects=False
        ) as answer:
            found = await answer.read()
        self.passed.append((request.method, request.raw_path))
        kept = {
            name: value.replace(self._to, self.url)
            for name, value in answer.headers.items()
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}
        }
        if request.method == "HEAD":
            kept["Content-Length"] = answer.headers.get("Content-Length", "0")
        return web.Response(status=answer.status, headers=kept, body=found)
