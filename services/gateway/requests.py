"""What people and programs may ask for, as it comes over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec

from services.gateway.errors import ApiError
from shared.events import FILES, Extra, Format, Priority, Profile

MAX_LANGUAGES = 20
MAX_BATCH = 100

S = TypeVar("S", bound=msgspec.Struct)
REPO_PATTERN = r"(?!\.)[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}"
REF_PATTERN = r"(?![-/])(?!.*\.\.)[A-Za-z0-9._/+@-]{1,200}"
ADDRESS_PATTERN = r"https://github\.com/" + REPO_PATTERN.replace("{1,2}$", "{1,2}(\\.git)?$")
"""Told, not enforced here: what is refused elsewhere is refused with better words."""
REPO_SCHEMA = {"pattern": f"^({REPO_PATTERN}|{ADDRESS_PATTERN}|/.*)$"}

Repo = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=4096,
        extra_json_schema=REPO_SCHEMA,
    ),
]
"""`owner/name`, `https://github.com/owner/name`, or the absolute path of a folder."""


class JobWishes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that can be asked for, but of what."""

    ref: (
        Annotated[
            str,
            msgspec.Meta(min_length=1, max_length=200, extra_json_schema={"pattern": f"^{REF_PATTERN}$"}),
        ]
        | None
    ) = None
    languages: Annotated[tuple[str, ...], msgspec.Meta(max_length=MAX_LANGUAGES)] = ()
    """`es`; or `es:spoken`, to be refused rather than get translated subtitles over English sound."""
    format: Format = "wide"
    profile: Profile = "overview"
    priority: Priority = "normal"
    voices: dict[str, str] = {}
    publish: tuple[str, ...] | str = (FILES,)
    """Targets the operator allows; `force` among them publishes below the quality gate (administrators)."""
    extras: tuple[Extra, ...] = ()
    approve: bool = False
    """Stop after the script until a person approves it."""
    dry_run: bool = False
    """Say what it would take, and start nothing."""
    callback_url: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    """Told of the job's end, signed."""
    email: Annotated[str, msgspec.Meta(max_length=254)] | None = None
    """Told of the job's end."""


class JobRequest(JobWishes, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /jobs`."""

    repo: Repo


class BatchRequest(JobWishes, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /jobs/batch`: one job for each repository, alike in all else."""

    repos: Annotated[tuple[Repo, ...], msgspec.Meta(min_length=1, max_length=MAX_BATCH)]


class ScheduleRequest(JobWishes, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /schedules`: a job that is started again and again."""

    name: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]
    """The same name again replaces the schedule."""
    schedule: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    """`@daily`, `@every 6h`, `@at 2027-01-31T08:00:00Z`, or cron: `0 8 * * 1`, with seconds if six."""
    time_zone: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | None = None
    """Of a cron schedule, `Europe/Lisbon` for instance; unset is UTC."""
    repo: Repo


def decode_body(body: bytes, wanted: type[S]) -> S:
    """Decode a JSON body.

    Raises ApiError (400) that names the field.
    """
    try:
        return msgspec.json.decode(body, type=wanted)
    except (msgspec.DecodeError, RecursionError) as error:
        names = ", ".join(field.encode_name for field in msgspec.structs.fields(wanted))
        message = f"The body is not what this route takes: {error}"
        raise ApiError(400, "body_invalid", message, f"It takes a JSON object with {names}.") from error


def decode_query(query: Any, wanted: type[S]) -> S:
    """Decode a query string's parameters.

    Raises ApiError (400) that names the parameter.
    """
    try:
        return msgspec.convert(dict(query), wanted, strict=False)
    except msgspec.ValidationError as error:
        names = ", ".join(field.encode_name for field in msgspec.structs.fields(wanted))
        message = f"The query is not what this route takes: {error}"
        raise ApiError(400, "query_invalid", message, f"It takes {names}.") from error
