"""How an operator lets us publish to a channel: OAuth's code flow for installed programs, with PKCE.

https://developers.google.com/youtube/v3/guides/auth/installed-apps: the browser is sent to Google with a
challenge and comes back to a port of this machine with a code, which only who made the challenge can use.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from services.publisher.targets.youtube.calls import PATIENCE
from services.publisher.targets.youtube.settings import Client
from shared.errors import ReporeelError

CONSENT = URL("https://accounts.google.com/o/oauth2/v2/auth")
SCOPES = (
    "https://www.googleapis.com/auth/youtube.upload",
    "https://www.googleapis.com/auth/youtube.force-ssl",
)
"""To upload; and for everything around a video, captions among it."""
SECRET_BYTES = 48
DAY_SECONDS = 86_400.0


class GrantRefused(ReporeelError):
    """Google gave no token; the message holds its reason."""


class Grant(msgspec.Struct, frozen=True):
    """What a token endpoint answers."""

    access_token: str
    refresh_token: str = ""
    scope: str = ""
    refresh_token_expires_in: float | None = None
    """Only where the token dies by itself: the consent screen is in testing mode."""

    @property
    def missing_scopes(self) -> tuple[str, ...]:
        return tuple(scope for scope in SCOPES if scope not in self.scope.split())

    @property
    def days_left(self) -> float | None:
        seconds = self.refresh_token_expires_in
        return None if seconds is None else seconds / DAY_SECONDS


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


class Request:
    """One run of the flow."""

    def __init__(self, client: Client, redirect: str) -> None:
        self._client = client
        self._redirect = redirect
        self._secret = secrets.token_urlsafe(SECRET_BYTES)
        self.state = secrets.token_urlsafe(16)

    @property
    def address(self) -> str:
        """Where the operator's browser has to go."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._secret.encode()).digest()).rstrip(b"=")
        query = {
            "client_id": self._client.client_id,
            "redirect_uri": self._redirect,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
            "state": self.state,
            "access_type": "offline",
            "prompt": "consent",
        }
        return str(CONSENT.with_query(query))

    async def grant(self, tokens: URL, code: str) -> Grant:
        """Exchange the code that came back.

        Raises GrantRefused.
        """
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": self._secret}
        return await _asked(tokens, self._client, form | {"redirect_uri": self._redirect})


async def renewed(tokens: URL, client: Client, refresh_token: str) -> Grant:
    """Use a refresh token once, to see what it is worth.

    Raises GrantRefused.
    """
    return await _asked(tokens, client, {"grant_type": "refresh_token", "refresh_token": refresh_token})


async def _asked(tokens: URL, client: Client, form: dict[str, Any]) -> Grant:
    known = {"client_id": client.client_id, "client_secret": client.client_secret}
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.post(tokens, data=form | known) as response,
        ):
            body = await response.read()
            if response.ok:
                return msgspec.json.decode(body, type=Grant)
            refusal = msgspec.json.decode(body, type=_Refusal)
    except (aiohttp.ClientError, TimeoutError, OSError, msgspec.DecodeError) as error:
        raise GrantRefused(f"Google's token endpoint: {error}") from error
    raise GrantRefused(refusal.error_description or refusal.error or "Google refuses, and does not say why")
