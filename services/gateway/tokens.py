"""Who may use a guarded route."""

from __future__ import annotations

import hmac

from aiohttp import web

from services.gateway.errors import ApiError
from services.gateway.routes import Handler


def guarded(handler: Handler, tokens: tuple[str, ...]) -> Handler:
    """Let only a bearer of one of the tokens pass, if there are any."""

    async def check(request: web.Request) -> web.StreamResponse:
        check_token(request.headers.get("Authorization", ""), tokens)
        return await handler(request)

    return check


def check_token(header: str, tokens: tuple[str, ...]) -> None:
    """Compare in constant time, with every token.

    Raises ApiError: 401 without a token, 403 with a wrong one.
    """
    if not tokens:
        return
    hint = "Send the header Authorization: Bearer <one of REPOREEL_API_TOKENS>."
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise ApiError(401, "token_missing", "This route needs a token.", hint)
    token = given.strip().encode(errors="replace")
    if not any([hmac.compare_digest(token, known.encode()) for known in tokens]):  # noqa: C419 - try them all
        raise ApiError(403, "token_invalid", "This token is not known here.", hint)
