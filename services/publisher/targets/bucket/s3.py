"""A bucket that speaks S3: Amazon's, MinIO's, SeaweedFS's, Cloudflare's.

Large files go in parts that may be sent again; what has arrived is listed, not guessed. `If-None-Match: *`
and `If-Match` hold for the last step, so nothing is written over that was not seen:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError, fromstring

from services.publisher.targets.answer import Answer
from services.publisher.targets.bucket.bucket import DIGEST, OWNER, Item, Keep, Stored, UploadLost, piece
from services.publisher.targets.bucket.http import Http, meaning
from services.publisher.targets.bucket.settings import BucketSettings
from services.publisher.targets.bucket.sigv4 import Key, path_string, query_string, signed
from shared.errors import Reject

PART_BYTES = 8 << 20
"""At least 5 MiB; of at most 10,000 parts."""
NOT_FOUND = 404
META = "x-amz-meta-"


class S3:
    def __init__(self, settings: BucketSettings, *, part_bytes: int = PART_BYTES) -> None:
        amazon = f"https://s3.{settings.s3_region}.amazonaws.com"
        self._base = urlsplit((settings.s3_url or amazon).rstrip("/"))
        self._bucket = settings.bucket
        self._key = Key(settings.s3_key, settings.s3_secret, settings.s3_region)
        self._part_bytes = part_bytes
        self._http = Http()

    async def close(self) -> None:
        await self._http.close()

    async def find(self, name: str) -> Stored | None:
        answer = await self._ask("HEAD", name)
        if answer.status == NOT_FOUND:
            return None
        headers = self._good(answer, name).headers
        return Stored(
            version=headers.get("ETag", ""),
            size=int(headers.get("Content-Length", "0")),
            owner=headers.get(f"{META}{OWNER}", ""),
            sha256=headers.get(f"{META}{DIGEST}", ""),
        )

    async def read(self, name: str, start: int, stop: int) -> bytes:
        answer = await self._ask("GET", name, headers={"Range": f"bytes={start}-{stop - 1}"})
        return self._good(answer, name).body

    async def put(
        self, item: Item, over: str, upload: str, keep: Keep, progress: Callable[[float], None]
    ) -> None:
        if item.size <= self._part_bytes:
            body = await asyncio.to_thread(item.path.read_bytes)
            headers = _described(item) | _condition(over)
            self._good(await self._ask("PUT", item.name, headers=headers, body=body), item.name)
            return
        if not upload:
            upload = await self._begin(item)
            await keep(upload)
        await self._send_parts(item, upload, over, progress)

    async def _begin(self, item: Item) -> str:
        answer = await self._ask("POST", item.name, {"uploads": ""}, _described(item))
        return _text(_xml(self._good(answer, item.name)), "UploadId")

    async def _send_parts(
        self, item: Item, upload: str, over: str, progress: Callable[[float], None]
    ) -> None:
        there = await self._parts(item.name, upload)
        count = -(-item.size // self._part_bytes)
        for number in range(1, count + 1):
            if number not in there:
                there[number] = await self._send_part(item, upload, number)
            progress(100.0 * number / count)
        rows = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{there[number]}</ETag></Part>"
            for number in range(1, count + 1)
        )
        body = f"<CompleteMultipartUpload>{rows}</CompleteMultipartUpload>".encode()
        answer = self._known(
            await self._ask("POST", item.name, {"uploadId": upload}, _condition(over), body), item.name
        )
        if _xml(answer).tag.endswith("Error"):  # said after a good status, when joining took long
            raise meaning(Answer(500, answer.headers, answer.body), item.name)

    async def _send_part(self, item: Item, upload: str, number: int) -> str:
        body = await asyncio.to_thread(piece, item.path, (number - 1) * self._part_bytes, self._part_bytes)
        query = {"partNumber": str(number), "uploadId": upload}
        answer = self._known(await self._ask("PUT", item.name, query, body=body), item.name)
        return answer.headers.get("ETag", "")

    async def _parts(self, name: str, upload: str) -> dict[int, str]:
        """The tags of the parts that have arrived, by number."""
        found: dict[int, str] = {}
        after = 0
        while True:
            query = {"uploadId": upload, "part-number-marker": str(after)}
            listing = _xml(self._known(await self._ask("GET", name, query), name))
            parts = {int(_text(one, "PartNumber")): _text(one, "ETag") for one in _all(listing, "Part")}
            found |= parts
            if _text(listing, "IsTruncated") != "true" or not parts:
                return found
            after = max(parts)

    async def _ask(
        self,
        method: str,
        name: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        base, path = self._base, f"{self._base.path}/{self._bucket}/{name}"
        asked = query or {}
        sent = signed(self._key, method, base.netloc, path, asked, headers or {}, body, datetime.now(UTC))
        url = f"{base.scheme}://{base.netloc}{path_string(path)}"
        return await self._http.ask(method, f"{url}?{query_string(asked)}" if asked else url, sent, body)

    def _known(self, answer: Answer, name: str) -> Answer:
        """An answer about an upload, which may be gone."""
        if answer.status == NOT_FOUND and b"NoSuchBucket" not in answer.body:
            raise UploadLost
        return self._good(answer, name)

    def _good(self, answer: Answer, name: str) -> Answer:
        if answer.status >= 300:  # noqa: PLR2004 - neither done nor an error we know of
            raise meaning(answer, f"s3://{self._bucket}/{name}")
        return answer


def _described(item: Item) -> dict[str, str]:
    notes = {f"{META}{name}": value for name, value in item.notes.items()}
    return {"Content-Type": item.content_type, **notes}


def _condition(over: str) -> dict[str, str]:
    return {"If-Match": over} if over else {"If-None-Match": "*"}


def _xml(answer: Answer) -> Element:
    try:
        return fromstring(answer.body)  # noqa: S314 - expat bounds what entities may grow to
    except ParseError as error:
        raise Reject(f"the bucket's answer cannot be read: {error}", code="bucket_refused") from error


def _all(parent: Element, name: str) -> list[Element]:
    """Children of that name, whatever namespace the server gives them."""
    return [child for child in parent if child.tag.rpartition("}")[2] == name]


def _text(parent: Element, name: str) -> str:
    return next(((child.text or "").strip() for child in _all(parent, name)), "")
