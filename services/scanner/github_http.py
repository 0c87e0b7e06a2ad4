"""Talks HTTP to GitHub's API host and its archive host, and to no other."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp
from yarl import URL

from services.scanner.github_cache import Answer, AnswerCache
from services.scanner.github_refusals import Refused, outage, refusal
from services.scanner.limits import MEBIBYTE
from services.scanner.resolving import PublicResolver
from shared.errors import Reject

PUBLIC_API = URL("https://api.github.com")
PUBLIC_ARCHIVES = URL("https://codeload.github.com")
MAX_ANSWER_BYTES = 16 * MEBIBYTE
MAX_REDIRECTS = 4
CONNECT_SECONDS = 10.0
BLOCK_BYTES = 256 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304


class GitHubHttp:
    """One session; made on first use, so that it belongs to the running loop."""

    def __init__(
        self,
        api_url: str,
        token: str,
        *,
        timeout_seconds: float,
        download_time_limit_seconds: float,
        max_packed_bytes: int,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        self._api = URL(api_url.rstrip("/"))
        self._archives = PUBLIC_ARCHIVES if self._api == PUBLIC_API else self._api.origin()
        self._token = token
        self._patience = aiohttp.ClientTimeout(
            total=timeout_seconds, sock_connect=CONNECT_SECONDS, sock_read=timeout_seconds
        )
        self._download_patience = aiohttp.ClientTimeout(
            total=download_time_limit_seconds, sock_connect=CONNECT_SECONDS, sock_read=timeout_seconds
        )
        self._max_packed_bytes = max_packed_bytes
        self._connector = connector
        self._cache = AnswerCache()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, path: str) -> Answer:
        """One GET of the API. Raises Refused, or Retry where waiting helps."""
        known = self._cache.get(path)
        try:
            async with await self._get(self._address(path), self._patience, known) as response:
                if response.status == NOT_MODIFIED and known is not None:
                    return known
                headers = response.headers
                body = await _bounded(response)
                answer = Answer(response.status, body, headers.get("Link", ""), headers.get("ETag", ""))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise outage(f"GitHub cannot be reached: {_described(error)}") from error
        self._cache.put(path, answer)
        return answer

    async def download(self, path: str, to: Path) -> None:
        """Stream an archive to a file. Raises Reject when it is larger than the limit."""
        try:
            async with await self._get(self._address(path), self._download_patience) as response:
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

    async def _get(
        self, address: URL, patience: aiohttp.ClientTimeout, known: Answer | None = None
    ) -> aiohttp.ClientResponse:
        """Follows redirects by hand: to the API host and the archive host only."""
        unless = {"If-None-Match": known.etag} if known else {}
        for _redirect in range(MAX_REDIRECTS + 1):
            headers = self._headers(address) | unless
            response = await self._opened().get(
                address, headers=headers, timeout=patience, allow_redirects=False
            )
            if response.status not in REDIRECTS:
                return await _checked(response)
            location = response.headers.get("Location", "")
            response.release()
            address = self._allowed(address, location)
        raise Refused(response.status, "too many redirects")

    def _allowed(self, base: URL, location: str) -> URL:
        try:
            target = base.join(URL(location, encoded=True))
            origin = target.origin()
        except ValueError as error:
            raise Refused(302, "a redirect to no address") from error
        if not location or target.user or origin not in (self._api.origin(), self._archives):
            raise Refused(302, f"a redirect to {origin.host}, which is not GitHub's")
        return target

    def _headers(self, address: URL) -> dict[str, str]:
        headers = {
            "Accept": "application/vnd.github+json",
            # Nothing is unpacked on the way: every limit counts the bytes that are sent.
            "Accept-Encoding": "identity",
            "User-Agent": "reporeel",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if self._token and address.origin() == self._api.origin():
            headers["Authorization"] = f"Bearer {self._token}"
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
