"""What a route is: one table serves both aiohttp and the OpenAPI description."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from services.gateway.errors import ApiError
from services.gateway.tokens import Scope

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
"""Its answers' type is that of each event's data."""


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


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A header a route reads."""

    name: str
    required: bool = False
    schema: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "string"})


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path. `answers` gives the body's type for each status that is no error."""

    method: str
    path: str
    handler: Handler
    summary: str
    answers: dict[int, Any]
    gives: dict[str, str] = {}
    """Where in its answer stands what other paths take: a parameter's name, and a JSON pointer."""
    media: str = JSON
    """The content type of the answers."""
    body: Any = None
    body_required: bool = True
    form: dict[str, Any] | None = None
    """The schema of a form that is taken in the body's place."""
    query: Any = None
    faults: tuple[int, ...] = ()
    """The error statuses this route has of its own; 500 and 503 belong to all, 400 to all that read."""
    headers: tuple[Parameter, ...] = ()
    scope: Scope | None = "read"
    """What a token must allow, where tokens are set; None needs none."""


def asked_job(request: web.Request) -> str:
    """Give the id in the path; anything that cannot be one is unknown, and never becomes a subject."""
    text = request.match_info["job_id"]
    if len(text) == 32 and all(character in "0123456789abcdef" for character in text):  # noqa: PLR2004
        return text
    raise unknown_job()


def unknown_job() -> ApiError:
    return ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
