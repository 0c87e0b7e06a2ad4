"""The routes of notices: what was sent to whom, and sending it again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from aiohttp import web

from services.gateway.errors import ApiError, answer
from services.gateway.notices.notice import Log, Notice
from services.gateway.notices.notifier import Notifier
from services.gateway.routes import Route, asked_job


class NoticeList(msgspec.Struct, frozen=True):
    """Oldest first."""

    notices: Sequence[Notice]


class Deliveries:
    def __init__(self, log: Log, notifier: Notifier) -> None:
        self._log = log
        self._notifier = notifier

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/jobs/{job_id}/notices",
                handler=self.show,
                summary="What was sent to whom about a job's end.",
                answers={200: NoticeList},
                faults=(404,),
            ),
            Route(
                method="POST",
                path="/jobs/{job_id}/notices/{notice_id}/redeliver",
                handler=self.redeliver,
                summary="Send a notice again, whatever became of it.",
                answers={200: Notice},
                faults=(404,),
                scope="submit",
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        return answer(NoticeList(await self.of(asked_job(request))))

    async def of(self, job_id: str) -> Sequence[Notice]:
        """Give what was sent about a job, oldest first."""
        return tuple((await self._log.of(job_id)).values())

    async def redeliver(self, request: web.Request) -> web.Response:
        return answer(await self.send_again(asked_job(request), request.match_info["notice_id"]))

    async def send_again(self, job_id: str, notice_id: str) -> Notice:
        """Send a notice once more.

        Raises ApiError (404) for an unknown one.
        """
        notice = (await self._log.of(job_id)).get(notice_id)
        if notice is None:
            hint = "GET /jobs/{id}/notices lists them."
            raise ApiError(404, "notice_unknown", "There is no such notice.", hint)
        return await self._notifier.again(notice)
