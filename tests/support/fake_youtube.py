"""A YouTube on the loopback: resumable uploads, quota, and faults on demand.

Every request is held against the discovery document (`tests/support/discovery.py`) and the limits that the
documentation states; what they do not allow is answered 400 and noted in `refused`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from tests.support.discovery import faults, method_of

KIBIBYTE = 1024
GRAIN = 256 * KIBIBYTE
REFRESH_TOKEN = "1//refresh"
SCOPE = " ".join(f"https://www.googleapis.com/auth/youtube.{name}" for name in ("upload", "force-ssl"))


@dataclass
class Fault:
    """What goes wrong at the next request of a kind: `start`, `chunk`, `token`, or a method's name."""

    at: str
    status: int = 0
    """Answered instead; 0 answers nothing and closes the connection."""
    reason: str = "backendError"
    keep: int | None = None
    """Of a chunk: so many bytes of it arrive first; None keeps it all."""


@dataclass
class Upload:
    resource: dict[str, Any]
    size: int
    content: bytearray = field(default_factory=bytearray)
    video_id: str = ""


class FakeYouTube:
    """Use as an async context manager; `url` is its address."""

    def __init__(self) -> None:
        self.uploads: dict[str, Upload] = {}
        self.videos: dict[str, dict[str, Any]] = {}
        self.contents: dict[str, str] = {}
        """sha256 of each video's bytes."""
        self.thumbnails: dict[str, bytes] = {}
        self.captions: dict[str, list[dict[str, Any]]] = {}
        self.playlists: dict[str, dict[str, Any]] = {}
        self.listed: dict[str, list[str]] = {}
        """Videos of each playlist."""
        self.calls: Counter[str] = Counter()
        self.refused: list[str] = []
        self.faults: list[Fault] = []
        self.locked_private = False
        self.token_works = True
        self.scope = SCOPE
        self.token_days: float | None = None
        """How long a refresh token lives; None for ever."""
        self._challenges: dict[str, str] = {}
        self._tokens: set[str] = set()
        app = web.Application(client_max_size=1 << 26)
        app.router.add_post("/token", self._token)
        app.router.add_put("/upload-session/{session}", self._chunk)
        app.router.add_route("*", "/{rest:.*}", self._method)
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("")).rstrip("/")

    def forget_sessions(self) -> None:
        """As if a week had passed."""
        self.uploads.clear()

    def expire_tokens(self) -> None:
        self._tokens.clear()

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if fault := self._fault("token"):
            return web.json_response({"error": fault.reason}, status=fault.status)
        if not self.token_works or not self._is_ours(form):
            refusal = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            return web.json_response(refusal, status=400)
        token = secrets.token_hex(8)
        self._tokens.add(token)
        granted = {"access_token": token, "expires_in": 3599, "scope": self.scope, "token_type": "Bearer"}
        if form["grant_type"] == "authorization_code":
            granted["refresh_token"] = REFRESH_TOKEN
        if self.token_days is not None:
            granted["refresh_token_expires_in"] = int(self.token_days * 86_400)
        return web.json_response(granted)

    def consent(self, address: str) -> str:
        """What Google does once the operator has agreed: gives the address their browser goes to next."""
        query = URL(address).query
        assert query["access_type"] == "offline"
        assert query["code_challenge_method"] == "S256"
        self._challenges["4/code"] = query["code_challenge"]
        return str(URL(query["redirect_uri"]).with_query(code="4/code", state=query["state"]))

    def _is_ours(self, form: Any) -> bool:
        if form["grant_type"] == "refresh_token":
            return bool(form["refresh_token"] == REFRESH_TOKEN)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self._challenges.pop(form["code"], None) == challenge

    async def _method(self, request: web.Request) -> web.StreamResponse:
        name = method_of(request.method, request.path)
        if name is None:
            return self._refusal(404, "notFound", f"{request.method} {request.path}")
        if not self._authorized(request):
            return _error(401, "authError")
        if fault := self._fault("start" if name == "videos.insert" else name):
            return self._failed(request, fault)
        self.calls[name] += 1
        resource, content = await _parts(request)
        found = faults(name, request.query, resource)
        if found:
            return self._refusal(400, "badRequest", f"{name}: {'; '.join(found)}")
        return await self._answers(name)(request, resource or {}, content)

    def _answers(self, name: str) -> Callable[..., Any]:
        return {
            "videos.insert": self._start,
            "videos.list": self._list_videos,
            "videos.update": self._update_video,
            "videos.delete": self._delete_video,
            "thumbnails.set": self._set_thumbnail,
            "captions.list": self._list_captions,
            "captions.insert": self._insert_caption,
            "channels.list": self._list_channels,
            "playlists.list": self._list_playlists,
            "playlists.insert": self._insert_playlist,
            "playlistItems.list": self._list_items,
            "playlistItems.insert": self._insert_item,
        }[name]

    async def _start(
        self, request: web.Request, resource: dict[str, Any], _content: bytes
    ) -> web.StreamResponse:
        if wrong := _beyond_limits(resource):
            return self._refusal(400, wrong, str(resource))
        session = secrets.token_hex(8)
        self.uploads[session] = Upload(resource, int(request.headers["X-Upload-Content-Length"]))
        return web.Response(headers={"Location": f"{self.url}/upload-session/{session}"})

    async def _chunk(self, request: web.Request) -> web.StreamResponse:
        if not self._authorized(request):
            return _error(401, "authError")
        upload = self.uploads.get(request.match_info["session"])
        if upload is None:
            return _error(404, "uploadNotFound")
        reach, body = request.headers["Content-Range"], await request.read()
        if not reach.startswith("bytes */"):
            wrong = self._take(upload, reach, body)
            if wrong is not None:
                return wrong
        fault = None if reach.startswith("bytes */") else self._fault("chunk")
        if fault is not None:
            del upload.content[
                len(upload.content) - len(body) + (len(body) if fault.keep is None else fault.keep) :
            ]
            self._finish(upload)
            return self._failed(request, fault)
        self._finish(upload)
        return self._standing(upload)

    def _take(self, upload: Upload, reach: str, body: bytes) -> web.StreamResponse | None:
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", reach)
        assert match is not None, reach
        first, last, size = map(int, match.groups())
        if size != upload.size or last - first + 1 != len(body):
            return self._refusal(400, "badRequest", reach)
        if last + 1 != size and len(body) % GRAIN:
            return self._refusal(400, "badChunk", f"{len(body)} bytes")
        if first != len(upload.content):
            return self._standing(upload)
        upload.content += body
        return None

    def _finish(self, upload: Upload) -> None:
        if len(upload.content) < upload.size or upload.video_id:
            return
        upload.video_id = secrets.token_hex(6)
        asked = upload.resource.get("status", {})
        status = {**asked, "uploadStatus": "uploaded"}
        if self.locked_private:
            status["privacyStatus"] = "private"
        self.videos[upload.video_id] = {**upload.resource, "id": upload.video_id, "status": status}
        self.contents[upload.video_id] = hashlib.sha256(upload.content).hexdigest()

    def _standing(self, upload: Upload) -> web.StreamResponse:
        if upload.video_id:
            return web.json_response(self.videos[upload.video_id])
        arrived = len(upload.content)
        return web.Response(status=308, headers={"Range": f"bytes=0-{arrived - 1}"} if arrived else {})

    async def _list_videos(self, request: web.Request, *_: Any) -> web.StreamResponse:
        ids = request.query["id"].split(",")
        return web.json_response({"items": [self.videos[one] for one in ids if one in self.videos]})

    async def _update_video(
        self, _request: web.Request, resource: dict[str, Any], _content: bytes
    ) -> web.StreamResponse:
        """Each part that is named takes the old one's place as a whole."""
        video = self.videos.get(resource["id"])
        if video is None:
            return _error(404, "videoNotFound")
        video |= resource
        return web.json_response(video)

    async def _delete_video(self, request: web.Request, *_: Any) -> web.StreamResponse:
        if self.videos.pop(request.query["id"], None) is None:
            return _error(404, "videoNotFound")
        return web.Response(status=204)

    async def _set_thumbnail(self, request: web.Request, _: Any, content: bytes) -> web.StreamResponse:
        if len(content) > 2 * KIBIBYTE * KIBIBYTE:
            return self._refusal(400, "mediaBodyRequired", "too large")
        self.thumbnails[request.query["videoId"]] = content
        return web.json_response({"items": [{}]})

    async def _list_captions(self, request: web.Request, *_: Any) -> web.StreamResponse:
        snippets = self.captions.get(request.query["videoId"], [])
        return web.json_response(
            {"items": [{"id": str(n), "snippet": one} for n, one in enumerate(snippets)]}
        )

    async def _insert_caption(
        self, _: web.Request, resource: dict[str, Any], content: bytes
    ) -> web.StreamResponse:
        snippet = resource["snippet"] | {"size": len(content)}
        self.captions.setdefault(snippet["videoId"], []).append(snippet)
        return web.json_response({"id": secrets.token_hex(4), "snippet": snippet})

    async def _list_channels(self, *_: Any) -> web.StreamResponse:
        return web.json_response({"items": [{"contentDetails": {"relatedPlaylists": {"uploads": "UU"}}}]})

    async def _list_playlists(self, *_: Any) -> web.StreamResponse:
        found = [{"id": known, "snippet": one["snippet"]} for known, one in self.playlists.items()]
        return web.json_response({"items": found})

    async def _insert_playlist(
        self, _: web.Request, resource: dict[str, Any], *__: Any
    ) -> web.StreamResponse:
        known = f"PL{len(self.playlists)}"
        self.playlists[known] = resource
        return web.json_response({"id": known, **resource})

    async def _list_items(self, request: web.Request, *_: Any) -> web.StreamResponse:
        playlist = request.query["playlistId"]
        ids = list(reversed(self.videos)) if playlist == "UU" else self.listed.get(playlist, [])
        wanted = request.query.get("videoId")
        items = [{"contentDetails": {"videoId": one}} for one in ids if wanted in {None, one}]
        return web.json_response({"items": items})

    async def _insert_item(self, _: web.Request, resource: dict[str, Any], *__: Any) -> web.StreamResponse:
        snippet = resource["snippet"]
        self.listed.setdefault(snippet["playlistId"], []).append(snippet["resourceId"]["videoId"])
        return web.json_response({"id": secrets.token_hex(4), **resource})

    def _authorized(self, request: web.Request) -> bool:
        return request.headers.get("Authorization", "").removeprefix("Bearer ") in self._tokens

    def _fault(self, kind: str) -> Fault | None:
        found = next((fault for fault in self.faults if fault.at == kind), None)
        if found is not None:
            self.faults.remove(found)
        return found

    def _failed(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status:
            return _error(fault.status, fault.reason)
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    def _refusal(self, status: int, reason: str, why: str) -> web.StreamResponse:
        self.refused.append(f"{reason}: {why}")
        return _error(status, reason)


def _error(status: int, reason: str) -> web.StreamResponse:
    body = {"error": {"code": status, "message": reason, "errors": [{"reason": reason}]}}
    return web.json_response(body, status=status)


async def _parts(request: web.Request) -> tuple[dict[str, Any] | None, bytes]:
    """What a request says, and the media it brings."""
    body = await request.read()
    if request.query.get("uploadType") == "media":
        return None, body
    if request.content_type == "multipart/related":
        boundary = b"--" + re.search(r"boundary=([\w-]+)", request.headers["Content-Type"])[1].encode()  # type: ignore[index]
        pieces = [
            piece.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for piece in body.split(boundary)[1:-1]
        ]
        return json.loads(pieces[0]), pieces[1]
    return (json.loads(body) if body else None), b""


def _beyond_limits(resource: dict[str, Any]) -> str:
    """The documented limits that a schema cannot say."""
    snippet, status = resource.get("snippet", {}), resource.get("status", {})
    title, description = snippet.get("title", ""), snippet.get("description", "")
    tags = ",".join(f'"{tag}"' if " " in tag else tag for tag in snippet.get("tags", []))
    checks = {
        "invalidTitle": not title or len(title) > 100 or set("<>") & set(title),
        "invalidDescription": len(description.encode()) > 5000 or set("<>") & set(description),
        "invalidTags": len(tags) > 500,
        "invalidPublishAt": status.get("publishAt") and status.get("privacyStatus") != "private",
        "defaultLanguageNotSet": resource.get("localizations") and not snippet.get("defaultLanguage"),
    }
    return next((reason for reason, wrong in checks.items() if wrong), "")
