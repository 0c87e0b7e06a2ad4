"""Signs JSON Web Tokens (RFC 7519, RS256): so GitHub Apps and Google's service accounts say who they are."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Sign = Callable[[bytes], bytes]
HEAD = {"alg": "RS256", "typ": "JWT"}


def signer(pem: bytes) -> Sign:
    """Raises ValueError, without a part of the key in it, when the bytes are no RSA key in PEM."""
    # Heavy, and only needed where there is a key.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("is no key in PEM") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("is no RSA key")  # noqa: TRY004 - its bytes are wrong, not its type
    return lambda signed: key.sign(signed, PKCS1v15(), SHA256())


def token(claims: Mapping[str, Any], sign: Sign) -> str:
    signed = b".".join(_encoded(msgspec.json.encode(part)) for part in (HEAD, claims))
    return (signed + b"." + _encoded(sign(signed))).decode()


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
