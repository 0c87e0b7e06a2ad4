"""Calls YouTube's Data API and Google's token endpoint, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import aiohttp
import msgspec
from yarl import URL

from services.publisher.targets.answer import Answer, content
from services.publisher.targets.youtube.answers import LOGIN, meaning
from services.publisher.targets.youtube.settings import Client
from shared.errors import Reject, Retry

T = TypeVar("T")

PUBLIC_API = "https://youtube.googleapis.com"
PUBLIC_TOKENS = "https://oauth2.googleapis.com"
MAX_ANSWER_BYTES = 1 << 20
PATIENCE = aiohttp.ClientTimeout(total=120.0, sock_connect=10.0, sock_read=60.0)
UNREACHABLE_SECONDS = 30.0
EXPIRY_MARGIN_SECONDS = 60.0
UNAUTHORIZED = 401


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = 3600.0


class _TokenRefusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


class Calls:
    """One session and one access token; made on first use, so that they belong to the running loop."""

    def __init__(self, api_url: str, client: Client, refresh_token: str) -> None:
        self._api = URL(api_url.rstrip("/"))
        self._tokens = token_endpoint(api_url)
        self._client = client
        self._refresh_token = refresh_token
        self._token, self._until = "", 0.0
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(
        self, method: str, path: str, kind: type[T], *, query: Mapping[str, str], body: Any = None
    ) -> T:
        """One call of the Data API, `path` from `/youtube/v3` on. Raises Retry or Reject."""
        address = (self._api / "youtube/v3" / path).with_query(query)
        encoded = None if body is None else msgspec.json.encode(body)
        answer = await self.checked(method, address, encoded, {"Content-Type": "application/json"})
        try:
            return msgspec.json.decode(answer.body or b"{}", type=kind)
        except msgspec.DecodeError as error:
            raise Reject(f"YouTube's answer cannot be read: {error}", code="youtube_refused") from error

    async def upload(self, path: str, *, query: Mapping[str, str], body: bytes, content_type: str) -> Answer:
        """A small upload in one request: a thumbnail, captions."""
        address = (self._api / "upload/youtube/v3" / path).with_query(query)
        return await self.checked("POST", address, body, {"Content-Type": content_type})

    async def checked(
        self, method: str, address: URL, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """One request whose answer must be a good one."""
        answer = await self.ask(method, address, body, headers)
        if answer.status >= 300:  # noqa: PLR2004 - neither done nor an error we know of
            retry_after = answer.headers.get("Retry-After", "")
            raise meaning(answer.status, answer.body, retry_after, datetime.now(UTC))
        return answer

    async def ask(self, method: str, address: URL, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """One request, whatever its answer; a token that was refused is renewed once.

        Raises Retry when nobody answers, Reject when the refresh token no longer counts.
        """
        answer = await self._ask(method, address, body, headers)
        if answer.status == UNAUTHORIZED:
            self._until = 0.0
            answer = await self._ask(method, address, body, headers)
        return answer

    async def _ask(self, method: str, address: URL, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if not self._is_google(address):
            raise Reject(f"YouTube leads to {address.host}, which is not Google's", code="youtube_refused")
        token = await self._access_token()
        return await self._send(
            method, address, data=content(body), headers={**headers, "Authorization": f"Bearer {token}"}
        )

    async def _access_token(self) -> str:
        if time.monotonic() >= self._until:
            answer = await self._send(
                "POST",
                self._tokens,
                data={
                    "grant_type": "refresh_token",
                    "refresh_token": self._refresh_token,
                    "client_id": self._client.client_id,
                    "client_secret": self._client.client_secret,
                },
                headers={},
            )
            granted = _granted(answer)
            self._token = granted.access_token
            self._until = time.monotonic() + granted.expires_in - EXPIRY_MARGIN_SECONDS
        return self._token

    async def _send(self, method: str, address: URL, **request: Any) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=PATIENCE)
        try:
            async with self._session.request(method, address, allow_redirects=False, **request) as response:
                body = await response.content.read(MAX_ANSWER_BYTES)
                return Answer(response.status, dict(response.headers), body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Retry(
                f"Google cannot be reached: {str(error) or type(error).__name__}",
                delay_seconds=UNREACHABLE_SECONDS,
                code="youtube_unreachable",
            ) from error

    def _is_google(self, address: URL) -> bool:
        own = address.origin() == self._api.origin()
        return own or (address.scheme == "https" and (address.host or "").endswith(".googleapis.com"))


def token_endpoint(api_url: str) -> URL:
    """Google's, or that of whatever stands in for YouTube."""
    base = PUBLIC_TOKENS if api_url.rstrip("/") == PUBLIC_API else api_url.rstrip("/")
    return URL(base) / "token"


def _granted(answer: Answer) -> _Token:
    if answer.status < 300:  # noqa: PLR2004 - granted
        return msgspec.json.decode(answer.body, type=_Token)
    try:
        refusal = msgspec.json.decode(answer.body, type=_TokenRefusal)
    except msgspec.DecodeError:
        refusal = _TokenRefusal()
    if answer.status >= 500:  # noqa: PLR2004 - theirs
        raise Retry(
            "Google grants no token now", delay_seconds=UNREACHABLE_SECONDS, code="youtube_unreachable"
        )
    said = refusal.error_description or refusal.error or f"status {answer.status}"
    raise Reject(f"Google no longer takes our refresh token: {said}", code="youtube_unauthorized", hint=LOGIN)
