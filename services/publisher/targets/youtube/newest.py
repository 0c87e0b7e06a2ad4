"""The newest videos of our channel: where a film is looked for whose upload was cut off at its very end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from services.publisher.targets.youtube.answers import Video
from services.publisher.targets.youtube.calls import Calls

MOST = 50
"""Also the most that one page of an answer holds."""
COSTS = ("channels.list", "playlistItems.list", "videos.list")
OURS = "reporeel-"


class _Item(msgspec.Struct):
    content_details: dict[str, Any] = msgspec.field(name="contentDetails", default_factory=dict)


class _Items(msgspec.Struct):
    items: list[_Item] = []


class _Videos(msgspec.Struct):
    items: list[Video] = []


async def newest(calls: Calls) -> list[Video]:
    """Give up to 50; raises Retry or Reject. Three calls, of the kinds in `COSTS`."""
    query = {"part": "contentDetails", "mine": "true"}
    channels = (await calls.call("GET", "channels", _Items, query=query)).items
    if not channels:
        return []
    uploads = channels[0].content_details["relatedPlaylists"]["uploads"]
    query = {"part": "contentDetails", "playlistId": uploads, "maxResults": str(MOST)}
    listed = (await calls.call("GET", "playlistItems", _Items, query=query)).items
    return await videos(calls, [item.content_details["videoId"] for item in listed])


async def newest_of_ours(calls: Calls) -> list[Video]:
    """Those of the newest that carry one of our tags."""
    return [one for one in await newest(calls) if any(tag.startswith(OURS) for tag in one.snippet.tags)]


async def videos(calls: Calls, ids: Sequence[str]) -> list[Video]:
    """Give those of the videos that are there."""
    if not ids:
        return []
    query = {"part": "id,snippet,status", "id": ",".join(ids)}
    return (await calls.call("GET", "videos", _Videos, query=query)).items
