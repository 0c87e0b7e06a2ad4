"""A multipart body: a job's wishes in form fields, and a recorded narration."""

from __future__ import annotations

import re
from email.message import Message
from typing import Any, NamedTuple, get_args

import msgspec

from services.gateway.errors import ApiError
from services.gateway.requests import MAX_LANGUAGES, JobRequest
from shared.events import Extra

MOST_PARTS = 30
EXTRAS: tuple[str, ...] = get_args(Extra)
MANY = ("languages", "publish", "extras")
"""Fields that take several words, with commas between them."""
FLAGS = ("approve", "dry_run")
TRUTHS = {"true": True, "false": False}
WORD = "[A-Za-z0-9 _.-]{1,60}"
_DESCRIBED: dict[str, Any] = msgspec.json.schema(JobRequest)["$defs"]["JobRequest"]["properties"]
FORM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "The fields of the JSON body, languages with commas between them; and a recording.",
    "properties": {
        **{name: _DESCRIBED[name] for name in ("repo", "format", "profile", "priority")},
        **{name: _DESCRIBED[name]["anyOf"][0] for name in ("ref", "callback_url", "email")},
        **{name: {"enum": list(TRUTHS)} for name in FLAGS},
        "languages": {"type": "string", "pattern": f"^[^,]*(,[^,]*){{0,{MAX_LANGUAGES - 1}}}$"},
        "publish": {"type": "string"},
        "extras": {"type": "string", "pattern": f"^({'|'.join(EXTRAS)})(,({'|'.join(EXTRAS)}))*$"},
        "voices": {"type": "string", "pattern": rf'^\{{("{WORD}": "{WORD}"(, "{WORD}": "{WORD}")*)?\}}$'},
        "narration": {"type": "string", "format": "binary", "minLength": 1},
    },
    "required": ["repo"],
    "additionalProperties": False,
}
_NAME = re.compile(rb'content-disposition:[^\r\n]*;\s*name="([A-Za-z_]{1,40})"', re.IGNORECASE)


class Form(NamedTuple):
    wish: JobRequest
    narration: bytes | None


def form_of(body: bytes, content_type: str) -> Form:
    """Give the job that a form asks for, and the recording that came with it.

    Raises ApiError (400) that says what is wrong.
    """
    parts = dict(parts_of(body, content_type))
    narration = parts.pop("narration", None)
    if narration == b"":
        raise _invalid("the narration is empty")
    try:
        fields = {name: _value(name, content.decode()) for name, content in parts.items()}
        return Form(msgspec.convert(fields, JobRequest), narration)
    except (UnicodeDecodeError, msgspec.ValidationError, msgspec.DecodeError) as error:
        raise _invalid(str(error)) from error


def parts_of(body: bytes, content_type: str) -> list[tuple[str, bytes]]:
    """Give name and content of each part, in order.

    Raises ApiError (400) that says what is wrong.
    """
    return _parts(body, _boundary(content_type))


def _value(name: str, text: str) -> Any:
    """`en,pt` for several words, `{"en": "heart"}` for voices, as it stands for everything else."""
    if name == "voices":
        return msgspec.json.decode(text)
    if name in MANY:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return TRUTHS.get(text, text) if name in FLAGS else text


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if not boundary or not boundary.isascii():
        raise _invalid("its Content-Type names no boundary")
    return boundary.encode()


def _parts(body: bytes, boundary: bytes) -> list[tuple[str, bytes]]:
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_PARTS + 1)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - before, one part, after
        raise _invalid(f"it has no part, more than {MOST_PARTS}, or is cut short")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> tuple[str, bytes]:
    head, gap, content = piece.partition(b"\r\n\r\n")
    name = _NAME.search(head)
    if not gap or name is None:
        raise _invalid("a part has no name")
    return name[1].decode(), content


def _invalid(why: str) -> ApiError:
    hint = "Send the fields of POST /jobs as form fields, and the recording as the file `narration`."
    return ApiError(400, "body_invalid", f"The form is not what this route takes: {why}.", hint)
