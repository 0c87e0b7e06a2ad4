"""The HTTP routes."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import Literal

from aiohttp import web

from services.gateway.control import Control, RetryRequest
from services.gateway.errors import ApiError, answer, errors_as_json
from services.gateway.identity import job_id
from services.gateway.listing import Listing, list_records
from services.gateway.records import Records
from services.gateway.requests import JobRequest, decode_body, decode_query, spec_of
from services.gateway.settings import GatewaySettings
from services.gateway.webhook import Ignored, check_signature, read_event
from shared.bus import Bus
from shared.events import JobSpec, JobSubmitted, Trigger, now
from shared.workers import count_workers

MAX_BODY_BYTES = 25 * 1024 * 1024
MAX_KEY_CHARACTERS = 200
READ_SECONDS = 30.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gateway:
    """Accepts jobs, and tells where they stand."""

    def __init__(self, bus: Bus, records: Records, settings: GatewaySettings) -> None:
        self._bus = bus
        self._records = records
        self._settings = settings
        self._control = Control(bus)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[errors_as_json])
        app.add_routes(
            [
                web.get("/livez", self.livez),
                web.get("/readyz", self.readyz),
                web.get("/health", self.health),
                web.post("/webhook", self.webhook),
                web.post("/jobs", self._guarded(self.submit)),
                web.get("/jobs", self._guarded(self.list_jobs)),
                web.get("/jobs/{job_id}", self._guarded(self.show_job)),
                web.post("/jobs/{job_id}/cancel", self._guarded(self.cancel_job)),
                web.post("/jobs/{job_id}/retry", self._guarded(self.retry_job)),
                web.get("/parked", self._guarded(self.list_parked)),
                web.post("/parked/{parked_id}/requeue", self._guarded(self.requeue)),
            ]
        )
        return app

    async def livez(self, _request: web.Request) -> web.Response:
        return answer({"status": "alive"})

    async def readyz(self, _request: web.Request) -> web.Response:
        ready = self._bus.connected and self._records.complete.is_set()
        return answer({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    async def health(self, _request: web.Request) -> web.Response:
        connected = self._bus.connected
        workers = await count_workers(self._bus) if connected else 0
        body = {
            "status": "healthy" if connected else "unhealthy",
            "nats_connected": connected,
            "queue_length": self._records.unfinished(),
            "workers_count": workers,
        }
        return answer(body, 200 if connected else 503)

    async def webhook(self, request: web.Request) -> web.Response:
        body = await request.read()
        signature = request.headers.get("X-Hub-Signature-256")
        check_signature(body, signature, self._settings.webhook_secrets)
        event = request.headers.get("X-GitHub-Event", "")
        if event == "ping":
            return answer({"message": "pong"})
        wish = read_event(event, body, self._settings.push_repos)
        if isinstance(wish, Ignored):
            return answer({"message": "Event ignored", "reason": wish.reason})
        accepted = await self._accept(wish.spec, wish.meaning)
        return answer({"job_id": accepted, "status_url": f"/jobs/{accepted}"}, 202)

    async def submit(self, request: web.Request) -> web.Response:
        wish = decode_body(await request.read(), JobRequest)
        spec = spec_of(wish, self._trigger(request), self._settings.local_root)
        accepted = await self._accept(spec, _meaning(request))
        where = f"/jobs/{accepted}"
        return answer({"job_id": accepted, "status_url": where}, 202, {"Location": where})

    async def show_job(self, request: web.Request) -> web.Response:
        record = await self._records.get(_job_id(request))
        if record is None:
            raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
        return answer(record)

    async def list_jobs(self, request: web.Request) -> web.Response:
        wish = decode_query(request.query, Listing)
        return answer(list_records(self._records.newest_first(), wish))

    async def cancel_job(self, request: web.Request) -> web.Response:
        return answer(await self._control.cancel(_job_id(request)))

    async def retry_job(self, request: web.Request) -> web.Response:
        wish = decode_body(await request.read() or b"{}", RetryRequest)
        return answer(await self._control.retry(_job_id(request), wish))

    async def list_parked(self, _request: web.Request) -> web.Response:
        return answer({"parked": await self._control.parked()})

    async def requeue(self, request: web.Request) -> web.Response:
        return answer(await self._control.requeue(request.match_info["parked_id"]))

    async def _accept(self, spec: JobSpec, meaning: str) -> str:
        """Store a job once, whatever its priority; the same wish again gives the same id."""
        known = job_id(spec, meaning)
        submitted = JobSubmitted(job_id=known, spec=spec, at=now())
        await self._bus.publish_once(submitted, unique=f"jobs.*.{known}.submitted.all.g0")
        return known

    def _trigger(self, request: web.Request) -> Trigger:
        from_cli: Literal["cli", "api"] = (
            "cli" if request.headers.get("X-Reporeel-Client") == "cli" else "api"
        )
        return from_cli

    def _guarded(self, handler: Handler) -> Handler:
        """Let only a bearer of one of the tokens pass, if there are any."""

        async def check(request: web.Request) -> web.StreamResponse:
            _check_token(request.headers.get("Authorization", ""), self._settings.api_tokens)
            return await handler(request)

        return check


def _check_token(header: str, tokens: tuple[str, ...]) -> None:
    if not tokens:
        return
    hint = "Send the header Authorization: Bearer <one of REPOREEL_API_TOKENS>."
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise ApiError(401, "token_missing", "This route needs a token.", hint)
    token = given.strip().encode(errors="replace")
    if not any([hmac.compare_digest(token, known.encode()) for known in tokens]):  # noqa: C419 - try them all
        raise ApiError(403, "token_invalid", "This token is not known here.", hint)


def _meaning(request: web.Request) -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return f"random:{secrets.token_hex(16)}"
    if not 0 < len(key) <= MAX_KEY_CHARACTERS:
        raise ApiError(400, "key_invalid", f"An Idempotency-Key has 1 to {MAX_KEY_CHARACTERS} characters.")
    return f"key:{key}"


def _job_id(request: web.Request) -> str:
    """Give the id in the path; anything that cannot be one is unknown, and never becomes a subject."""
    text = request.match_info["job_id"]
    if len(text) == 32 and all(character in "0123456789abcdef" for character in text):  # noqa: PLR2004
        return text
    raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
