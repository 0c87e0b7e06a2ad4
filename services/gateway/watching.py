"""`GET /jobs/{id}/events`: a job as it goes, as server-sent events.

An event's id is its place in the status bucket, which outlives this process: a reader who comes again with
`Last-Event-ID` gets what came after it, from any gateway. A report that a later one of the same stage has
replaced meanwhile is not told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec
from aiohttp import web

from services.gateway.errors import ApiError
from services.gateway.records import Entry, News, Records
from services.gateway.routes import EVENT_STREAM, Parameter, Route, asked_job, unknown_job
from shared.events import JobClosed
from shared.job_events import Events
from shared.jobs import fold
from shared.pipeline import token
from shared.record import JobRecord

OVER = frozenset({"finished", "failed", "cancelled"})
MAX_READERS = 1000
AGAIN_MILLISECONDS = 1000
LAST_ID = Parameter(name="Last-Event-ID", schema={"type": "string", "pattern": "^[0-9]{1,19}$"})


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The data of one server-sent event."""

    event: str
    """What happened: `submitted`, `scanned`, …, or the stage a report is about."""
    branch: str
    generation: int
    record: JobRecord
    """The job as it stood then."""


class Watching:
    def __init__(self, records: Records, heartbeat_seconds: float) -> None:
        self._records = records
        self._heartbeat_seconds = heartbeat_seconds
        self._readers = 0

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/jobs/{job_id}/events",
                handler=self.watch,
                summary="A job as it goes, as server-sent events; 204 when there is nothing more to tell.",
                headers=(LAST_ID,),
                answers={200: Told, 204: None},
                media=EVENT_STREAM,
                faults=(400, 404, 429),
            ),
        )

    async def end(self, _app: web.Application) -> None:
        """Let all readers go: this process stops."""
        self._records.end_news()

    async def watch(self, request: web.Request) -> web.StreamResponse:
        job_id, last = asked_job(request), _last_id(request)
        if self._readers >= MAX_READERS:
            raise ApiError(429, "busy", "Too many are watching jobs.", "Ask GET /jobs/{id}.", retry_after=5)
        self._readers += 1
        try:
            with self._records.news(job_id) as news:
                story = _Story(await self._records.entries(job_id), last)
                if not story.is_known and await self._records.get(job_id) is None:
                    raise unknown_job()
                if story.is_over and not story.untold:
                    return web.Response(status=204)
                return await self._tell(request, story, news)
        finally:
            self._readers -= 1

    async def _tell(self, request: web.Request, story: _Story, news: News) -> web.StreamResponse:
        headers = {
            "Content-Type": EVENT_STREAM,
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write(f"retry: {AGAIN_MILLISECONDS}\n\n".encode())
        async for text in self._texts(story, news):
            await response.write(text)
        return response

    async def _texts(self, story: _Story, news: News) -> AsyncIterator[bytes]:
        for entry in story.untold:
            yield story.tell(entry)
        while not story.is_over:
            try:
                async with asyncio.timeout(self._heartbeat_seconds):
                    new = await news.get()
            except TimeoutError:
                yield b": here\n\n"
                continue
            if new is None:
                return
            if new.sequence > story.last:
                yield story.tell(new)
        yield b"event: end\ndata: {}\n\n"


class _Story:
    """What one reader knows of a job."""

    def __init__(self, entries: Sequence[Entry], last: int) -> None:
        self.last = last
        self._told = {entry.subject: entry for entry in entries if entry.sequence <= last}
        self.record = self._folded()
        self.untold = [entry for entry in entries if entry.sequence > last]
        if self.is_over:  # a failed or cancelled job's folder is closed after its end
            self.untold = [entry for entry in self.untold if not isinstance(entry.event, JobClosed)]

    @property
    def is_known(self) -> bool:
        return bool(self._told or self.untold)

    @property
    def is_over(self) -> bool:
        return self.record is not None and self.record.status in OVER

    def tell(self, entry: Entry) -> bytes:
        self.last = entry.sequence
        self._told[entry.subject] = entry
        self.record = self._folded()
        if self.record is None:
            return b""
        told = Told(
            event=token(entry.event),
            branch=entry.event.branch,
            generation=entry.event.generation,
            record=self.record,
        )
        return b"id: %d\ndata: %s\n\n" % (entry.sequence, msgspec.json.encode(told))

    def _folded(self) -> JobRecord | None:
        return fold(Events(entry.event for entry in self._told.values()))


def _last_id(request: web.Request) -> int:
    text = request.headers.get("Last-Event-ID", "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):  # noqa: PLR2004 - digits of 2**63
        raise ApiError(400, "last_id_invalid", "This Last-Event-ID is none of ours.", "Leave it out.")
    return int(text)
