"""`POST /webhook`: GitHub's events. One durable publish, then the answer."""

from __future__ import annotations

from aiohttp import web

from services.gateway.bodies import MAX_BODY_BYTES, Bodies
from services.gateway.errors import ApiError, answer
from services.gateway.intake import Intake, submitted
from services.gateway.quiet import Quiet
from services.gateway.routes import Accepted, Parameter, Route
from services.gateway.settings import GatewaySettings
from services.gateway.sources import Sources
from services.gateway.webhook import Ignored, Payload, Reading, Wish, check_signature, read_event
from services.gateway.wishes import Wishes


class Hooks:
    def __init__(
        self,
        intake: Intake,
        quiet: Quiet,
        wishes: Wishes,
        bodies: Bodies,
        sources: Sources,
        settings: GatewaySettings,
    ) -> None:
        self._intake = intake
        self._quiet = quiet
        self._wishes = wishes
        self._bodies = bodies
        self._sources = sources
        self._secrets = settings.webhook_secrets
        self._reading = Reading(
            push_repos=settings.push_repos,
            workflow_repos=settings.workflow_repos,
            star_thresholds=tuple(sorted(settings.star_thresholds)),
        )

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="POST",
                path="/webhook",
                handler=self.take,
                scope=None,
                summary="GitHub's events. 202: one started a job; 200: it did not.",
                headers=tuple(
                    Parameter(name=name)
                    for name in ("X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256")
                ),
                body=Payload,
                answers={200: Ignored, 202: Accepted},
                faults=(403, 429),
            ),
        )

    async def take(self, request: web.Request) -> web.Response:
        self._sources.check_forgeries(request)
        self._sources.check(request)
        body = await self._bodies.read(request, MAX_BODY_BYTES)
        try:
            check_signature(body, request.headers.get("X-Hub-Signature-256"), self._secrets)
        except ApiError:
            self._sources.count_forgery(request)
            raise
        outcome = await self.act(request.headers.get("X-GitHub-Event", ""), body)
        return answer(outcome) if isinstance(outcome, Ignored) else answer(outcome, 202)

    async def act(self, event: str, body: bytes) -> Accepted | Ignored:
        """Do what an event asks for that surely came from GitHub.

        Raises ApiError or Unavailable when it could not be stored.
        """
        if event == "ping":
            return Ignored(reason="a ping", message="pong")
        wish = read_event(event, body, self._reading)
        if isinstance(wish, Ignored):
            return wish
        job_id = await self._start(wish)
        return Accepted(job_id, f"/jobs/{job_id}")

    async def _start(self, wish: Wish) -> str:
        spec = self._wishes.of_webhook(wish.spec)
        if spec.trigger == "push" and self._quiet.seconds:
            self._intake.check(spec)
            return await self._quiet.put(submitted(spec, wish.meaning))
        return await self._intake.accept(spec, wish.meaning)
