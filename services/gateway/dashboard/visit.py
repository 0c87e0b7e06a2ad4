"""One visit of a person: who they are, what they may do, and the page they get."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from services.gateway.dashboard.forms import SEAL_COOKIE, Fields
from services.gateway.dashboard.rendering import page
from services.gateway.errors import ApiError
from services.gateway.tokens import ALLOWS, Scope

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LISTENING = "microphone=(self), camera=(), geolocation=()"
"""The permissions of the one page that records."""
NOTICES = {
    "submitted": "The film is queued. This page follows it.",
    "cancelled": "The job is cancelled.",
    "retried": "The job runs again; what was done is kept.",
    "approved": "The script is approved. The film is being made.",
    "saved": "The script is saved, and it is true.",
    "spoken-again": "The translation is true. It is spoken and drawn again.",
    "requeued": "It runs again.",
    "sent": "The notice was sent again.",
    "scheduled": "The schedule is kept.",
    "removed": "The schedule is removed.",
    "signed-out": "You are signed out.",
}


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    seal: str
    is_new: bool
    """Whether the browser has yet to be given the seal."""
    needs_token: bool
    """Whether tokens are set at all."""
    scope: Scope | None
    """What the visitor may do; None before they signed in."""
    is_secure: bool

    def may(self, scope: Scope) -> bool:
        return self.scope is not None and scope in ALLOWS[self.scope]


VISIT = web.RequestKey("visit", Visit)
FIELDS = web.RequestKey("fields", Fields)


class PageRoute(msgspec.Struct, frozen=True, kw_only=True):
    """An address for people. A POST is handed only forms of ours, in `request[FIELDS]`."""

    method: str
    path: str
    handler: Handler
    scope: Scope | None = "read"


def show(request: web.Request, name: str, status: int = 200, **context: Any) -> web.Response:
    """Give a page to a visitor."""
    visit = request[VISIT]
    common = {
        "visit": visit,
        "path": request.path,
        "notice": NOTICES.get(request.query.get("done", "")),
        "problem": None,
    }
    response = page(name, common | context, status)
    if visit.is_new:
        response.set_cookie(
            SEAL_COOKIE, visit.seal, httponly=True, samesite="Lax", secure=visit.is_secure, path="/"
        )
    if name == "studio":
        response.headers["Permissions-Policy"] = LISTENING
    return response


def refuse(request: web.Request, error: ApiError) -> web.Response:
    """Say on a page of its own what cannot be done."""
    response = show(request, "refusal", error.status, problem=error)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
