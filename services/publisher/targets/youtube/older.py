"""What becomes of a video that another one replaces, or that is taken down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from yarl import URL

from services.publisher.targets.youtube.answers import meaning
from services.publisher.targets.youtube.calls import Calls
from services.publisher.targets.youtube.details import MOST_DESCRIPTION_BYTES
from services.publisher.targets.youtube.quota import Quota

KEPT = ("title", "description", "categoryId", "tags", "defaultLanguage", "defaultAudioLanguage")
"""What an update must repeat, or YouTube takes it away."""
GONE = 404


class _Video(msgspec.Struct):
    snippet: dict[str, Any] = {}


class _Videos(msgspec.Struct):
    items: list[_Video] = []


class Older:
    def __init__(self, calls: Calls, quota: Quota, api_url: str, clock: Callable[[], datetime]) -> None:
        self._calls = calls
        self._quota = quota
        self._api = URL(api_url.rstrip("/")) / "youtube/v3/videos"
        self._clock = clock

    async def point_to(self, video_id: str, newer: str) -> None:
        """Let its description begin with the newer video's address; one that is gone stays gone."""
        await self._quota.spend("videos.list", self._clock())
        query = {"part": "snippet", "id": video_id}
        found = (await self._calls.call("GET", "videos", _Videos, query=query)).items
        if not found or newer in found[0].snippet.get("description", ""):
            return
        snippet = {name: found[0].snippet[name] for name in KEPT if name in found[0].snippet}
        snippet["description"] = _shortened(f"→ {newer}\n\n{snippet.get('description', '')}")
        await self._quota.spend("videos.update", self._clock())
        body = {"id": video_id, "snippet": snippet}
        await self._calls.call("PUT", "videos", _Video, query={"part": "snippet"}, body=body)

    async def delete(self, video_id: str) -> None:
        """Delete it; that it is gone already is as good. Raises Retry or Reject."""
        await self._quota.spend("videos.delete", self._clock())
        answer = await self._calls.ask("DELETE", self._api.with_query(id=video_id), None, {})
        if answer.status >= 300 and answer.status != GONE:  # noqa: PLR2004 - no success
            raise meaning(answer.status, answer.body, answer.headers.get("Retry-After", ""), self._clock())


def _shortened(text: str) -> str:
    return text.encode()[:MOST_DESCRIPTION_BYTES].decode("utf-8", "ignore")
