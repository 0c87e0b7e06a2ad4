"""What fake-gcs-server leaves out of Google's resumable uploads, added on the way to it.

https://cloud.google.com/storage/docs/performing-resumable-uploads: `bytes */SIZE` asks where an upload stands
(the server takes it for the end), a chunk counts only where the last one ended, and `ifGenerationMatch` holds
when the last chunk arrives (the server forgets it).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from tests.support.relay import Relay

CHUNK = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass
class Upload:
    name: str
    match: str
    arrived: int = 0
    ended: tuple[int, bytes] | None = None


class GoogleRelay(Relay):
    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.uploads: dict[str, Upload] = {}

    async def answered(self, request: web.Request, body: bytes) -> web.Response:
        upload = self.uploads.get(request.query.get("upload_id", ""))
        if upload is not None and request.method == "PUT":
            return await self._continued(request, body, upload)
        found = await super().answered(request, body)
        if request.query.get("uploadType") == "resumable" and request.method == "POST":
            begun = re.search(r"upload_id=([^&]+)", found.headers["Location"])
            self.uploads[begun[1]] = Upload(request.query["name"], request.query["ifGenerationMatch"])
        return found

    async def _continued(self, request: web.Request, body: bytes, upload: Upload) -> web.Response:
        if upload.ended:
            return web.Response(status=upload.ended[0], body=upload.ended[1])
        chunk = CHUNK.fullmatch(request.headers["Content-Range"])
        if chunk is None or int(chunk[1]) != upload.arrived:
            return _stands(upload)
        first, last, size = map(int, chunk.groups())
        assert last - first + 1 == len(body)
        if last + 1 < size:
            assert len(body) % (256 * 1024) == 0
        elif await self._generation(upload.name) != upload.match:
            upload.ended = 412, b'{"error": {"message": "Precondition failed"}}'
            return web.Response(status=412, body=upload.ended[1])
        found = await super().answered(request, body)
        upload.arrived = last + 1
        if found.status == 200:
            upload.ended = 200, found.body
        return found

    async def _generation(self, name: str) -> str:
        """Of the object as it stands; 0 where there is none."""
        address = f"{self._to}/storage/v1/b/films/o/{quote(name, safe='')}"
        async with self._session.get(address) as answer:
            return json.loads(await answer.read())["generation"] if answer.status == 200 else "0"


def _stands(upload: Upload) -> web.Response:
    reach = {"Range": f"bytes=0-{upload.arrived - 1}"} if upload.arrived else {}
    return web.Response(status=308, headers=reach)
