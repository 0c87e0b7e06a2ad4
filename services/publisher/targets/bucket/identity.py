"""Who we are to Google: a service account that signs for itself, or the machine we run on.

https://developers.google.com/identity/protocols/oauth2/service-account and
https://cloud.google.com/compute/docs/metadata/overview
"""

from __future__ import annotations

import time
from urllib.parse import urlencode

import msgspec

from services.publisher.targets.answer import Answer
from services.publisher.targets.bucket.http import Http
from services.publisher.targets.bucket.settings import BucketSettings, ServiceAccount, service_account
from shared import jwt
from shared.errors import Reject, Retry, SettingsError

SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MACHINE_PATH = "/computeMetadata/v1/instance/service-accounts/default/token"
ASSERTION_SECONDS = 600
MARGIN_SECONDS = 60.0


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = 3600.0


class Identity:
    def __init__(self, settings: BucketSettings, http: Http) -> None:
        self._account = service_account(settings)
        self._machine = settings.gcs_machine_url.rstrip("/")
        self._http = http
        self._token, self._until = "", 0.0

    async def header(self, *, renewed: bool = False) -> dict[str, str]:
        """What a request carries. Raises Retry while nobody grants a token, Reject where it is refused."""
        if renewed or time.monotonic() >= self._until:
            answer = await self._asked()
            token = _granted(answer)
            self._token = token.access_token
            self._until = time.monotonic() + token.expires_in - MARGIN_SECONDS
        return {"Authorization": f"Bearer {self._token}"}

    async def _asked(self) -> Answer:
        if self._account is None:
            flavour = {"Metadata-Flavor": "Google"}
            return await self._http.ask("GET", f"{self._machine}{MACHINE_PATH}", flavour)
        form = {"grant_type": GRANT, "assertion": assertion(self._account, time.time())}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self._http.ask("POST", self._account.token_uri, kind, urlencode(form).encode())


def assertion(account: ServiceAccount, now_seconds: float) -> str:
    """A JSON web token, signed by the account's own key. Raises SettingsError where that is none."""
    claims = {
        "iss": account.client_email,
        "scope": SCOPE,
        "aud": account.token_uri,
        "iat": int(now_seconds),
        "exp": int(now_seconds) + ASSERTION_SECONDS,
    }
    try:
        return jwt.token(claims, jwt.signer(account.private_key.encode()))
    except ValueError as error:
        raise SettingsError(f"REPOREEL_GCS_CREDENTIALS: its private_key {error}") from error


def _granted(answer: Answer) -> _Token:
    if answer.status >= 500:  # noqa: PLR2004 - theirs
        raise Retry("Google grants no token now", delay_seconds=30.0, code="bucket_unreachable")
    try:
        return msgspec.json.decode(answer.body, type=_Token)
    except msgspec.DecodeError as error:
        raise Reject(
            f"Google grants no token: status {answer.status}",
            code="bucket_refused",
            hint="Check REPOREEL_GCS_CREDENTIALS; unset, the machine's own service account is asked for.",
        ) from error
