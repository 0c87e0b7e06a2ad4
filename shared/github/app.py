"""Signs in as a GitHub App: a short-lived token for each repository it is installed on (ADR-21)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from shared import jwt
from shared.errors import SettingsError
from shared.github.refusals import Refused

ASSERTION_SECONDS = 540
"""GitHub takes ten minutes at most."""
CLOCK_DRIFT_SECONDS = 60
EARLY_SECONDS = 120
"""A token is renewed so long before it ends: a download may outlast it."""
ABSENT_SECONDS = 600.0
"""How long it is remembered that the App is not installed on a repository."""
MAX_TOKENS = 1000

T = TypeVar("T")
Call = Callable[[str, str, str], Awaitable[bytes]]
"""Method, path and bearer token in; the answer's body out."""


class Installation(msgspec.Struct, frozen=True):
    id: int
    app_slug: str = ""


class Granted(msgspec.Struct, frozen=True):
    token: str
    expires_at: datetime


class GitHubApp:
    def __init__(self, app_id: str, private_key: str, clock: Callable[[], float] = time.time) -> None:
        r"""`private_key` is PEM, with line breaks or with `\n` for them, or the path of a file that holds it.

        Raises SettingsError when it is no RSA key.
        """
        self._id = app_id
        self._sign = _signer(private_key)
        self._clock = clock
        self._tokens: dict[str, tuple[str, float]] = {}
        self.name = ""
        """As in addresses, once an installation was seen; its comments are by `NAME[bot]`."""

    async def token_for(self, repo: str, call: Call) -> str:
        """A token that opens the repository; empty where the App is not installed on it.

        Raises Refused when GitHub does not know the App, Retry where it asks us to wait.
        """
        token, until = self._tokens.get(repo.lower(), ("", 0.0))
        if until > self._clock():
            return token
        token, until = await self._asked(repo, call)
        if len(self._tokens) >= MAX_TOKENS:
            self._tokens.clear()
        self._tokens[repo.lower()] = token, until
        return token

    async def _asked(self, repo: str, call: Call) -> tuple[str, float]:
        bearer = self.assertion()
        try:
            found = _decoded(await call("GET", f"/repos/{repo}/installation", bearer), Installation)
            self.name = found.app_slug
            path = f"/app/installations/{found.id}/access_tokens"
            granted = _decoded(await call("POST", path, bearer), Granted)
        except Refused as error:
            if error.code == "not_found":
                return "", self._clock() + ABSENT_SECONDS
            if error.code == "unauthorized":
                error.hint = "GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY do not belong together: check both."
            raise
        return granted.token, granted.expires_at.timestamp() - EARLY_SECONDS

    def assertion(self) -> str:
        """A JSON Web Token that says who we are (RFC 7519, RS256)."""
        now = int(self._clock())
        claims = {"iat": now - CLOCK_DRIFT_SECONDS, "exp": now + ASSERTION_SECONDS, "iss": self._id}
        return jwt.token(claims, self._sign)


def _decoded(body: bytes, wanted: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=wanted)
    except msgspec.MsgspecError as error:
        raise Refused(200, f"an answer that is not understood: {error}") from error


def _signer(private_key: str) -> jwt.Sign:
    try:
        return jwt.signer(_pem(private_key))
    except OSError as error:
        # Without its words: they may hold a part of the key.
        raise SettingsError(
            "GITHUB_APP_PRIVATE_KEY is neither a PEM key nor a file that holds one"
        ) from error
    except ValueError as error:
        raise SettingsError(f"GITHUB_APP_PRIVATE_KEY {error}: take the one GitHub made") from error


def _pem(written: str) -> bytes:
    if "-----BEGIN" in written:
        return written.replace("\\n", "\n").encode()
    return Path(written).expanduser().read_bytes()
