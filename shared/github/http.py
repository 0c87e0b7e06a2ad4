"""Talks HTTP to GitHub's API host and its archive host, and to no other."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from shared.errors import Reject
from shared.github.app import GitHubApp
from shared.github.cache import Answer, AnswersInMemory, Remembered
from shared.github.refusals import Refused, outage, refusal
from shared.github.resolving import PublicResolver
from shared.measures import Measures

PUBLIC_API = URL("https://api.github.com")
PUBLIC_ARCHIVES = URL("https://codeload.github.com")
REPOSITORY_PATH = re.compile(r"/repos/([^/]+/[^/?]+)")
MAX_ANSWER_BYTES = 16 << 20
MAX_DOWNLOAD_BYTES = 512 << 20
DOWNLOAD_SECONDS = 600.0
MAX_REDIRECTS = 4
CONNECT_SECONDS = 10.0
BLOCK_BYTES = 256 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
OK, NOT_MODIFIED = 200, 304


class GitHubHttp:
    """One session; made on first use, so that it belongs to the running loop."""

    def __init__(
        self,
        api_url: str,
        token: str,
        *,
        timeout_seconds: float,
        download_time_limit_seconds: float = DOWNLOAD_SECONDS,
        max_packed_bytes: int = MAX_DOWNLOAD_BYTES,
        app: GitHubApp | None = None,
        remembered: Remembered | None = None,
        connector: aiohttp.BaseConnector | None = None,
        measures: Measures | None = None,
    ) -> None:
        self._measures = measures or Measures()
        self._api = URL(api_url.rstrip("/"))
        self._archives = PUBLIC_ARCHIVES if self._api == PUBLIC_API else self._api.origin()
        self._token = token
        self._app = app
        self._patience = aiohttp.ClientTimeout(
            total=timeout_seconds, sock_connect=CONNECT_SECONDS, sock_read=timeout_seconds
        )
        self._download_patience = aiohttp.ClientTimeout(
            total=download_time_limit_seconds, sock_connect=CONNECT_SECONDS, sock_read=timeout_seconds
        )
        self._max_packed_bytes = max_packed_bytes
        self._connector = connector
        self._remembered = remembered or AnswersInMemory()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, path: str) -> Answer:
        """One GET of the API. Raises Refused, or Retry where waiting helps."""
        known = await self._remembered.get(path)
        token = await self._token_for(path)
        try:
            async with await self._sent("GET", path, self._patience, token, known) as response:
                if response.status == NOT_MODIFIED and known is not None:
                    return known
                headers = response.headers
                body = await _bounded(response)
                answer = Answer(response.status, body, headers.get("Link", ""), headers.get("ETag", ""))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise outage(f"GitHub cannot be reached: {_described(error)}") from error
        if answer.status == OK:
            await self._remembered.put(path, answer)
        return answer

    async def send(self, method: str, path: str, body: Any) -> bytes:
        """One request that changes something. Raises as `ask` does; then it may have come to pass, or not."""
        content = msgspec.json.encode(body)
        return await self._called(method, path, await self._token_for(path), content)

    async def app_name(self, path: str) -> str:
        """The name of the GitHub App that asks there; empty where it is a person."""
        repo = REPOSITORY_PATH.match(path)
        is_app = self._app and repo and await self._app.token_for(repo.group(1), self._called)
        return self._app.name if self._app and is_app else ""

    async def download(self, path: str, to: Path) -> None:
        """Stream an archive to a file. Raises Reject when it is larger than the limit."""
        token = await self._token_for(path)
        try:
            async with await self._sent("GET", path, self._download_patience, token) as response:
                await self._write(response, to)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise outage(f"the archive cannot be downloaded: {_described(error)}") from error

    async def _write(self, response: aiohttp.ClientResponse, to: Path) -> None:
        written = 0
        with to.open("wb") as file:
            async for block in response.content.iter_chunked(BLOCK_BYTES):
                written += len(block)
                if written > self._max_packed_bytes:
                    raise Reject(
                        f"the archive is larger than {self._max_packed_bytes} bytes",
                        code="too_large",
                        hint="An operator can raise REPOREEL_SCAN_MAX_PACKED_BYTES.",
                    )
                await asyncio.to_thread(file.write, block)

    def _address(self, path: str) -> URL:
        return URL(f"{self._api}{path}", encoded=True)

    async def _token_for(self, path: str) -> str:
        if self._app is not None and path.startswith("/app/"):
            return self._app.assertion()
        repo = REPOSITORY_PATH.match(path) if self._app else None
        if self._app is None or repo is None:
            return self._token
        return await self._app.token_for(repo.group(1), self._called) or self._token

    async def _called(self, method: str, path: str, token: str, content: bytes | None = None) -> bytes:
        try:
            async with await self._sent(method, path, self._patience, token, content=content) as response:
                return await _bounded(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise outage(f"GitHub cannot be reached: {_described(error)}") from error

    async def _sent(
        self,
        method: str,
        path: str,
        patience: aiohttp.ClientTimeout,
        token: str,
        known: Answer | None = None,
        content: bytes | None = None,
    ) -> aiohttp.ClientResponse:
        """Follows redirects by hand: to the API host and the archive host only."""
        address = self._address(path)
        unless = {"If-None-Match": known.etag} if known else {}
        for _redirect in range(MAX_REDIRECTS + 1):
            headers = self._headers(address, token) | unless
            if content is not None:
                headers["Content-Type"] = "application/json"
            response = await self._opened().request(
                method, address, headers=headers, data=content, timeout=patience, allow_redirects=False
            )
            self._note_quota(response.headers)
            if response.status not in REDIRECTS:
                return await _checked(response)
            location = response.headers.get("Location", "")
            response.release()
            address = self._allowed(address, location)
        raise Refused(response.status, "too many redirects")

    def _note_quota(self, headers: Mapping[str, str]) -> None:
        resource, words = headers.get("X-RateLimit-Resource", "core"), ("Remaining", "Limit", "Reset")
        figures = [headers.get(f"X-RateLimit-{word}", "") for word in words]
        if all(figure.isdecimal() for figure in figures):
            remaining, limit, reset = map(int, figures)
            until = datetime.fromtimestamp(reset, UTC)
            self._measures.note("github_quota_remaining", resource, remaining, until=until)
            self._measures.note("github_quota_limit", resource, limit, until=until)

    def _allowed(self, base: URL, location: str) -> URL:
        try:
            target = base.join(URL(location, encoded=True))
            origin = target.origin()
        except ValueError as error:
            raise Refused(302, "a redirect to no address") from error
        if not location or target.user or origin not in (self._api.origin(), self._archives):
            raise Refused(302, f"a redirect to {origin.host}, which is not GitHub's")
        return target

    def _headers(self, address: URL, token: str) -> dict[str, str]:
        headers = {
            "Accept": "application/vnd.github+json",
            # Nothing is unpacked on the way: every limit counts the bytes that are sent.
            "Accept-Encoding": "identity",
            "User-Agent": "reporeel",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if token and address.origin() == self._api.origin():
            headers["Authorization"] = f"Bearer {token}"
        return headers

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = PublicResolver() if self._api == PUBLIC_API else None
            self._session = aiohttp.ClientSession(
                connector=self._connector or aiohttp.TCPConnector(resolver=resolver),
                auto_decompress=False,
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _checked(response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
    if response.status < 400:  # noqa: PLR2004 - no error
        return response
    async with response:
        body = await _bounded(response)
    headers = {name.lower(): value for name, value in response.headers.items()}
    raise refusal(response.status, headers, body, time.time())


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for block in response.content.iter_chunked(BLOCK_BYTES):
        body += block
        if len(body) > MAX_ANSWER_BYTES:
            raise Refused(response.status, f"an answer of more than {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


def _described(error: BaseException) -> str:
    return str(error) or type(error).__name__
