"""What a route is: one table serves both aiohttp and the OpenAPI description."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from services.gateway.errors import ApiError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Fault(msgspec.Struct, frozen=True):
    code: str
    message: str
    hint: str


class Refusal(msgspec.Struct, frozen=True):
    """The one shape errors have."""

    error: Fault


class Accepted(msgspec.Struct, frozen=True):
    """A job stands in the queue."""

    job_id: str
    status_url: str


class Health(msgspec.Struct, frozen=True):
    status: str
    nats_connected: bool
    queue_length: int
    """Jobs that have not ended."""
    workers_count: int
    """Stage workers seen in the last half minute."""


class State(msgspec.Struct, frozen=True):
    status: str


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path. `answers` gives the body's type for each status that is no error."""

    method: str
    path: str
    handler: Handler
    summary: str
    answers: dict[int, Any]
    body: Any = None
    query: Any = None
    faults: tuple[int, ...] = ()
    """The error statuses this route has of its own; 503 and 413 belong to all that store or read."""
    headers: tuple[str, ...] = ()
    guarded: bool = True
    """Whether a token is needed, where tokens are set."""


def asked_job(request: web.Request) -> str:
    """Give the id in the path; anything that cannot be one is unknown, and never becomes a subject."""
    text = request.match_info["job_id"]
    if len(text) == 32 and all(character in "0123456789abcdef" for character in text):  # noqa: PLR2004
        return text
    raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
