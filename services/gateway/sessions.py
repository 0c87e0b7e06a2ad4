"""A browser's sign-in: a cookie that proves, until it expires, that its bearer once gave a token.

It does not hold the token, only an HMAC keyed by it. So every gateway process can read it, none has to
remember it, and a token that leaves `REPOREEL_API_TOKENS` takes its sessions with it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

COOKIE = "reporeel_session"
SESSION_SECONDS = 12 * 3600
MAX_COOKIE_CHARACTERS = 100


def issue(secret: str, now: float) -> str:
    """Give the cookie's value for the bearer of a token's secret; `now` is in seconds since 1970."""
    expires = str(int(now) + SESSION_SECONDS)
    return f"{expires}.{_proof(secret, expires)}"


def bearer(cookie: str, secrets: Sequence[str], now: float) -> int | None:
    """Tell which of the secrets a cookie was issued for; None when none, or not any more."""
    expires, _, proof = cookie[:MAX_COOKIE_CHARACTERS].partition(".")
    if not (expires.isascii() and expires.isdecimal()) or int(expires) <= now:
        return None
    given = proof.encode(errors="replace")
    found = [hmac.compare_digest(given, _proof(secret, expires).encode()) for secret in secrets]
    return found.index(True) if True in found else None


def _proof(secret: str, expires: str) -> str:
    return hmac.new(secret.encode(), f"reporeel session until {expires}".encode(), hashlib.sha256).hexdigest()
