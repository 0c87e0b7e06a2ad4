"""The routes of jobs: submit, show, list, cancel, retry."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import msgspec
from aiohttp import web

from services.gateway.bodies import MAX_BODY_BYTES, Bodies
from services.gateway.control import Control, RetryRequest
from services.gateway.daily import MAX_A_DAY
from services.gateway.errors import ApiError, answer
from services.gateway.estimate import Estimate, estimate
from services.gateway.intake import Intake
from services.gateway.listing import Listing, Page, list_records
from services.gateway.multipart import FORM_SCHEMA, Form, form_of
from services.gateway.records import Records
from services.gateway.requests import BatchRequest, JobRequest, decode_body, decode_query
from services.gateway.routes import JSON, Accepted, Parameter, Route, asked_job, unknown_job
from services.gateway.sources import Sources
from services.gateway.tokens import may
from services.gateway.wishes import Wishes
from shared.blobs import Blobs
from shared.events import JobSpec, Trigger
from shared.record import JobRecord

MAX_KEY_CHARACTERS = 200
CLIENTS: dict[str, Trigger] = {"cli": "cli", "discover": "discovery"}
"""What our own commands call themselves, and what then starts their jobs."""
FORM = "multipart/form-data"
KEY = Parameter(
    name="Idempotency-Key", schema={"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARACTERS}
)
DAILY_CAP = "X-Reporeel-Daily-Cap"
CAP = Parameter(name=DAILY_CAP, schema={"type": "integer", "minimum": 0, "maximum": MAX_A_DAY})
"""Together with the others that bring one, so many jobs are started a day."""


class Batch(msgspec.Struct, frozen=True):
    """In the order they were asked for."""

    jobs: list[Accepted]


class Jobs:
    def __init__(
        self,
        records: Records,
        intake: Intake,
        control: Control,
        wishes: Wishes,
        bodies: Bodies,
        sources: Sources,
        films: Path,
        blobs: Blobs,
    ) -> None:
        self._blobs = blobs
        self._records = records
        self._intake = intake
        self._control = control
        self._wishes = wishes
        self._bodies = bodies
        self._sources = sources
        self._films = films

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="POST",
                path="/jobs",
                handler=self.submit,
                summary="Start a job; with `dry_run` only say what it would take.",
                headers=(KEY, CAP),
                body=JobRequest,
                form=FORM_SCHEMA,
                answers={200: Estimate, 202: Accepted},
                gives={"job_id": "/job_id"},
                faults=(400, 403, 422, 429),
                scope="submit",
            ),
            Route(
                method="POST",
                path="/jobs/batch",
                handler=self.submit_batch,
                summary="Start a job for each of several repositories, or none.",
                headers=(KEY,),
                body=BatchRequest,
                answers={202: Batch},
                gives={"job_id": "/jobs/0/job_id"},
                faults=(400, 403, 422, 429),
                scope="submit",
            ),
            Route(
                method="GET",
                path="/jobs",
                handler=self.list,
                summary="Jobs, newest first.",
                query=Listing,
                answers={200: Page},
                faults=(400,),
            ),
            Route(
                method="GET",
                path="/jobs/{job_id}",
                handler=self.show,
                summary="One job's record.",
                answers={200: JobRecord},
                faults=(404,),
            ),
            Route(
                method="POST",
                path="/jobs/{job_id}/cancel",
                handler=self.cancel,
                summary="End a job; one that has ended stays as it is.",
                answers={200: JobRecord},
                faults=(404,),
                scope="submit",
            ),
            Route(
                method="POST",
                path="/jobs/{job_id}/retry",
                handler=self.retry,
                summary="Run again what did not finish; what is done is kept.",
                body=RetryRequest,
                body_required=False,
                answers={200: JobRecord},
                faults=(404, 422),
                scope="submit",
            ),
        )

    async def submit(self, request: web.Request) -> web.Response:
        self._sources.check(request)
        meaning = _meaning(request)
        form = await self._asked(request)
        if form.wish.dry_run:
            return answer(self._estimate(self._spec(request, form.wish)))
        job_id = await self._accept(request, form, meaning)
        where = f"/jobs/{job_id}"
        return answer(Accepted(job_id, where), 202, {"Location": where})

    async def start(self, request: web.Request, form: Form, meaning: str) -> str:
        """Start the job that a page's form asks for; gives its id.

        Raises ApiError that says what cannot be done.
        """
        self._sources.check(request)
        return await self._accept(request, form, meaning)

    async def _accept(self, request: web.Request, form: Form, meaning: str) -> str:
        spec = self._spec(request, form.wish)
        if form.narration is not None:
            self._intake.check(spec)
            spec = msgspec.structs.replace(spec, narration=await self._blobs.put(form.narration))
        return await self._intake.accept(spec, meaning, _most_a_day(request))

    def _spec(self, request: web.Request, wish: JobRequest) -> JobSpec:
        return self._wishes.spec(wish.repo, wish, _trigger(request), by_admin=may(request, "admin"))

    async def _asked(self, request: web.Request) -> Form:
        """The wish, as JSON, or as a form that may bring a recording."""
        if request.content_type == FORM:
            body = await self._bodies.read(request, MAX_BODY_BYTES)
            return form_of(body, request.headers["Content-Type"])
        return Form(decode_body(await self._bodies.read(request), JobRequest), None)

    async def submit_batch(self, request: web.Request) -> web.Response:
        """Check all, then store all: a refused one keeps the others from starting."""
        self._sources.check(request)
        meaning = _meaning(request)
        wish = decode_body(await self._bodies.read(request), BatchRequest)
        if wish.dry_run:
            hint = "Ask POST /jobs for each."
            raise ApiError(422, "not_available", "A batch has no dry run.", hint)
        by_admin, trigger = may(request, "admin"), _trigger(request)
        specs = [self._wishes.spec(repo, wish, trigger, by_admin=by_admin) for repo in wish.repos]
        jobs = [await self._intake.accept(spec, meaning) for spec in specs]
        return answer(Batch([Accepted(job_id, f"/jobs/{job_id}") for job_id in jobs]), 202)

    async def show(self, request: web.Request) -> web.Response:
        encoded = await self._records.encoded(asked_job(request))
        if encoded is None:
            raise unknown_job()
        return web.Response(body=encoded, content_type=JSON)

    async def list(self, request: web.Request) -> web.Response:
        wish = decode_query(request.query, Listing)
        return answer(list_records(self._records.newest_first(), wish))

    async def cancel(self, request: web.Request) -> web.Response:
        return answer(await self._control.cancel(asked_job(request)))

    async def retry(self, request: web.Request) -> web.Response:
        wish = decode_body(await self._bodies.read(request) or b"{}", RetryRequest)
        return answer(await self._control.retry(asked_job(request), wish))

    def _estimate(self, spec: JobSpec) -> Estimate:
        records = self._records
        return estimate(spec, records.newest_first(), records.open_count, self._films, spec.publish)


def _trigger(request: web.Request) -> Trigger:
    return CLIENTS.get(request.headers.get("X-Reporeel-Client", ""), "api")


def _most_a_day(request: web.Request) -> int | None:
    written = request.headers.get(DAILY_CAP)
    if written is None:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", written) or int(written) > MAX_A_DAY:
        raise ApiError(400, "cap_invalid", f"{DAILY_CAP} is a number from 0 to {MAX_A_DAY}.")
    return int(written)


def _meaning(request: web.Request) -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return f"random:{secrets.token_hex(16)}"
    if not 0 < len(key) <= MAX_KEY_CHARACTERS:
        raise ApiError(400, "key_invalid", f"An Idempotency-Key has 1 to {MAX_KEY_CHARACTERS} characters.")
    return f"key:{key}"
