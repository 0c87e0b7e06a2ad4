"""What the gateway answers when it cannot do what was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec
import structlog
from aiohttp import web

from shared.errors import ReporeelError, Unavailable

log = structlog.get_logger()

RETRY_AFTER_SECONDS = 5


class ApiError(ReporeelError):
    """A refusal with its HTTP status, a word for programs, and a hint for people."""

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with JSON."""
    return web.Response(
        body=msgspec.json.encode(body), status=status, headers=headers, content_type="application/json"
    )


def refusal(error: ApiError, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
    return answer(body, error.status, headers)


@web.middleware
async def errors_as_json(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn whatever goes wrong into the one shape errors have here."""
    try:
        return await handler(request)
    except ApiError as error:
        return refusal(error)
    except Unavailable as error:
        log.warning("request.unavailable", path=request.path, reason=str(error))
        unavailable = ApiError(
            503, "unavailable", "NATS cannot store or answer this now.", "Try again; nothing was accepted."
        )
        return refusal(unavailable, {"Retry-After": str(RETRY_AFTER_SECONDS)})
    except web.HTTPException as error:
        return refusal(_from_http(error), _kept_headers(error))
    except Exception:
        log.exception("request.failed", path=request.path)
        return refusal(ApiError(500, "internal", "This is a fault of ours.", "The log has its traceback."))


def _from_http(error: web.HTTPException) -> ApiError:
    code = error.reason.lower().replace(" ", "_")
    hints = {
        404: "GET / lists the routes.",
        405: "The Allow header names the methods of this route.",
        413: "A body may have at most 25 MiB.",
    }
    return ApiError(error.status, code, f"{error.reason}.", hints.get(error.status, ""))


def _kept_headers(error: web.HTTPException) -> dict[str, str]:
    return {name: error.headers[name] for name in ("Allow",) if name in error.headers}
