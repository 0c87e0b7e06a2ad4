"""What surrounds a video on its channel: thumbnail, captions, playlist, and how private it really became.

Each step may be taken twice without harm: what is there already is left alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import structlog

from services.publisher.targets.target import Parcel
from services.publisher.targets.youtube.answers import Video
from services.publisher.targets.youtube.calls import Calls
from services.publisher.targets.youtube.details import privacy_of
from services.publisher.targets.youtube.newest import COSTS, newest, videos
from services.publisher.targets.youtube.quota import Quota
from services.publisher.targets.youtube.settings import YouTubeSettings
from shared.errors import Reject

log = structlog.get_logger(__name__)

Step = Callable[[str], Awaitable[None]]

MOST_THUMBNAIL_BYTES = 2 * 1024 * 1024
A_PAGE = 50
MOST_PAGES = 20
BOUNDARY = "reporeel-captions"


class _Named(msgspec.Struct):
    id: str = ""
    snippet: Any = None


class _Listed(msgspec.Struct):
    items: list[_Named] = []
    next_page: str = msgspec.field(name="nextPageToken", default="")


class Channel:
    def __init__(
        self, calls: Calls, quota: Quota, settings: YouTubeSettings, clock: Callable[[], datetime]
    ) -> None:
        self._calls = calls
        self._quota = quota
        self._settings = settings
        self._clock = clock

    def steps(self, parcel: Parcel) -> Iterator[tuple[str, Step]]:
        """What remains once the video stands, the dearest last."""
        yield "privacy", partial(self._read_privacy, parcel)
        yield "thumbnail", partial(self._thumbnail, parcel)
        if self._settings.playlists != "none":
            yield "playlist", partial(self._playlist, parcel)
        if self._settings.captions:
            yield "captions", partial(self._captions, parcel)

    async def find(self, marker: str) -> Video | None:
        """Find the video that carries a tag, among the channel's newest."""
        for call in COSTS:
            await self._spend(call)
        return next((one for one in await newest(self._calls) if marker in one.snippet.tags), None)

    async def _read_privacy(self, parcel: Parcel, video_id: str) -> None:
        """Say so where YouTube made it more private than asked, as it does to unaudited projects."""
        await self._spend("videos.list")
        found = await videos(self._calls, [video_id])
        if not found:
            raise Reject(
                "the video is gone from YouTube", code="youtube_refused", hint="Look at the channel."
            )
        wanted, real = privacy_of(parcel, self._settings), found[0].status.privacy_status
        if real != wanted and not self._settings.publish_delay_hours:
            log.warning("youtube.locked_private", video=video_id, wanted=wanted, real=real)

    async def _thumbnail(self, parcel: Parcel, video_id: str) -> None:
        picture = (parcel.folder / parcel.film.thumbnail).read_bytes()
        if len(picture) > MOST_THUMBNAIL_BYTES:
            raise Reject(
                f"the thumbnail has {len(picture)} bytes; YouTube takes 2 MiB", code="youtube_refused"
            )
        await self._spend("thumbnails.set")
        await self._calls.upload(
            "thumbnails/set",
            query={"videoId": video_id, "uploadType": "media"},
            body=picture,
            content_type="image/jpeg",
        )

    async def _captions(self, parcel: Parcel, video_id: str) -> None:
        there = await self._list("captions", part="snippet", videoId=video_id)
        if any(one.snippet.get("language") == parcel.language for one in there.items):
            return
        subtitles = (parcel.folder / f"subtitles.{parcel.language}.srt").read_bytes()
        snippet = {"videoId": video_id, "language": parcel.language, "name": "", "isDraft": False}
        await self._spend("captions.insert")
        await self._calls.upload(
            "captions",
            query={"part": "snippet", "uploadType": "multipart"},
            body=_related(msgspec.json.encode({"snippet": snippet}), subtitles),
            content_type=f"multipart/related; boundary={BOUNDARY}",
        )

    async def _playlist(self, parcel: Parcel, video_id: str) -> None:
        name = parcel.language if self._settings.playlists == "language" else parcel.facts.repo
        playlist = await self._playlist_named(name, privacy_of(parcel, self._settings))
        there = await self._list("playlistItems", part="id", playlistId=playlist, videoId=video_id)
        if not there.items:
            await self._insert(
                "playlistItems",
                {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video_id}},
            )

    async def _playlist_named(self, name: str, privacy: str) -> str:
        page = ""
        for _page in range(MOST_PAGES):
            query = {"part": "snippet", "mine": "true", "maxResults": str(A_PAGE)}
            listed = await self._list("playlists", **query, **({"pageToken": page} if page else {}))
            for one in listed.items:
                if one.snippet.get("title") == name:
                    return one.id
            page = listed.next_page
            if not page:
                break
        return (await self._insert("playlists", {"title": name}, status={"privacyStatus": privacy})).id

    async def _list(self, what: str, **query: str) -> _Listed:
        await self._spend(f"{what}.list")
        return await self._calls.call("GET", what, _Listed, query=query)

    async def _insert(self, what: str, snippet: dict[str, Any], **more: Any) -> _Named:
        await self._spend(f"{what}.insert")
        parts = {"snippet": snippet, **more}
        return await self._calls.call("POST", what, _Named, query={"part": ",".join(parts)}, body=parts)

    async def _spend(self, call: str) -> None:
        await self._quota.spend(call, self._clock())


def _related(metadata: bytes, content: bytes) -> bytes:
    """A multipart/related body: what it is, then it."""
    kinds = ((b"application/json; charset=UTF-8", metadata), (b"application/octet-stream", content))
    parts = [
        b"--%s\r\nContent-Type: %s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), kind, part) for kind, part in kinds
    ]
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY.encode()
