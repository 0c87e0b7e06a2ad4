"""Signs requests as S3 wants it (AWS Signature Version 4, signed payload).

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import msgspec

ALGORITHM = "AWS4-HMAC-SHA256"


class Key(msgspec.Struct, frozen=True):
    access: str
    secret: str
    region: str


def query_string(query: Mapping[str, str]) -> str:
    """In the one form that is signed, and therefore sent."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(query.items()))


def path_string(path: str) -> str:
    return quote(path, safe="/-_.~")


def signed(
    key: Key,
    method: str,
    host: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
) -> dict[str, str]:
    """The headers to send: those given, all signed, and the signature. `path` is not yet quoted."""
    payload = hashlib.sha256(body).hexdigest()
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    sent = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    sent |= {"host": host, "x-amz-content-sha256": payload, "x-amz-date": moment}
    names = ";".join(sorted(sent))
    listed = "".join(f"{name}:{sent[name]}\n" for name in sorted(sent))
    canonical = "\n".join([method, path_string(path), query_string(query), listed, names, payload])
    scope = f"{moment[:8]}/{key.region}/s3/aws4_request"
    wanted = "\n".join([ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    signature = hmac.new(_signing_key(key, moment[:8]), wanted.encode(), hashlib.sha256).hexdigest()
    told = f"Credential={key.access}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**sent, "authorization": f"{ALGORITHM} {told}"}


def _signing_key(key: Key, day: str) -> bytes:
    found = f"AWS4{key.secret}".encode()
    for part in (day, key.region, "s3", "aws4_request"):
        found = hmac.new(found, part.encode(), hashlib.sha256).digest()
    return found


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
