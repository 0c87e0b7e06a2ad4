"""Requests that may start or change something are where a job's trace begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import hdrs, web

from shared.tracing import TRACEPARENT, Tracer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
READING = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
"""Asked many times a second by whoever waits, and nothing comes of it."""


def traced(tracer: Tracer) -> Any:
    """Give the middleware; a caller's own `traceparent` is gone on from."""

    @web.middleware
    async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method in READING:
            return await handler(request)
        resource = request.match_info.route.resource
        path = resource.canonical if resource else "unknown"
        attributes = {"http.request.method": request.method, "http.route": path}
        parent = request.headers.get(TRACEPARENT, "")
        with tracer.span(f"{request.method} {path}", "server", parent, lambda: attributes) as note:
            response = await handler(request)
            note("http.response.status_code", response.status)
            return response

    return trace
