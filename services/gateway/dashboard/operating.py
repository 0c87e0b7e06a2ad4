"""The operator's pages: parked work, schedules, statistics."""

from __future__ import annotations

from typing import Any, get_args

from aiohttp import web

from services.gateway.catalogue import count
from services.gateway.control import Control
from services.gateway.dashboard import charts, forms
from services.gateway.dashboard.languages import offered
from services.gateway.dashboard.rendering import see_other
from services.gateway.dashboard.visit import FIELDS, PageRoute, show
from services.gateway.errors import ApiError
from services.gateway.records import Records
from services.gateway.requests import ScheduleRequest
from services.gateway.schedules import Schedules
from services.gateway.tokens import may
from shared.events import Format, Profile, now


class OperatingPages:
    def __init__(self, records: Records, control: Control, schedules: Schedules) -> None:
        self._records = records
        self._control = control
        self._schedules = schedules

    def pages(self) -> tuple[PageRoute, ...]:
        parked, schedules = "/dashboard/parked", "/dashboard/schedules"
        return (
            PageRoute(method="GET", path=parked, handler=self.parked),
            PageRoute(
                method="POST", path=parked + "/{parked_id}/requeue", handler=self.requeue, scope="admin"
            ),
            PageRoute(method="GET", path=schedules, handler=self.schedules),
            PageRoute(method="POST", path=schedules, handler=self.add, scope="submit"),
            PageRoute(method="POST", path=schedules + "/{name}/remove", handler=self.remove, scope="submit"),
            PageRoute(method="GET", path="/dashboard/stats", handler=self.stats),
        )

    async def parked(self, request: web.Request) -> web.Response:
        return show(request, "parked", entries=await self._control.parked())

    async def requeue(self, request: web.Request) -> web.Response:
        record = await self._control.requeue(request.match_info["parked_id"])
        return see_other(f"/dashboard/jobs/{record.job_id}?done=requeued")

    async def schedules(self, request: web.Request) -> web.Response:
        return await self._list(request, {})

    async def _list(
        self, request: web.Request, filled: dict[str, Any], problem: ApiError | None = None
    ) -> web.Response:
        return show(
            request,
            "schedules",
            problem.status if problem else 200,
            schedules=await self._schedules.all(),
            languages=await offered(),
            formats=get_args(Format),
            profiles=get_args(Profile),
            filled=filled,
            problem=problem,
        )

    async def add(self, request: web.Request) -> web.Response:
        fields = request[FIELDS]
        texts = ("name", "schedule", "time_zone", "repo", "format", "profile")
        filled = {name: fields.text(name) for name in texts} | {"languages": fields.all("languages")}
        try:
            wish = forms.wish(filled, ScheduleRequest)
            await self._schedules.keep(wish, by_admin=may(request, "admin"))
        except ApiError as error:
            return await self._list(request, filled, error)
        return see_other("/dashboard/schedules?done=scheduled")

    async def remove(self, request: web.Request) -> web.Response:
        await self._schedules.drop(request.match_info["name"])
        return see_other("/dashboard/schedules?done=removed")

    async def stats(self, request: web.Request) -> web.Response:
        records = self._records.newest_first()
        stats = count(records)
        return show(
            request,
            "stats",
            stats=stats,
            days=charts.days(records, now().date()),
            stages=charts.lengths({one.stage: one.median_seconds for one in stats.stages}),
            triggers=charts.lengths(stats.by_trigger),
            height=charts.HEIGHT,
        )
