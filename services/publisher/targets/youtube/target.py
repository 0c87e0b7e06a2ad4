"""Sends a film to YouTube: the video once, then what decorates it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import structlog
from yarl import URL

from services.publisher.targets.answer import Answer
from services.publisher.targets.ledger import Ledger, Page
from services.publisher.targets.resumable import CHUNK_BYTES, SessionLost, send_file
from services.publisher.targets.target import Parcel
from services.publisher.targets.youtube import details
from services.publisher.targets.youtube.answers import Video, meaning
from services.publisher.targets.youtube.calls import Calls
from services.publisher.targets.youtube.channel import Channel
from services.publisher.targets.youtube.older import Older
from services.publisher.targets.youtube.quota import Quota
from services.publisher.targets.youtube.settings import YouTubeSettings
from shared.errors import Reject
from shared.events import now

log = structlog.get_logger(__name__)

VIDEO_PERCENT = 90.0
LINKED = "linked"


class YouTube:
    name = "youtube"

    def __init__(
        self,
        calls: Calls,
        ledger: Ledger,
        quota: Quota,
        settings: YouTubeSettings,
        clock: Callable[[], datetime],
        *,
        chunk_bytes: int = CHUNK_BYTES,
    ) -> None:
        self._calls = calls
        self._ledger = ledger
        self._quota = quota
        self._settings = settings
        self._clock = clock
        self._chunk_bytes = chunk_bytes
        self._older = Older(calls, quota, settings.api_url, clock)
        self._channel = Channel(calls, quota, settings, clock)

    async def send(self, parcel: Parcel, page: Page, progress: Callable[[float], None]) -> str:
        """Upload the video, once, then its thumbnail, captions and playlist; give its address."""
        if not page.entry.reference:
            video = await self._video(parcel, page, lambda percent: progress(percent * VIDEO_PERCENT / 100))
            await page.record(reference=video.id, url=f"https://youtu.be/{video.id}", session="")
        await self._link_back(page)
        for step, take in self._channel.steps(parcel):
            if step not in page.entry.done:
                await take(page.entry.reference)
                await page.tick_off(step)
        progress(100.0)
        return page.entry.url

    async def withdraw(self, page: Page) -> None:
        """Delete the video; deleting it twice does no harm, so that is noted afterwards."""
        await self._older.delete(page.entry.reference)
        await page.record(withdrawn=True)

    async def _link_back(self, page: Page) -> None:
        """Let the video that this one replaces say where the new one is."""
        predecessor = await self._ledger.predecessor(page.key)
        if predecessor is not None and LINKED not in page.entry.done:
            await self._older.point_to(predecessor.reference, page.entry.url)
            await page.tick_off(LINKED)

    async def _video(self, parcel: Parcel, page: Page, progress: Callable[[float], None]) -> Video:
        if not page.entry.session:
            await page.record(session=await self._session(parcel, page))
        try:
            return await self._brought(parcel, page, progress)
        except SessionLost:
            return await self._found_again(parcel, page, progress)

    async def _brought(self, parcel: Parcel, page: Page, progress: Callable[[float], None]) -> Video:
        send = partial(self._calls.ask, "PUT", URL(page.entry.session, encoded=True))
        return await send_file(send, parcel.video, _uploaded, progress, chunk_bytes=self._chunk_bytes)

    async def _found_again(self, parcel: Parcel, page: Page, progress: Callable[[float], None]) -> Video:
        """Look for the video among the channel's newest before starting anew."""
        video = await self._channel.find(details.marker(parcel))
        if video is not None:
            return video
        log.warning("youtube.session_lost", language=parcel.language)
        await page.record(session=await self._session(parcel, page))
        try:
            return await self._brought(parcel, page, progress)
        except SessionLost as error:
            raise Reject("YouTube forgets our uploads at once", code="youtube_refused") from error

    async def _session(self, parcel: Parcel, page: Page) -> str:
        """Start an upload; nothing exists on YouTube before its last byte has arrived."""
        await self._quota.spend("videos.insert", self._clock())
        predecessor = await self._ledger.predecessor(page.key)
        earlier = predecessor.url if predecessor else ""
        resource = details.resource(parcel, self._settings, self._clock(), earlier)
        return await self._started(resource, parcel.video.stat().st_size)

    async def _started(self, resource: dict[str, Any], size: int) -> str:
        address = URL(self._settings.api_url.rstrip("/")) / "resumable/upload/youtube/v3/videos"
        query = {"uploadType": "resumable", "part": ",".join(resource), "notifySubscribers": "false"}
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "X-Upload-Content-Length": str(size),
            "X-Upload-Content-Type": "video/mp4",
        }
        body = msgspec.json.encode(resource)
        answer = await self._calls.checked("POST", address.with_query(query), body, headers)
        location = answer.headers.get("Location", "")
        if not location:
            raise Reject("YouTube started an upload and did not say where", code="youtube_refused")
        return location


def _uploaded(answer: Answer) -> Video:
    if answer.status >= 300:  # noqa: PLR2004 - neither done nor to be continued
        raise meaning(answer.status, answer.body, answer.headers.get("Retry-After", ""), now())
    try:
        return msgspec.json.decode(answer.body, type=Video)
    except msgspec.DecodeError as error:
        raise Reject(
            f"YouTube's answer to an upload cannot be read: {error}", code="youtube_refused"
        ) from error
