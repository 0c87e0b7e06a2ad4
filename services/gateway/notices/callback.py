"""Sends a signed, time-stamped webhook of our own.

X-Reporeel-Signature-256: sha256=<hex of HMAC-SHA256 over TIMESTAMP.BODY>, several while a secret rotates
X-Reporeel-Timestamp:     seconds since 1970; refuse what is older than a few minutes
X-Reporeel-Delivery:      the same for each attempt: keep it, to take each once
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence

import aiohttp
from aiohttp.resolver import ThreadedResolver

from services.gateway.errors import ApiError
from services.gateway.notices.addresses import PublicResolver, check_address
from services.gateway.notices.notice import Notice
from services.gateway.notices.sending import Undeliverable, Unreached

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
OK, REDIRECT, GONE = 200, 300, 410


class Callbacks:
    def __init__(self, secrets: Sequence[str], hosts: Collection[str]) -> None:
        self._secrets = secrets
        self._hosts = hosts

    async def send(self, notice: Notice, event: str, body: bytes, timestamp: int) -> str:
        """Send it once; gives what was answered.

        Raises Unreached when it may work later, Undeliverable when it never will.
        """
        try:
            url = check_address(notice.target.address, self._hosts)
        except ApiError as error:
            raise Undeliverable(error.message) from error
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "reporeel",
            "X-Reporeel-Event": event,
            "X-Reporeel-Delivery": notice.id,
            "X-Reporeel-Timestamp": str(timestamp),
            "X-Reporeel-Signature-256": signature(self._secrets, timestamp, body),
        }
        connector = aiohttp.TCPConnector(resolver=PublicResolver(ThreadedResolver(), self._hosts))
        async with aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as session:
            try:
                async with session.post(url, data=body, headers=headers, allow_redirects=False) as reply:
                    status = reply.status
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                raise Unreached(f"{type(error).__name__}: {error}") from error
        if OK <= status < REDIRECT:
            return str(status)
        if status == GONE:
            raise Undeliverable("it answers 410: nobody wants this any more")
        raise Unreached(f"it answers {status}")


def signature(secrets: Sequence[str], timestamp: int, body: bytes) -> str:
    signed = f"{timestamp}.".encode() + body
    return ",".join(
        "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets
    )
