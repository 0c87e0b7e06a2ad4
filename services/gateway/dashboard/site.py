"""Puts the pages together: who may see which, signing in and out, and what goes wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from urllib.parse import quote

from aiohttp import web

from services.gateway.bodies import Bodies
from services.gateway.dashboard.forms import SEAL_COOKIE, seal_of, sent
from services.gateway.dashboard.rendering import see_other, static
from services.gateway.dashboard.visit import FIELDS, VISIT, Handler, PageRoute, Visit, refuse, show
from services.gateway.errors import ApiError, unavailable
from services.gateway.limits import Limit, source_of
from services.gateway.sessions import COOKIE, SESSION_SECONDS, issue
from services.gateway.settings import GatewaySettings
from services.gateway.tokens import SCOPE, allowed, check_token, scoped, session_scope
from shared.errors import Unavailable

SIGN_IN = "/dashboard/sign-in"
TRIES_A_MINUTE = 20
OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""An address on this host; backslashes are out because browsers read them as slashes."""
JOB = re.compile(r"/jobs/[0-9a-f]{32}")


class Pages(Protocol):
    def pages(self) -> tuple[PageRoute, ...]: ...


class Site:
    def __init__(self, parts: Sequence[Pages], bodies: Bodies, settings: GatewaySettings) -> None:
        self._parts = parts
        self._bodies = bodies
        self._settings = settings
        self._tries = Limit(TRIES_A_MINUTE, "one address")

    def add_to(self, app: web.Application) -> None:
        for route in (*self._own(), *(page for part in self._parts for page in part.pages())):
            app.router.add_route(route.method, route.path, self._guarded(route))
        app.router.add_get("/dashboard/static/{name}", static)

    def _own(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute(method="GET", path=SIGN_IN, handler=self._ask_for_token, scope=None),
            PageRoute(method="POST", path=SIGN_IN, handler=self._sign_in, scope=None),
            PageRoute(method="POST", path="/dashboard/sign-out", handler=self._sign_out, scope=None),
        )

    def _guarded(self, route: PageRoute) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            request[VISIT] = self._visit(request)
            try:
                return await self._serve(route, request)
            except ApiError as error:
                return refuse(request, error)
            except Unavailable:
                return refuse(request, unavailable())

        return handle

    async def _serve(self, route: PageRoute, request: web.Request) -> web.StreamResponse:
        visit = request[VISIT]
        if route.scope is not None:
            if visit.scope is None:
                return _to_the_door(request)
            request[SCOPE] = allowed(visit.scope, route.scope)
        if route.method == "POST":
            request[FIELDS] = await sent(request, self._bodies)
        return await route.handler(request)

    def _visit(self, request: web.Request) -> Visit:
        tokens, seal = self._settings.api_tokens, seal_of(request)
        forwarded = self._settings.proxies and request.headers.get("X-Forwarded-Proto") == "https"
        return Visit(
            seal=seal,
            is_new=request.cookies.get(SEAL_COOKIE) != seal,
            needs_token=bool(tokens),
            scope=session_scope(request, tokens) if tokens else "admin",
            is_secure=bool(forwarded) or request.secure,
        )

    async def _ask_for_token(self, request: web.Request) -> web.Response:
        return show(request, "sign_in", goes_on=_goes_on(request.query.get("next", "")))

    async def _sign_in(self, request: web.Request) -> web.Response:
        self._tries.check(source_of(request, self._settings.proxies))
        fields, tokens = request[FIELDS], self._settings.api_tokens
        goes_on, token = _goes_on(fields.text("next")), fields.text("token")
        try:
            check_token(f"Bearer {token}", tokens, "read")
        except ApiError as error:
            return show(request, "sign_in", error.status, goes_on=goes_on, problem=error)
        secret = next(known for known, _ in map(scoped, tokens) if known == token)
        response = see_other(goes_on)
        response.set_cookie(
            COOKIE,
            issue(secret, time.time()),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=request[VISIT].is_secure,
            path="/",
        )
        return response

    async def _sign_out(self, request: web.Request) -> web.Response:
        response = see_other(f"{SIGN_IN}?done=signed-out")
        secure = request[VISIT].is_secure
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=secure)
        return response


def _to_the_door(request: web.Request) -> web.Response:
    """Ask for a token; who comes by a link from elsewhere brings no cookie until they knock from here."""
    if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return show(request, "arrival")
    back = request.path_qs if request.method == "GET" else "/"
    return see_other(f"{SIGN_IN}?next={quote(back, safe='')}")


def _goes_on(wish: str) -> str:
    return wish if OURS.fullmatch(wish) else "/"


@web.middleware
async def pages_for_people(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Lead a browser that opens a job's address to its page; programs get the record."""
    reads_pages = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if reads_pages and JOB.fullmatch(request.path):
        response = see_other(f"/dashboard{request.path}")
        response.headers["Vary"] = "Accept"
        return response
    return await handler(request)
