"""`GET /jobs/{id}/files/{name}`: what a job made, streamed from the object store, with ranges."""

from __future__ import annotations

import contextlib
import mimetypes

import msgspec
from aiohttp import hdrs, web

from services.gateway.errors import ApiError
from services.gateway.ranges import NotSatisfiable, Span, span_of
from services.gateway.records import Records
from services.gateway.routes import Parameter, Route, asked_job, unknown_job
from shared.blobs import Blobs
from shared.bus import Bus
from shared.errors import BlobMissing
from shared.events import JobClosed, VideoPublished, VideoRendered
from shared.job_events import Events, decode_events

RECORD = "job.json"
TYPES = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".md": "text/markdown",
    ".json": "application/json",
}
PAGE_POLICY = "sandbox allow-scripts; default-src 'self' 'unsafe-inline' data:; connect-src 'none'"
"""A film's own page may play; it may not act in the name of whoever looks at it."""


class FileList(msgspec.Struct, frozen=True):
    """By name."""

    files: list[str]


class Files:
    def __init__(self, bus: Bus, records: Records, blobs: Blobs) -> None:
        self._bus = bus
        self._records = records
        self._blobs = blobs

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/jobs/{job_id}/files",
                handler=self.list,
                summary="The names of what a job has made so far.",
                answers={200: FileList},
                faults=(404,),
            ),
            Route(
                method="GET",
                path="/jobs/{job_id}/files/{name}",
                handler=self.give,
                summary="One file a job has made, or a range of it.",
                headers=(Parameter(name="Range"),),
                answers={200: bytes, 206: bytes, 304: None},
                media="application/octet-stream",
                faults=(404, 416),
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        names = sorted({*await self.keys(asked_job(request)), RECORD})
        return web.Response(body=msgspec.json.encode(FileList(names)), content_type="application/json")

    async def give(self, request: web.Request) -> web.StreamResponse:
        job_id, name = asked_job(request), request.match_info["name"]
        keys = await self.keys(job_id)
        if name in keys:
            return await self._stream(request, name, keys[name])
        if name == RECORD and (record := await self._records.encoded(job_id)) is not None:
            return web.Response(body=record, content_type="application/json")
        hint = f"GET /jobs/{job_id}/files lists what there is."
        raise ApiError(404, "file_unknown", f"This job has no file {name[:100]!r}.", hint)

    async def _stream(self, request: web.Request, name: str, key: str) -> web.StreamResponse:
        size = await self._blobs.size(key)
        if size is None:
            raise _gone(name)
        etag = f'"{key.removeprefix("sha256/")}"'
        if request.headers.get(hdrs.IF_NONE_MATCH) == etag:
            return web.Response(status=304, headers={hdrs.ETAG: etag})
        unchanged = request.headers.get(hdrs.IF_RANGE, etag) == etag
        try:
            span = span_of(request.headers.get(hdrs.RANGE), size) if unchanged else None
        except NotSatisfiable as error:
            message = f"{name} has {size} bytes; the range lies outside."
            raise ApiError(416, "range_invalid", message, f"Ask for bytes=0-{size - 1}.") from error
        response = web.StreamResponse(status=206 if span else 200, headers=_headers(name, etag))
        response.content_length = span.stop - span.start if span else size
        if span:
            response.headers[hdrs.CONTENT_RANGE] = f"bytes {span.start}-{span.stop - 1}/{size}"
        await response.prepare(request)
        await self._write(response, name, key, span or Span(0, size))
        return response

    async def _write(self, response: web.StreamResponse, name: str, key: str, span: Span) -> None:
        try:
            async for chunk in self._blobs.part(key, span.start, span.stop):
                await response.write(chunk)
        except (
            BlobMissing
        ) as error:  # a part of it was sent: the connection is cut, so nobody takes it for the whole
            raise ConnectionResetError(f"{name}: {error}") from error

    async def keys(self, job_id: str) -> dict[str, str]:
        """Give the key of each file, of the newest generation that made it.

        Where the job was given a film that was made before, these are that film's, as long as they are kept.
        """
        stored = await self._bus.last([f"jobs.*.{job_id}.>"])
        if not stored:
            raise unknown_job()
        events = Events(decode_events(message.payload for message in stored))
        if events.found:
            with contextlib.suppress(ApiError):
                return await self.keys(events.found.film)
        keys: dict[str, str] = {}
        for language in events.languages:
            for made in (events.get(VideoRendered, language), events.get(VideoPublished, language)):
                keys.update(made.files if made else {})
        closed = events.get(JobClosed)
        keys.update(closed.files if closed else {})
        return keys


def _headers(name: str, etag: str) -> dict[str, str]:
    extension = f".{name.rpartition('.')[2]}"
    kind = TYPES.get(extension) or mimetypes.types_map.get(extension, "application/octet-stream")
    text = "; charset=utf-8" if kind.startswith("text/") else ""
    return {
        hdrs.CONTENT_TYPE: kind + text,
        hdrs.ACCEPT_RANGES: "bytes",
        hdrs.ETAG: etag,
        hdrs.CACHE_CONTROL: "private, no-cache",
        "Content-Security-Policy": PAGE_POLICY,
        "X-Content-Type-Options": "nosniff",
    }


def _gone(name: str) -> ApiError:
    hint = "Artefacts are kept for REPOREEL_RETENTION_DAYS; retry the job to make it again."
    return ApiError(404, "file_gone", f"{name} is no longer kept.", hint)
