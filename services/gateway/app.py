"""The HTTP routes."""

from __future__ import annotations

import secrets
from typing import Literal

from aiohttp import web

from services.gateway.control import Control, ParkedList, RetryRequest
from services.gateway.errors import ApiError, answer, errors_as_json
from services.gateway.identity import job_id
from services.gateway.listing import Listing, Page, list_records
from services.gateway.metrics import CONTENT_TYPE, metrics
from services.gateway.openapi import describe
from services.gateway.records import Records
from services.gateway.requests import JobRequest, decode_body, decode_query, spec_of
from services.gateway.room import Room
from services.gateway.routes import Accepted, Health, Route, State, asked_job
from services.gateway.scripts import Scripts
from services.gateway.settings import GatewaySettings
from services.gateway.tokens import guarded
from services.gateway.webhook import Ignored, Payload, check_signature, read_event
from shared.bus import Bus
from shared.events import JobSpec, JobSubmitted, Trigger, now
from shared.jobs import JobRecord
from shared.workers import count_workers

MAX_BODY_BYTES = 25 * 1024 * 1024
MAX_KEY_CHARACTERS = 200
READ_SECONDS = 30.0


class Gateway:
    """Accepts jobs, and tells where they stand."""

    def __init__(
        self, bus: Bus, records: Records, room: Room, scripts: Scripts, settings: GatewaySettings
    ) -> None:
        self._bus = bus
        self._records = records
        self._room = room
        self._settings = settings
        self._scripts = scripts
        self._control = Control(bus)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[errors_as_json])
        for route in self.routes():
            handler = guarded(route.handler, self._settings.api_tokens) if route.guarded else route.handler
            app.router.add_route(route.method, route.path, handler)
        return app

    def routes(self) -> tuple[Route, ...]:
        """Give the table of all routes; `GET /openapi.json` is made from it."""
        return (
            Route(
                method="POST",
                path="/webhook",
                handler=self.webhook,
                guarded=False,
                summary="GitHub's events. 202: one started a job; 200: it did not.",
                headers=("X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256"),
                body=Payload,
                answers={200: Ignored, 202: Accepted},
                faults=(403,),
            ),
            Route(
                method="POST",
                path="/jobs",
                handler=self.submit,
                summary="Start a job.",
                headers=("Idempotency-Key",),
                body=JobRequest,
                answers={202: Accepted},
            ),
            Route(
                method="GET",
                path="/jobs",
                handler=self.list_jobs,
                summary="Jobs, newest first.",
                query=Listing,
                answers={200: Page},
                faults=(400,),
            ),
            Route(
                method="GET",
                path="/jobs/{job_id}",
                handler=self.show_job,
                summary="One job's record.",
                answers={200: JobRecord},
                faults=(404,),
            ),
            Route(
                method="POST",
                path="/jobs/{job_id}/cancel",
                handler=self.cancel_job,
                summary="End a job; one that has ended stays as it is.",
                answers={200: JobRecord},
                faults=(404,),
            ),
            Route(
                method="POST",
                path="/jobs/{job_id}/retry",
                handler=self.retry_job,
                summary="Run again what did not finish; what is done is kept.",
                body=RetryRequest,
                answers={200: JobRecord},
                faults=(404,),
            ),
            *self._scripts.routes(),
            Route(
                method="GET",
                path="/parked",
                handler=self.list_parked,
                summary="The dead letters.",
                answers={200: ParkedList},
            ),
            Route(
                method="POST",
                path="/parked/{parked_id}/requeue",
                handler=self.requeue,
                summary="Run parked work again.",
                answers={200: JobRecord},
                faults=(404, 409),
            ),
            Route(
                method="GET",
                path="/health",
                handler=self.health,
                guarded=False,
                summary="For people: 200 healthy, 503 not.",
                answers={200: Health, 503: Health},
            ),
            Route(
                method="GET",
                path="/livez",
                handler=self.livez,
                guarded=False,
                summary="Whether this process lives; never depends on NATS.",
                answers={200: State},
            ),
            Route(
                method="GET",
                path="/readyz",
                handler=self.readyz,
                guarded=False,
                summary="Whether this process can take jobs.",
                answers={200: State, 503: State},
            ),
            Route(
                method="GET",
                path="/metrics",
                handler=self.metrics,
                guarded=False,
                summary="For Prometheus.",
                answers={200: str},
            ),
            Route(
                method="GET",
                path="/openapi.json",
                handler=self.openapi,
                guarded=False,
                summary="This description.",
                answers={200: dict},
            ),
        )

    async def livez(self, _request: web.Request) -> web.Response:
        return answer(State("alive"))

    async def readyz(self, _request: web.Request) -> web.Response:
        ready = self._bus.connected and self._records.complete.is_set()
        return answer(State("ready" if ready else "not ready"), 200 if ready else 503)

    async def health(self, _request: web.Request) -> web.Response:
        connected = self._bus.connected
        health = Health(
            status="healthy" if connected else "unhealthy",
            nats_connected=connected,
            queue_length=self._records.open_jobs,
            workers_count=await count_workers(self._bus) if connected else 0,
        )
        return answer(health, 200 if connected else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        body = await metrics(self._bus, self._records)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    async def openapi(self, _request: web.Request) -> web.Response:
        return answer(describe(self.routes()))

    async def webhook(self, request: web.Request) -> web.Response:
        body = await request.read()
        signature = request.headers.get("X-Hub-Signature-256")
        check_signature(body, signature, self._settings.webhook_secrets)
        event = request.headers.get("X-GitHub-Event", "")
        if event == "ping":
            return answer(Ignored(reason="a ping", message="pong"))
        wish = read_event(event, body, self._settings.push_repos)
        if isinstance(wish, Ignored):
            return answer(wish)
        accepted = await self._accept(wish.spec, wish.meaning)
        return answer(Accepted(accepted, f"/jobs/{accepted}"), 202)

    async def submit(self, request: web.Request) -> web.Response:
        wish = decode_body(await request.read(), JobRequest)
        spec = spec_of(wish, self._trigger(request), self._settings.local_root)
        accepted = await self._accept(spec, _meaning(request))
        where = f"/jobs/{accepted}"
        return answer(Accepted(accepted, where), 202, {"Location": where})

    async def show_job(self, request: web.Request) -> web.Response:
        record = await self._records.get(asked_job(request))
        if record is None:
            raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
        return answer(record)

    async def list_jobs(self, request: web.Request) -> web.Response:
        wish = decode_query(request.query, Listing)
        return answer(list_records(self._records.newest_first(), wish))

    async def cancel_job(self, request: web.Request) -> web.Response:
        return answer(await self._control.cancel(asked_job(request)))

    async def retry_job(self, request: web.Request) -> web.Response:
        wish = decode_body(await request.read() or b"{}", RetryRequest)
        return answer(await self._control.retry(asked_job(request), wish))

    async def list_parked(self, _request: web.Request) -> web.Response:
        return answer(ParkedList(await self._control.parked()))

    async def requeue(self, request: web.Request) -> web.Response:
        return answer(await self._control.requeue(request.match_info["parked_id"]))

    async def _accept(self, spec: JobSpec, meaning: str) -> str:
        """Store a job once, whatever its priority; the same wish again gives the same id."""
        self._room.check()
        known = job_id(spec, meaning)
        submitted = JobSubmitted(job_id=known, spec=spec, at=now())
        await self._bus.publish_once(submitted, unique=f"jobs.*.{known}.submitted.all.g0")
        return known

    def _trigger(self, request: web.Request) -> Trigger:
        from_cli: Literal["cli", "api"] = (
            "cli" if request.headers.get("X-Reporeel-Client") == "cli" else "api"
        )
        return from_cli


def _meaning(request: web.Request) -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return f"random:{secrets.token_hex(16)}"
    if not 0 < len(key) <= MAX_KEY_CHARACTERS:
        raise ApiError(400, "key_invalid", f"An Idempotency-Key has 1 to {MAX_KEY_CHARACTERS} characters.")
    return f"key:{key}"
