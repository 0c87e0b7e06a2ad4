"""The routes for whatever keeps the gateway running, and for whoever programs against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from aiohttp import web

from services.gateway.errors import answer
from services.gateway.metrics import CONTENT_TYPE, metrics
from services.gateway.openapi import describe
from services.gateway.pages import documentation
from services.gateway.records import Records
from services.gateway.routes import Route
from shared.bus import Bus
from shared.measures import Measures
from shared.workers import count_workers


class Condition(msgspec.Struct, frozen=True):
    """`GET /health`."""

    status: str
    """`healthy` or `unhealthy`."""
    nats_connected: bool
    queue_length: int
    """Jobs that have not ended."""
    workers_count: int
    """Stage workers seen in the last half minute."""


class State(msgspec.Struct, frozen=True):
    status: str


class Health:
    """`all_routes` gives the whole table, once it is made."""

    def __init__(
        self, bus: Bus, records: Records, all_routes: Callable[[], Sequence[Route]], measures: Measures
    ) -> None:
        self._measures = measures
        self._bus = bus
        self._records = records
        self._all_routes = all_routes

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/health",
                handler=self.health,
                summary="For people: 200 healthy, 503 not.",
                answers={200: Condition, 503: Condition},
                scope=None,
            ),
            Route(
                method="GET",
                path="/livez",
                handler=self.livez,
                summary="Whether this process lives; never depends on NATS.",
                answers={200: State},
                scope=None,
            ),
            Route(
                method="GET",
                path="/readyz",
                handler=self.readyz,
                summary="Whether this process can take jobs.",
                answers={200: State, 503: State},
                scope=None,
            ),
            Route(
                method="GET",
                path="/metrics",
                handler=self.metrics,
                summary="For Prometheus.",
                answers={200: str},
                media="text/plain",
                scope=None,
            ),
            Route(
                method="GET",
                path="/openapi.json",
                handler=self.openapi,
                summary="This description.",
                answers={200: dict},
                scope=None,
            ),
            Route(
                method="GET",
                path="/docs",
                handler=self.docs,
                summary="The same for people.",
                answers={200: str},
                media="text/html",
                scope=None,
            ),
        )

    async def livez(self, _request: web.Request) -> web.Response:
        return answer(State("alive"))

    async def readyz(self, _request: web.Request) -> web.Response:
        ready = self._bus.connected and self._records.complete.is_set()
        return answer(State("ready" if ready else "not ready"), 200 if ready else 503)

    async def health(self, _request: web.Request) -> web.Response:
        connected = self._bus.connected
        condition = Condition(
            status="healthy" if connected else "unhealthy",
            nats_connected=connected,
            queue_length=self._records.open_count,
            workers_count=await count_workers(self._bus) if connected else 0,
        )
        return answer(condition, 200 if connected else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        body = await metrics(self._bus, self._records, self._measures)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    async def openapi(self, _request: web.Request) -> web.Response:
        return answer(describe(self._all_routes()))

    async def docs(self, _request: web.Request) -> web.Response:
        return web.Response(
            text=documentation(describe(self._all_routes())),
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )
