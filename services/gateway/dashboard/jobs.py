"""The pages of jobs: the list, one job, and starting, cancelling, retrying, approving one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any, get_args
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from services.gateway.control import Control, RetryRequest
from services.gateway.dashboard import forms
from services.gateway.dashboard.languages import offered
from services.gateway.dashboard.quality import Report, report_of
from services.gateway.dashboard.rendering import see_other
from services.gateway.dashboard.timeline import lanes
from services.gateway.dashboard.visit import FIELDS, PageRoute, show
from services.gateway.errors import ApiError
from services.gateway.files import RECORD, Files
from services.gateway.jobs import Jobs
from services.gateway.listing import Listing, list_records
from services.gateway.multipart import Form
from services.gateway.notices.deliveries import Deliveries
from services.gateway.records import Records
from services.gateway.requests import JobRequest, decode_query
from services.gateway.routes import asked_job, unknown_job
from services.gateway.scripts import Scripts
from shared.blobs import Blobs
from shared.events import Format, Profile, now
from shared.record import JobRecord, JobStatus

PAGE = "20"
STATUSES: tuple[str, ...] = get_args(JobStatus)
OPEN = frozenset({"queued", "started"})
OVER = frozenset({"finished", "failed", "cancelled"})
VIDEO = re.compile(r"video\.(?P<language>[A-Za-z-]+)\.mp4")


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """What is there of a job in one language; each is a file's name, empty while it is not there."""

    language: str
    video: str
    subtitles: str
    thumbnail: str


class JobPages:
    def __init__(
        self,
        records: Records,
        jobs: Jobs,
        control: Control,
        scripts: Scripts,
        files: Files,
        deliveries: Deliveries,
        blobs: Blobs,
    ) -> None:
        self._records = records
        self._jobs = jobs
        self._control = control
        self._scripts = scripts
        self._files = files
        self._deliveries = deliveries
        self._blobs = blobs

    def pages(self) -> tuple[PageRoute, ...]:
        job = "/dashboard/jobs/{job_id}"
        return (
            PageRoute(method="GET", path="/", handler=self.list),
            PageRoute(method="GET", path="/dashboard/new", handler=self.new, scope="submit"),
            PageRoute(method="GET", path="/dashboard/studio", handler=self.studio, scope="submit"),
            PageRoute(method="POST", path="/dashboard/jobs", handler=self.submit, scope="submit"),
            PageRoute(method="GET", path=job, handler=self.show),
            PageRoute(method="POST", path=f"{job}/cancel", handler=self.cancel, scope="submit"),
            PageRoute(method="POST", path=f"{job}/retry", handler=self.retry, scope="submit"),
            PageRoute(method="POST", path=f"{job}/approve", handler=self.approve, scope="submit"),
            PageRoute(
                method="POST",
                path=f"{job}/notices/{{notice_id}}/redeliver",
                handler=self.send_again,
                scope="submit",
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        asked = {name: value for name, value in request.query.items() if value and name != "done"}
        wish = decode_query({"limit": PAGE} | asked, Listing)
        records = self._records.newest_first()
        found = list_records(records, wish)
        older = f"/?{urlencode(asked | {'cursor': found.cursor})}" if found.cursor else ""
        return show(
            request,
            "jobs",
            jobs=found.jobs,
            wish=wish,
            older=older,
            statuses=STATUSES,
            any_open=any(job.status in OPEN for job in found.jobs),
            counts={status: sum(one.status == status for one in records) for status in STATUSES},
        )

    async def show(self, request: web.Request) -> web.Response:
        job_id = asked_job(request)
        record = await self._records.get(job_id)
        if record is None:
            raise unknown_job()
        keys = await self._files.keys(job_id) if record.status != "scheduled" else {}
        films = _films(record, frozenset(keys))
        wanted = request.query.get("film", "")
        shown = next((film for film in films if film.language == wanted), next(iter(films), None))
        return show(
            request,
            "job",
            job=record,
            lanes=lanes(record, now()),
            films=films,
            shown=shown,
            report=await self._report(keys, shown),
            names=sorted({*keys, RECORD}),
            notices=await self._deliveries.of(job_id),
            is_open=record.status in OPEN,
            is_over=record.status in OVER,
            awaits_approval=awaits_approval(record),
            has_script=any(row.stage == "write" and row.progress == 100 for row in record.stages),  # noqa: PLR2004
        )

    async def _report(self, keys: dict[str, str], film: Film | None) -> Report | None:
        key = keys.get(f"quality.{film.language}.json") if film else None
        return await report_of(self._blobs, key) if key else None

    async def new(self, request: web.Request) -> web.Response:
        filled = JobRequest(repo=request.query.get("repo", "")[:200])
        return await self._form(request, "new", filled)

    async def studio(self, request: web.Request) -> web.Response:
        return await self._form(request, "studio", JobRequest(repo="", approve=True))

    async def _form(
        self, request: web.Request, name: str, filled: Any, problem: ApiError | None = None
    ) -> web.Response:
        return show(
            request,
            name,
            problem.status if problem else 200,
            filled=filled,
            problem=problem,
            languages=await offered(),
            formats=get_args(Format),
            profiles=get_args(Profile),
            once=secrets.token_hex(16),
        )

    async def submit(self, request: web.Request) -> web.Response:
        fields = request[FIELDS]
        try:
            form = Form(forms.wish(_filled(fields), JobRequest), _narration(fields))
            job_id = await self._jobs.start(request, form, f"form:{fields.text('once')}")
        except ApiError as error:
            name = "studio" if fields.text("studio") else "new"
            return await self._form(request, name, _filled(fields), error)
        return see_other(f"/dashboard/jobs/{job_id}?done=submitted")

    async def cancel(self, request: web.Request) -> web.Response:
        await self._control.cancel(asked_job(request))
        return _back(request, "cancelled")

    async def retry(self, request: web.Request) -> web.Response:
        fields = request[FIELDS]
        asked = {"from_stage": fields.text("from_stage"), "languages": fields.all("languages")}
        await self._control.retry(asked_job(request), forms.wish(asked, RetryRequest))
        return _back(request, "retried")

    async def approve(self, request: web.Request) -> web.Response:
        await self._scripts.let_go_on(asked_job(request))
        return _back(request, "approved")

    async def send_again(self, request: web.Request) -> web.Response:
        await self._deliveries.send_again(asked_job(request), request.match_info["notice_id"])
        return _back(request, "sent")


def awaits_approval(record: JobRecord) -> bool:
    """Whether the script stands and waits for a person."""
    return record.status == "started" and any(
        row.stage == "write" and row.status == "waiting" and row.progress == 100  # noqa: PLR2004
        for row in record.stages
    )


def _films(record: JobRecord, names: frozenset[str]) -> Sequence[Film]:
    made = {match["language"] for name in names if (match := VIDEO.fullmatch(name))}
    return tuple(_film(one, names) for one in record.languages if one in made)


def _film(language: str, names: frozenset[str]) -> Film:
    def known(name: str) -> str:
        return name if name in names else ""

    return Film(
        language=language,
        video=known(f"video.{language}.mp4"),
        subtitles=known(f"subtitles.{language}.vtt"),
        thumbnail=known(f"thumbnail.{language}.jpg"),
    )


def _filled(fields: forms.Fields) -> dict[str, Any]:
    texts = ("repo", "ref", "format", "profile")
    return {
        **{name: fields.text(name) for name in texts},
        "languages": fields.all("languages"),
        "approve": bool(fields.text("approve")),
    }


def _narration(fields: forms.Fields) -> bytes | None:
    """Give the recording; only the studio's form must bring one."""
    narration = fields.content("narration")
    if narration is None and fields.text("studio"):
        hint = "Record your narration, or choose a file."
        raise ApiError(400, "narration_missing", "There is no recording.", hint)
    return narration


def _back(request: web.Request, done: str) -> web.Response:
    return see_other(f"/dashboard/jobs/{asked_job(request)}?done={done}")
