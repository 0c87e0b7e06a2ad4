"""A bucket of Google Cloud Storage, by its JSON API.

`ifGenerationMatch` makes a write hold only for what was seen: 0 where nothing was. Files come by resumable
uploads (`resumable.py`) under a declared MD5, which Google holds against what arrived:
https://cloud.google.com/storage/docs/json_api/v1/objects/insert
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import quote, urlencode

import msgspec

from services.publisher.targets.answer import Answer
from services.publisher.targets.bucket.bucket import DIGEST, OWNER, Item, Keep, Stored, UploadLost
from services.publisher.targets.bucket.http import Http, meaning
from services.publisher.targets.bucket.identity import Identity
from services.publisher.targets.bucket.settings import BucketSettings
from services.publisher.targets.resumable import CHUNK_BYTES, SessionLost, send_file
from shared.errors import Reject

NOT_FOUND = 404
UNAUTHORIZED = 401


class _Object(msgspec.Struct, rename="camel"):
    """What Google tells of an object, as far as we ask."""

    generation: str
    size: str = "0"
    metadata: dict[str, str] = {}
    md5_hash: str = ""


class _Described(msgspec.Struct, rename="camel"):
    """What Google is told of an object; it holds the sum against what arrives."""

    name: str
    content_type: str
    metadata: dict[str, str]
    md5_hash: str


class GoogleStorage:
    def __init__(self, settings: BucketSettings, *, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._url = settings.gcs_url.rstrip("/")
        self._bucket = settings.bucket
        self._chunk_bytes = chunk_bytes
        self._http = Http()
        self._identity = Identity(settings, self._http)

    async def close(self) -> None:
        await self._http.close()

    async def find(self, name: str) -> Stored | None:
        answer = await self._ask("GET", self._object(name))
        if answer.status == NOT_FOUND:
            return None
        found = _decoded(self._good(answer, name))
        return Stored(
            version=found.generation,
            size=int(found.size),
            owner=found.metadata.get(OWNER, ""),
            sha256=found.metadata.get(DIGEST, ""),
        )

    async def read(self, name: str, start: int, stop: int) -> bytes:
        address = f"{self._object(name)}?alt=media"
        answer = await self._ask("GET", address, {"Range": f"bytes={start}-{stop - 1}"})
        return self._good(answer, name).body

    async def put(
        self, item: Item, over: str, upload: str, keep: Keep, progress: Callable[[float], None]
    ) -> None:
        described = await asyncio.to_thread(_described, item)
        if item.size <= self._chunk_bytes:
            await self._send_whole(item, over, described)
            return
        is_new = not upload
        if is_new:
            upload = await self._begin(item, over, described)
            await keep(upload)
        self._check_own(upload)
        try:
            await send_file(
                partial(self._put, upload),
                item.path,
                partial(self._arrived, item, described),
                progress,
                is_new=is_new,
                chunk_bytes=self._chunk_bytes,
            )
        except SessionLost as error:
            raise UploadLost from error

    async def _send_whole(self, item: Item, over: str, described: _Described) -> None:
        """Description and bytes in one request."""
        whole = await asyncio.to_thread(item.path.read_bytes)
        border = secrets.token_hex(16)
        rows = [
            f"--{border}\r\nContent-Type: {kind}\r\n\r\n".encode() + part
            for kind, part in [
                ("application/json", msgspec.json.encode(described)),
                (item.content_type, whole),
            ]
        ]
        headers = {"Content-Type": f"multipart/related; boundary={border}"}
        body = b"\r\n".join([*rows, f"--{border}--\r\n".encode()])
        answer = await self._ask("POST", self._upload("multipart", item, over), headers, body)
        self._arrived(item, described, answer)

    async def _begin(self, item: Item, over: str, described: _Described) -> str:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "X-Upload-Content-Type": item.content_type,
            "X-Upload-Content-Length": str(item.size),
        }
        address = self._upload("resumable", item, over)
        answer = await self._ask("POST", address, headers, msgspec.json.encode(described))
        upload = self._good(answer, item.name).headers.get("Location", "")
        if not upload:
            raise Reject("the bucket began an upload and did not say where", code="bucket_refused")
        return upload

    def _check_own(self, upload: str) -> None:
        """Our token goes nowhere else."""
        if not upload.startswith(f"{self._url}/"):
            raise Reject("the bucket leads an upload to another server", code="bucket_refused")

    def _arrived(self, item: Item, described: _Described, answer: Answer) -> None:
        found = _decoded(self._good(answer, item.name))
        if found.md5_hash not in ("", described.md5_hash):
            raise Reject(f"{item.name} arrived damaged in the bucket", code="bucket_refused")

    def _upload(self, kind: str, item: Item, over: str) -> str:
        query = {"uploadType": kind, "name": item.name, "ifGenerationMatch": over or "0"}
        return f"{self._url}/upload/storage/v1/b/{quote(self._bucket, safe='')}/o?{urlencode(query)}"

    def _object(self, name: str) -> str:
        return f"{self._url}/storage/v1/b/{quote(self._bucket, safe='')}/o/{quote(name, safe='')}"

    async def _put(self, upload: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        return await self._ask("PUT", upload, headers, body)

    async def _ask(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """One request; a token that was refused is renewed once."""
        answer = await self._http.ask(
            method, address, {**(headers or {}), **await self._identity.header()}, body
        )
        if answer.status == UNAUTHORIZED:
            fresh = await self._identity.header(renewed=True)
            answer = await self._http.ask(method, address, {**(headers or {}), **fresh}, body)
        return answer

    def _good(self, answer: Answer, name: str) -> Answer:
        if answer.status >= 300:  # noqa: PLR2004 - neither done nor an error we know of
            raise meaning(answer, f"gs://{self._bucket}/{name}")
        return answer


def _decoded(answer: Answer) -> _Object:
    try:
        return msgspec.json.decode(answer.body, type=_Object)
    except msgspec.DecodeError as error:
        raise Reject(f"the bucket's answer cannot be read: {error}", code="bucket_refused") from error


def _described(item: Item) -> _Described:
    with item.path.open("rb") as file:
        digest = hashlib.file_digest(file, partial(hashlib.md5, usedforsecurity=False))
    md5 = base64.b64encode(digest.digest()).decode()
    return _Described(name=item.name, content_type=item.content_type, metadata=item.notes, md5_hash=md5)
