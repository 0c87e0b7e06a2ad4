"""What a page's form sent: its fields, once it is certain that a page of ours sent them."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec
from aiohttp import web

from services.gateway.bodies import MAX_BODY_BYTES, MAX_REQUEST_BYTES, Bodies
from services.gateway.errors import ApiError
from services.gateway.multipart import parts_of

MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
SEAL_COOKIE = "reporeel_form"
SEAL = "seal"
"""The field that repeats the cookie: a foreign page can send the cookie, but not read it."""
MOST_FIELDS = 1000

S = TypeVar("S", bound=msgspec.Struct)


class Fields(NamedTuple):
    pairs: tuple[tuple[str, bytes], ...]

    def all(self, name: str) -> tuple[str, ...]:
        texts = (value.decode(errors="replace").strip() for known, value in self.pairs if known == name)
        return tuple(text for text in texts if text)

    def text(self, name: str) -> str:
        """Give the field's first text; empty when it is not there."""
        return next(iter(self.all(name)), "")

    def content(self, name: str) -> bytes | None:
        """Give a file's bytes; None when none was chosen."""
        return next((value for known, value in self.pairs if known == name and value), None)


def seal_of(request: web.Request) -> str:
    """Give what this browser's forms are sealed with: known already, or new."""
    known = request.cookies.get(SEAL_COOKIE, "")
    return known if len(known) == 32 and known.isalnum() else secrets.token_hex(16)  # noqa: PLR2004


async def sent(request: web.Request, bodies: Bodies) -> Fields:
    """Read a form.

    Raises ApiError: 403 when it does not come from a page of ours, 400, 413, 415 for what is none.
    """
    _check_origin(request)
    fields = Fields(tuple(await _pairs(request, bodies)))
    seal = request.cookies.get(SEAL_COOKIE, "")
    if not seal or not hmac.compare_digest(seal.encode(), fields.text(SEAL).encode()):
        raise _foreign()
    return fields


def wish(fields: Mapping[str, Any], wanted: type[S]) -> S:
    """Turn the fields that were filled in into what was asked for.

    Raises ApiError (400) that says what is wrong.
    """
    filled = {name: value for name, value in fields.items() if value not in ("", ())}
    try:
        return msgspec.convert(filled, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise ApiError(400, "form_invalid", f"The form cannot be used: {error}.") from error


def _check_origin(request: web.Request) -> None:
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise _foreign()


async def _pairs(request: web.Request, bodies: Bodies) -> list[tuple[str, bytes]]:
    if request.content_type == MULTIPART:
        return parts_of(await bodies.read(request, MAX_BODY_BYTES), request.headers["Content-Type"])
    if request.content_type != URLENCODED:
        raise ApiError(415, "no_form", "This address takes a form.", "Use the pages, or the JSON routes.")
    body = await bodies.read(request, MAX_REQUEST_BYTES)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise ApiError(400, "form_invalid", f"The form cannot be read: {error}.") from error
    return [(name, value.encode()) for name, value in pairs]


def _foreign() -> ApiError:
    hint = "Open the page anew and send it again. A proxy in front must pass the Host header on."
    return ApiError(403, "foreign_form", "This form did not come from a page of ours.", hint)
