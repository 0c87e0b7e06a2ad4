"""What the gateway answers when it cannot do what was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec
import structlog
from aiohttp import web

from services.gateway.cors import is_preflight, preflight
from shared.errors import ReporeelError, Unavailable

log = structlog.get_logger()

RETRY_AFTER_SECONDS = 5
METHOD_NOT_ALLOWED = 405


class ApiError(ReporeelError):
    """A refusal with its HTTP status, a word for programs, and a hint for people."""

    def __init__(
        self, status: int, code: str, message: str, hint: str = "", *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.retry_after = retry_after
        """Seconds; goes into the header of that name."""


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with JSON."""
    return web.Response(
        body=msgspec.json.encode(body), status=status, headers=headers, content_type="application/json"
    )


def refusal(error: ApiError, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
    known = dict(headers or {})
    if error.retry_after is not None:
        known["Retry-After"] = str(error.retry_after)
    return answer(body, error.status, known)


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
        return refusal(unavailable())
    except web.HTTPException as error:
        if error.status == METHOD_NOT_ALLOWED and is_preflight(request):
            return preflight()
        return refusal(_from_http(error), _kept_headers(error))
    except ConnectionResetError:
        raise  # who asked has gone, or must not take a part for the whole: nobody is there to be answered
    except Exception:
        log.exception("request.failed", path=request.path)
        return refusal(ApiError(500, "internal", "This is a fault of ours.", "The log has its traceback."))


def unavailable() -> ApiError:
    message, hint = "NATS cannot store or answer this now.", "Try again; nothing was accepted."
    return ApiError(503, "unavailable", message, hint, retry_after=RETRY_AFTER_SECONDS)


def _from_http(error: web.HTTPException) -> ApiError:
    code = error.reason.lower().replace(" ", "_")
    hints = {
        404: "GET /docs lists the routes.",
        405: "The Allow header names the methods of this route.",
        413: "A body may have at most 25 MiB.",
    }
    return ApiError(error.status, code, f"{error.reason}.", hints.get(error.status, ""))


def _kept_headers(error: web.HTTPException) -> dict[str, str]:
    return {name: error.headers[name] for name in ("Allow",) if name in error.headers}
