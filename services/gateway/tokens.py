"""Who may use a guarded route: bearer tokens, each with what it allows.

A token of `REPOREEL_API_TOKENS` may start with `read:`, `submit:` or `admin:`; one without allows everything.
A browser that has signed in (`sessions`) may read without a header, so that its player and its event stream
work; it changes nothing here, since a foreign page could make it try.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from aiohttp import web

from services.gateway.errors import ApiError
from services.gateway.sessions import COOKIE, bearer

Scope = Literal["read", "submit", "admin"]
ALLOWS: dict[str, frozenset[str]] = {
    "read": frozenset({"read"}),
    "submit": frozenset({"read", "submit"}),
    "admin": frozenset({"read", "submit", "admin"}),
}
SCOPE = web.RequestKey("scope", str)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(handler: Handler, needed: Scope, tokens: Sequence[str]) -> Handler:
    """Let only a bearer of a token that allows this pass, if there are any tokens."""

    async def check(request: web.Request) -> web.StreamResponse:
        header = request.headers.get("Authorization", "")
        signed_in = session_scope(request, tokens) if request.method == "GET" and not header else None
        request[SCOPE] = allowed(signed_in, needed) if signed_in else check_token(header, tokens, needed)
        return await handler(request)

    return check if tokens else handler


def may(request: web.Request, scope: Scope) -> bool:
    """Whether the caller's token allows this; without tokens everything is allowed."""
    return scope in ALLOWS[request.get(SCOPE, "admin")]


def check_token(header: str, tokens: Sequence[str], needed: Scope) -> Scope:
    """Compare in constant time, with every token; gives what the token allows.

    Raises ApiError: 401 without a token, 403 with a wrong one or one that does not allow this.
    """
    hint = "Send the header Authorization: Bearer <one of REPOREEL_API_TOKENS>."
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise ApiError(401, "token_missing", "This route needs a token.", hint)
    secret = given.strip().encode(errors="replace")
    scopes = [scope for known, scope in map(scoped, tokens) if hmac.compare_digest(secret, known.encode())]
    if not scopes:
        raise ApiError(403, "token_invalid", "This token is not known here.", hint)
    return allowed(scopes[0], needed)


def session_scope(request: web.Request, tokens: Sequence[str]) -> Scope | None:
    """Tell what a browser that has signed in may do; None for one that has not."""
    known = [scoped(token) for token in tokens]
    cookie = request.cookies.get(COOKIE, "")
    which = bearer(cookie, [secret for secret, _ in known], time.time()) if cookie else None
    return None if which is None else known[which][1]


def allowed(scope: Scope, needed: Scope) -> Scope:
    """Give the scope back.

    Raises ApiError (403) when it does not allow what is needed.
    """
    if needed not in ALLOWS[scope]:
        message = f"This route needs a token that allows {needed!r}; this one allows {scope!r}."
        raise ApiError(403, "scope_missing", message, "Ask the operator for another token.")
    return scope


def scoped(token: str) -> tuple[str, Scope]:
    """Split a configured token into its secret and what it allows."""
    prefix, mark, secret = token.partition(":")
    if mark and prefix == "read":
        return secret, "read"
    if mark and prefix == "submit":
        return secret, "submit"
    return (secret, "admin") if mark and prefix == "admin" else (token, "admin")
