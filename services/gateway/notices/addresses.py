"""Where the gateway may send something: never into its own network, unless the operator names the place."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.gateway.errors import ApiError

MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?P<domain>[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)")


class PrivateAddress(OSError):
    """A name leads into a private network, or to this machine."""


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses only; the addresses it gives are the ones that are called."""

    def __init__(self, resolver: AbstractResolver, allowed: Collection[str]) -> None:
        self._resolver = resolver
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Give where a name leads.

        Raises PrivateAddress when one of the places is not public.
        """
        found = await self._resolver.resolve(host, port, family)
        if not is_allowed(host, port, self._allowed):
            for one in found:
                if not is_public(one["host"]):
                    raise PrivateAddress(f"{host} leads to {one['host']}, which is not public")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def check_address(address: str, allowed: Collection[str]) -> URL:
    """Give an address that may be called; what its name leads to is checked when it is.

    Raises ApiError (422) for anything but public https addresses, and the places the operator allows.
    """
    try:
        url = URL(address)
        host, port = url.host or "", url.port or 0
    except ValueError as error:
        raise _refused(address, "it is no address") from error
    if url.user is not None or url.password is not None:
        raise _refused(address, "it holds a user or a password")
    if host and is_allowed(host, port, allowed) and url.scheme in {"http", "https"}:
        return url
    if url.scheme != "https" or not host:
        raise _refused(address, "only https addresses are called")
    if _is_literal(host) and not is_public(host):
        raise _refused(address, "it lies in a private network")
    return url


def check_mail(address: str, domains: Collection[str]) -> None:
    """Let a mail address of one of these domains pass.

    Raises ApiError (422) for any other.
    """
    match = MAIL.fullmatch(address)
    if match is None or match["domain"].lower() not in {domain.lower() for domain in domains}:
        hint = "REPOREEL_MAIL_DOMAINS names the domains that mail is sent to."
        raise ApiError(422, "mail_not_allowed", f"No mail is sent to {address[:100]!r} from here.", hint)


def is_allowed(host: str, port: int, allowed: Collection[str]) -> bool:
    return host in allowed or f"{host}:{port}" in allowed


def is_public(address: str) -> bool:
    """Whether an IP address lies in the open internet; mapped and translated ones are looked through."""
    try:
        ip: Any = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is None and ip.version == 6 and ip in NAT64:  # noqa: PLR2004
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return bool(ip.is_global and not ip.is_multicast) if inner is None else is_public(str(inner))


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # "2130706433", "0x7f.1": the C library reads them as addresses, and so would a connection
        return all(part.isdecimal() or part.lower().startswith("0x") for part in host.split("."))
    return True


def _refused(address: str, why: str) -> ApiError:
    hint = "Give a public https address; the operator allows others in REPOREEL_CALLBACK_HOSTS."
    return ApiError(422, "address_refused", f"{address[:200]!r} is not called: {why}.", hint)
