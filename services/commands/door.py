"""A running gateway, called from a shell."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import msgspec

from services.gateway.tokens import scoped
from shared.errors import ReporeelError, SettingsError
from shared.settings import load

BAD_REQUEST = 400
ANSWER_SECONDS = 60.0


class GatewayRefused(ReporeelError):
    """The gateway answered with an error, or not at all."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code
        """The gateway's word for it."""


class DoorSettings(msgspec.Struct, frozen=True, kw_only=True):
    url: str = msgspec.field(name="REPOREEL_URL", default="http://127.0.0.1:8080")
    tokens: tuple[str, ...] = msgspec.field(name="REPOREEL_API_TOKENS", default=())


class Door:
    """A running gateway."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """Call one route and give the answer's bytes.

        Raises GatewayRefused with the gateway's own words and hint.
        """
        data = None if body is None else msgspec.json.encode(body)
        try:
            async with self._session.request(method, path, data=data, headers=headers) as reply:
                answer = await reply.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            message = f"no gateway answers at {self._url}: {error}"
            raise GatewayRefused(f"{message}; start it (reporeel up), or give --url") from error
        if reply.status >= BAD_REQUEST:
            raise GatewayRefused(*_words(reply.status, answer))
        return answer


@contextlib.asynccontextmanager
async def open_door(url: str | None, token: str | None) -> AsyncIterator[Door]:
    """Connect to a gateway; what is not given the environment has.

    Raises SettingsError for an address that is none.
    """
    known = load(DoorSettings, os.environ)
    url, token = url or known.url, token or next(iter(known.tokens), None)
    headers = {"Authorization": f"Bearer {scoped(token)[0]}"} if token else {}
    if not url.startswith(("http://", "https://")):
        raise SettingsError(f"--url {url!r} is no address: give http://host:port or https://host")
    patience = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(url, headers=headers, timeout=patience) as session:
        yield Door(session, url)


def _words(status: int, answer: bytes) -> tuple[str, str]:
    """Give what a refusal says, and its code; what comes from something else than a gateway says little."""
    try:
        refusal = msgspec.json.decode(answer)["error"]
        return f"{refusal['message']} {refusal['hint']}".strip(), str(refusal["code"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return f"it answers {status}, and not as a Reporeel gateway does: look at --url", ""
