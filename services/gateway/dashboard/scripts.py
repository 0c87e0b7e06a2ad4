"""The page of a script: read it, change it while it waits, see what the facts do not carry."""

from __future__ import annotations

import msgspec
from aiohttp import web

from services.gateway.dashboard.editing import edited, grounds, sheet
from services.gateway.dashboard.jobs import OVER, awaits_approval
from services.gateway.dashboard.rendering import see_other
from services.gateway.dashboard.visit import FIELDS, VISIT, PageRoute, show
from services.gateway.errors import ApiError
from services.gateway.records import Records
from services.gateway.requests import decode_query
from services.gateway.routes import asked_job, unknown_job
from services.gateway.scripts import ScriptQuery, Scripts, UntrueScript
from shared.blobs import Blobs
from shared.errors import BlobMissing
from shared.facts import FactBase
from shared.pipeline import SOURCE_LANGUAGE
from shared.record import JobRecord
from shared.script import Script

PATH = "/dashboard/jobs/{job_id}/script"


class ScriptPages:
    def __init__(self, records: Records, scripts: Scripts, blobs: Blobs) -> None:
        self._records = records
        self._scripts = scripts
        self._blobs = blobs

    def pages(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute(method="GET", path=PATH, handler=self.show),
            PageRoute(method="POST", path=PATH, handler=self.save, scope="submit"),
        )

    async def show(self, request: web.Request) -> web.Response:
        language = decode_query(
            {name: value for name, value in request.query.items() if name != "done"}, ScriptQuery
        ).language
        key, facts = await self._scripts.keys(asked_job(request), language)
        return await self._page(request, await self._script(key), key, facts)

    async def save(self, request: web.Request) -> web.Response:
        job_id, fields = asked_job(request), request[FIELDS]
        language = fields.text("language") or SOURCE_LANGUAGE
        key, facts = await self._scripts.keys(job_id, language)
        if fields.text("basis") != key:
            hint = "Open the script anew; what you typed is on the page you came from."
            raise ApiError(409, "script_changed", "Somebody else changed this script meanwhile.", hint)
        script = edited(await self._script(key), fields)
        try:
            await self._scripts.revise(job_id, script, language)
            if fields.text("approve"):
                await self._scripts.let_go_on(job_id)
        except UntrueScript as error:
            return await self._page(request, script, key, facts, error)
        except ApiError as error:
            if error.status != 422:  # noqa: PLR2004 - the text itself is at fault
                raise
            return await self._page(request, script, key, facts, error)
        if language != SOURCE_LANGUAGE:
            return see_other(f"/dashboard/jobs/{job_id}?done=spoken-again")
        if fields.text("approve"):
            return see_other(f"/dashboard/jobs/{job_id}?done=approved")
        return see_other(f"{request.path}?done=saved")

    async def _page(
        self, request: web.Request, script: Script, key: str, facts: str, problem: ApiError | None = None
    ) -> web.Response:
        record = await self._record(asked_job(request))
        base = msgspec.json.decode(await self._kept(facts), type=FactBase)
        is_source = script.language == SOURCE_LANGUAGE
        is_open = awaits_approval(record) if is_source else record.status in OVER
        known = grounds(base)
        return show(
            request,
            "script",
            problem.status if problem else 200,
            job=record,
            script=script,
            sheet=sheet(script, problem.violations if isinstance(problem, UntrueScript) else ()),
            basis=key,
            is_editable=is_open and request[VISIT].may("submit"),
            is_source=is_source,
            is_recorded=bool(script.recording),
            grounds=known,
            values={one.id: one.value for one in known},
            problem=problem,
        )

    async def _script(self, key: str) -> Script:
        return msgspec.json.decode(await self._kept(key), type=Script)

    async def _kept(self, key: str) -> bytes:
        try:
            return await self._blobs.get(key)
        except BlobMissing as error:
            hint = "Artefacts are kept for REPOREEL_RETENTION_DAYS; retry the job to make it again."
            raise ApiError(404, "script_gone", "This script is no longer kept.", hint) from error

    async def _record(self, job_id: str) -> JobRecord:
        record = await self._records.get(job_id)
        if record is None:
            raise unknown_job()
        return record
