"""Who we are to Google: a service account's key, and the access tokens it is good for."""

from __future__ import annotations

import base64
import binascii
import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import msgspec

from shared.errors import Reject, Retry, SettingsError
from shared.jwt import signer, token

SCOPE = "https://www.googleapis.com/auth/datastore"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS = 3600
EARLY_SECONDS = 120.0
MOST_BYTES = 65_536
LONGEST_PATH = 4096
UNREACHABLE_SECONDS = 30.0
HINT = "FIREBASE_CREDENTIALS needs the JSON key of a service account with the role Cloud Datastore User."


class Account(msgspec.Struct, frozen=True):
    """The fields we need of the key that Google's console gives."""

    project_id: str
    client_email: str
    private_key: str
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float = 3600.0


def account_of(written: str) -> Account:
    """Read a key given as a file's path, as base64, or as it is.

    Raises SettingsError, without the key in its message.
    """
    try:
        return msgspec.json.decode(_json_text(written), type=Account)
    except (msgspec.MsgspecError, OSError) as error:
        # What cannot be read might be the key: its words are left out.
        kind = "is not the JSON key of a service account" if isinstance(error, msgspec.MsgspecError) else ""
        raise SettingsError(f"FIREBASE_CREDENTIALS {kind or f'cannot be read: {error.args[-1]}'}") from None


def _json_text(written: str) -> bytes:
    if written.lstrip().startswith("{"):
        return written.encode()
    if len(written) < LONGEST_PATH and Path(written).expanduser().is_file():
        return Path(written).expanduser().read_bytes()[:MOST_BYTES]
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise SettingsError("FIREBASE_CREDENTIALS is neither a file's path nor base64") from None


class Tokens:
    """One access token at a time, renewed before it ends."""

    def __init__(self, account: Account, clock: Callable[[], float] = time.time) -> None:
        """Raises SettingsError when the account's key is none."""
        try:
            self._sign = signer(account.private_key.encode())
        except ValueError as error:
            raise SettingsError(f"FIREBASE_CREDENTIALS: its private_key {error}") from None
        self._account = account
        self._clock = clock
        self._token, self._until = "", 0.0

    async def get(self, session: aiohttp.ClientSession) -> str:
        """Raises Retry while Google is away, Reject when it does not know the account."""
        if self._clock() >= self._until:
            granted = await self._asked(session)
            self._token = granted.access_token
            self._until = self._clock() + granted.expires_in - EARLY_SECONDS
        return self._token

    async def _asked(self, session: aiohttp.ClientSession) -> _Granted:
        form = {"grant_type": GRANT, "assertion": self._assertion()}
        try:
            async with session.post(self._account.token_uri, data=form, allow_redirects=False) as answer:
                body = await answer.content.read(MOST_BYTES)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise away(f"Google gives no token: {type(error).__name__}") from error
        if answer.status >= 500:  # noqa: PLR2004 - server errors
            raise away(f"Google gives no token: {answer.status}")
        with contextlib.suppress(msgspec.MsgspecError):
            if answer.status == 200:  # noqa: PLR2004 - granted
                return msgspec.json.decode(body, type=_Granted)
        raise Reject(
            f"Google does not let {self._account.client_email} in ({answer.status})",
            code="history_refused",
            hint=HINT,
        )

    def _assertion(self) -> str:
        now = int(self._clock())
        claims = {
            "iss": self._account.client_email,
            "scope": SCOPE,
            "aud": self._account.token_uri,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        return token(claims, self._sign)


def away(what: str) -> Retry:
    return Retry(what, delay_seconds=UNREACHABLE_SECONDS, code="history_away")
