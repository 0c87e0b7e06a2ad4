"""The routes of parked work: what nobody could do, and another try at it."""

from __future__ import annotations

from aiohttp import web

from services.gateway.control import Control, ParkedList
from services.gateway.errors import answer
from services.gateway.routes import Route
from shared.record import JobRecord


class DeadLetters:
    def __init__(self, control: Control) -> None:
        self._control = control

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/parked",
                handler=self.list,
                summary="The dead letters, with reason and stage.",
                answers={200: ParkedList},
            ),
            Route(
                method="POST",
                path="/parked/{parked_id}/requeue",
                handler=self.requeue,
                summary="Run parked work again.",
                answers={200: JobRecord},
                faults=(404, 409),
                scope="admin",
            ),
        )

    async def list(self, _request: web.Request) -> web.Response:
        return answer(ParkedList(await self._control.parked()))

    async def requeue(self, request: web.Request) -> web.Response:
        return answer(await self._control.requeue(request.match_info["parked_id"]))
