"""Puts the gateway together: one table of routes, from all its topics."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from aiohttp import web

from services.gateway.bodies import Bodies
from services.gateway.catalogue import Catalogue
from services.gateway.control import Control
from services.gateway.cors import cors
from services.gateway.dashboard.jobs import JobPages
from services.gateway.dashboard.operating import OperatingPages
from services.gateway.dashboard.scripts import ScriptPages
from services.gateway.dashboard.site import Site, pages_for_people
from services.gateway.dead_letters import DeadLetters
from services.gateway.errors import errors_as_json
from services.gateway.files import Files
from services.gateway.health import Health
from services.gateway.hooks import Hooks
from services.gateway.intake import Intake
from services.gateway.jobs import Jobs
from services.gateway.notices.deliveries import Deliveries
from services.gateway.notices.notice import Log
from services.gateway.notices.notifier import Notifier
from services.gateway.past import Past
from services.gateway.quiet import Quiet
from services.gateway.records import Records
from services.gateway.routes import Route
from services.gateway.schedules import Schedules
from services.gateway.scripts import Scripts
from services.gateway.settings import GatewaySettings
from services.gateway.sources import Sources
from services.gateway.tokens import guarded
from services.gateway.traces import traced
from services.gateway.watching import Watching
from services.gateway.wishes import Wishes
from shared.blobs import Blobs
from shared.bus import Bus
from shared.history.entry import History
from shared.measures import Measures
from shared.tracing import Tracer

JOB_ID = "{job_id:(?!batch$)[^{}/]+}"
"""So that a path of its own is never taken for a job's."""


class Topic(Protocol):
    """A part of the API."""

    def routes(self) -> tuple[Route, ...]: ...


class Gateway:
    """Accepts jobs, and tells where they stand."""

    def __init__(
        self,
        bus: Bus,
        blobs: Blobs,
        records: Records,
        intake: Intake,
        quiet: Quiet,
        notifier: Notifier,
        settings: GatewaySettings,
        films: Path,
        tracer: Tracer,
        history: History,
        measures: Measures,
    ) -> None:
        self._tracer = tracer
        self._settings = settings
        bodies, sources, wishes = Bodies(settings.body_seconds), Sources(settings), Wishes(settings)
        control = Control(bus, records)
        self._watching = Watching(records, settings.heartbeat_seconds)
        self.hooks = Hooks(intake, quiet, wishes, bodies, sources, settings)
        jobs = Jobs(records, intake, control, wishes, bodies, sources, films, blobs)
        files, scripts = Files(bus, records, blobs), Scripts(bus, blobs, bodies, records)
        schedules, deliveries = Schedules(bus, wishes, bodies), Deliveries(Log(bus), notifier)
        self._topics: tuple[Topic, ...] = (
            self.hooks,
            jobs,
            self._watching,
            files,
            scripts,
            deliveries,
            DeadLetters(control),
            schedules,
            Catalogue(records),
            Past(history),
            Health(bus, records, self.routes, measures),
        )
        pages = (
            JobPages(records, jobs, control, scripts, files, deliveries, blobs),
            ScriptPages(records, scripts, blobs),
            OperatingPages(records, control, schedules),
        )
        self._site = Site(pages, bodies, settings)

    def application(self) -> web.Application:
        middlewares = [errors_as_json, pages_for_people]
        if self._tracer.is_on:
            middlewares.insert(0, traced(self._tracer))
        app = web.Application(middlewares=middlewares)
        if self._settings.cors_origins:
            app.on_response_prepare.append(cors(self._settings.cors_origins))
        app.on_shutdown.append(self._watching.end)
        for route in self.routes():
            handler = route.handler
            if route.scope is not None:
                handler = guarded(handler, route.scope, self._settings.api_tokens)
            app.router.add_route(route.method, route.path.replace("{job_id}", JOB_ID), handler)
        self._site.add_to(app)
        return app

    def routes(self) -> tuple[Route, ...]:
        """Give the table of all routes; `GET /openapi.json` is made from it."""
        return tuple(route for topic in self._topics for route in topic.routes())
