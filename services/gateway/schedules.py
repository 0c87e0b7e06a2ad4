"""Recurring films: schedules that the NATS server keeps and fires, whether or not anybody here is awake."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from aiohttp import web

from services.gateway.bodies import Bodies
from services.gateway.errors import ApiError, answer
from services.gateway.requests import ScheduleRequest, decode_body, decode_query
from services.gateway.routes import Route
from services.gateway.tokens import may
from services.gateway.wishes import Wishes
from shared.bus import ApiFault, Bus
from shared.events import JobSpec, now
from shared.pipeline import SCHEDULES

RECURRING = "sched.recurring"
DUE = "due.recurring"
KEPT = "168h"
"""How long what came due waits to be worked off."""
INVALID = frozenset({10189, 10223})
"""JetStream: "message schedules pattern is invalid", "message schedules time zone is invalid"."""
CRON_FIELDS = 5
MAX_SCHEDULES = 1000
"""The stream has no other bound: a full one would drop schedules."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """What is started, and when."""

    name: str
    schedule: str
    time_zone: str | None
    created_at: datetime
    spec: JobSpec


class ScheduleList(msgspec.Struct, frozen=True):
    """By name."""

    schedules: list[Schedule]


class ScheduleQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str


class Removed(msgspec.Struct, frozen=True):
    removed: str


class Schedules:
    def __init__(self, bus: Bus, wishes: Wishes, bodies: Bodies) -> None:
        self._bus = bus
        self._wishes = wishes
        self._bodies = bodies

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/schedules",
                handler=self.show,
                summary="Recurring films, by name.",
                answers={200: ScheduleList},
            ),
            Route(
                method="POST",
                path="/schedules",
                handler=self.add,
                summary="Start a film again and again; the same name replaces the schedule.",
                body=ScheduleRequest,
                answers={201: Schedule},
                gives={"name": "/name"},
                faults=(403, 409, 422),
                scope="submit",
            ),
            Route(
                method="DELETE",
                path="/schedules",
                handler=self.remove_asked,
                summary="Start no more films by this schedule.",
                query=ScheduleQuery,
                answers={200: Removed},
                faults=(400, 404),
                scope="submit",
            ),
            Route(
                method="DELETE",
                path="/schedules/{name}",
                handler=self.remove,
                summary="Start no more films by this schedule.",
                answers={200: Removed},
                faults=(404,),
                scope="submit",
            ),
        )

    async def show(self, _request: web.Request) -> web.Response:
        return answer(ScheduleList(await self.all()))

    async def all(self) -> list[Schedule]:
        stored = await self._bus.last([f"{RECURRING}.*"], stream=SCHEDULES)
        schedules = [msgspec.json.decode(one.payload, type=Schedule) for one in stored]
        return sorted(schedules, key=lambda one: one.name)

    async def add(self, request: web.Request) -> web.Response:
        wish = decode_body(await self._bodies.read(request), ScheduleRequest)
        return answer(await self.keep(wish, by_admin=may(request, "admin")), 201)

    async def keep(self, wish: ScheduleRequest, *, by_admin: bool) -> Schedule:
        """Store a schedule.

        Raises ApiError: 422 for what cannot be done, 403 for what this caller may not ask for, 409 when full.
        """
        if wish.dry_run:
            raise ApiError(422, "not_available", "A schedule has no dry run.", "Ask POST /jobs.")
        if len(await self.all()) >= MAX_SCHEDULES:
            hint = "Remove one."
            raise ApiError(
                409, "too_many", f"There are {MAX_SCHEDULES} schedules, the most there may be.", hint
            )
        schedule = Schedule(
            name=wish.name,
            schedule=wish.schedule,
            time_zone=wish.time_zone,
            created_at=now(),
            spec=self._wishes.spec(wish.repo, wish, "schedule", by_admin=by_admin),
        )
        await self._store(schedule)
        return schedule

    async def remove(self, request: web.Request) -> web.Response:
        return answer(await self.drop(request.match_info["name"]))

    async def remove_asked(self, request: web.Request) -> web.Response:
        return answer(await self.drop(decode_query(request.query, ScheduleQuery).name))

    async def _store(self, schedule: Schedule) -> None:
        headers = {
            "Nats-Schedule": pattern(schedule.schedule),
            "Nats-Schedule-Target": f"{DUE}.{schedule.name}",
            "Nats-Schedule-TTL": KEPT,
        }
        if schedule.time_zone is not None:
            headers["Nats-Schedule-Time-Zone"] = _printable(schedule.time_zone)
        try:
            await self._bus.store(f"{RECURRING}.{schedule.name}", msgspec.json.encode(schedule), headers)
        except ApiFault as fault:
            if fault.err_code not in INVALID:
                raise
            raise _not_understood(schedule.schedule) from fault

    async def drop(self, name: str) -> Removed:
        """Take a schedule away.

        Raises ApiError (404) for an unknown one.
        """
        if not NAME.fullmatch(name):
            raise _unknown()
        purged = await self._bus.api(f"STREAM.PURGE.{SCHEDULES}", {"filter": f"{RECURRING}.{name}"})
        if not purged.get("purged"):
            raise _unknown()
        return Removed(name)


def pattern(schedule: str) -> str:
    """Give a schedule in the server's form: its cron begins with seconds.

    Raises ApiError (422) for what cannot be one.
    """
    fields = _printable(schedule).split()
    if not fields:
        raise _not_understood(schedule)
    return " ".join(["0", *fields] if len(fields) == CRON_FIELDS else fields)


def _printable(text: str) -> str:
    """Let text pass that can stand in a header."""
    if not (text.isascii() and text.isprintable()):
        raise _not_understood(text)
    return text


def _not_understood(schedule: str) -> ApiError:
    hint = "Give @daily, @every 6h, @at 2027-01-31T08:00:00Z, or cron such as 0 8 * * 1."
    return ApiError(422, "schedule_invalid", f"No schedule reads {schedule[:100]!r}.", hint)


def _unknown() -> ApiError:
    return ApiError(404, "schedule_unknown", "There is no such schedule.", "GET /schedules lists them.")
