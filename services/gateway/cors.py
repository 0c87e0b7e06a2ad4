"""Which pages may call the API from a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from aiohttp import hdrs, web

ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
ALLOWED_METHODS = "GET, POST, PUT, DELETE"
REMEMBERED_SECONDS = "600"

Signal = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


def cors(origins: Collection[str]) -> Signal:
    """Give what marks each answer for the pages of these origins, and of no other."""

    async def mark(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
        if request.headers.get(hdrs.ORIGIN) in origins:
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = request.headers[hdrs.ORIGIN]
            response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = "Location, Retry-After, Content-Range"

    return mark


def is_preflight(request: web.Request) -> bool:
    return request.method == hdrs.METH_OPTIONS and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers


def preflight() -> web.Response:
    """Say what a page may send; whether it may at all, the origin's mark says."""
    headers = {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: ALLOWED_METHODS,
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: ALLOWED_HEADERS,
        hdrs.ACCESS_CONTROL_MAX_AGE: REMEMBERED_SECONDS,
    }
    return web.Response(status=204, headers=headers)
