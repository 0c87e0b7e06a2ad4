"""The history in Firestore, by its REST API (ADR-40): a document a film.

Writing is guarded by preconditions: a document is created only where there is none, and replaced only where
it has not changed since it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from shared.errors import Reject
from shared.history.entry import MOST_LISTED, Entry, Kept, last_changed_first, newest_first
from shared.history.google import HINT, Tokens, away
from shared.history.ids import document_id, repository_word
from shared.history.values import REPOSITORY, entry_of, fields_of

PUBLIC = "https://firestore.googleapis.com"
PATIENCE = aiohttp.ClientTimeout(total=30.0, sock_connect=10.0)
MOST_BYTES = 4 << 20
FINE = frozenset({200})
NOT_THERE = 404
CONFLICTS = frozenset({"ALREADY_EXISTS", "FAILED_PRECONDITION", "ABORTED", "NOT_FOUND"})
"""What a precondition that does not hold is called."""
PASSING = frozenset({408, 429})


class _Document(msgspec.Struct):
    fields: dict[str, Any] = {}
    updateTime: str = ""  # noqa: N815 - its name in JSON


class _Found(msgspec.Struct):
    document: _Document | None = None


class _Fault(msgspec.Struct, frozen=True):
    status: str = ""
    message: str = ""


class _Faulty(msgspec.Struct):
    error: _Fault = _Fault()


class FirestoreHistory:
    """`tokens` is None for Google's emulator, which takes anybody for its owner."""

    def __init__(self, url: str, project: str, collection: str, tokens: Tokens | None) -> None:
        self._name = f"projects/{project}/databases/(default)/documents"
        self._documents = URL(f"{url.rstrip('/')}/v1/{self._name}")
        self._collection = collection
        self._tokens = tokens
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, repo: str, job_id: str) -> Kept | None:
        status, body = await self._ask("GET", self._documents / self._collection / document_id(repo, job_id))
        if status == NOT_THERE:
            return None
        found = _checked(status, body, _Document)
        return Kept(_read(found), found.updateTime)

    async def create(self, entry: Entry) -> bool:
        address = (self._documents / self._collection).with_query(documentId=entry.id)
        return _written(*await self._ask("POST", address, {"fields": fields_of(entry)}))

    async def replace(self, entry: Entry, revision: str) -> bool:
        document = {"name": f"{self._name}/{self._collection}/{entry.id}", "fields": fields_of(entry)}
        write = {"update": document, "currentDocument": {"updateTime": revision}}
        return _written(*await self._ask("POST", URL(f"{self._documents}:commit"), {"writes": [write]}))

    async def of_repository(self, repo: str) -> Sequence[Entry]:
        value = {"stringValue": repository_word(repo)}
        where = {"fieldFilter": {"field": {"fieldPath": REPOSITORY}, "op": "EQUAL", "value": value}}
        return newest_first(await self._query({"where": where, "limit": MOST_LISTED}), MOST_LISTED)

    async def recent(self, limit: int) -> Sequence[Entry]:
        order = [{"field": {"fieldPath": "updated_at"}, "direction": "DESCENDING"}]
        return last_changed_first(await self._query({"orderBy": order, "limit": limit}), limit)

    async def _query(self, wanted: Mapping[str, Any]) -> list[Entry]:
        query = {"from": [{"collectionId": self._collection}], **wanted}
        address = URL(f"{self._documents}:runQuery")
        found = _checked(*await self._ask("POST", address, {"structuredQuery": query}), list[_Found])
        return [_read(one.document) for one in found if one.document is not None]

    async def _ask(self, method: str, address: URL, content: Any = None) -> tuple[int, bytes]:
        session = self._opened()
        bearer = "owner" if self._tokens is None else await self._tokens.get(session)
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
        data = None if content is None else msgspec.json.encode(content)
        try:
            async with session.request(
                method, address, data=data, headers=headers, allow_redirects=False
            ) as answer:
                body = bytearray()
                async for block in answer.content.iter_any():
                    body += block
                    if len(body) > MOST_BYTES:
                        raise Reject("Firestore answers more than can be read", code="history_refused")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise away(f"Firestore cannot be reached: {str(error) or type(error).__name__}") from error
        if answer.status in PASSING or answer.status >= 500:  # noqa: PLR2004 - server errors
            raise away(f"Firestore answers {answer.status}")
        return answer.status, bytes(body)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=PATIENCE, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _written(status: int, body: bytes) -> bool:
    """Whether it was; raises Reject where no precondition stood in the way."""
    if status in FINE:
        return True
    if _fault(body).status in CONFLICTS:
        return False
    raise _refused(status, body)


def _checked(status: int, body: bytes, kind: Any) -> Any:
    if status not in FINE:
        raise _refused(status, body)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Reject(f"Firestore's answer cannot be read: {error}", code="history_refused") from error


def _read(document: _Document) -> Entry:
    try:
        return entry_of(document.fields)
    except msgspec.ValidationError as error:
        raise Reject(f"a document of the history is no film: {error}", code="history_refused") from error


def _fault(body: bytes) -> _Fault:
    try:
        found = msgspec.json.decode(body)
        return msgspec.convert(found[0] if isinstance(found, list) else found, _Faulty).error
    except (msgspec.MsgspecError, IndexError):
        return _Fault()


def _refused(status: int, body: bytes) -> Reject:
    fault = _fault(body)
    return Reject(
        f"Firestore answers {status} {fault.status}: {fault.message[:200]}", code="history_refused", hint=HINT
    )
