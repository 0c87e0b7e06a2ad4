"""What people and programs may ask for, and what of it this gateway accepts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from services.gateway.errors import ApiError
from shared.events import Format, JobSpec, Priority, Profile, Trigger
from shared.languages import check_languages

GITHUB_REPO = re.compile(r"(?!\.)[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
GITHUB_ADDRESS = re.compile(r"https://github\.com/(?P<repo>[^/?#]+/[^/?#]+?)(?:\.git)?/?")
REF = re.compile(r"(?![-/])[A-Za-z0-9._/+@-]{1,200}")
MAX_LANGUAGES = 20
WIDE_PROFILES = frozenset({"overview", "release", "architecture"})

S = TypeVar("S", bound=msgspec.Struct)


class JobRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /jobs`."""

    repo: str
    ref: str | None = None
    languages: tuple[str, ...] = ()
    format: Format = "wide"
    profile: Profile = "overview"
    priority: Priority = "normal"
    voices: dict[str, str] = {}
    publish: tuple[str, ...] = ("files",)
    approve: bool = False
    """Stop after the script until a person approves it."""


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


def spec_of(request: JobRequest, trigger: Trigger, local_root: Path | None) -> JobSpec:
    """Check a request against what can be done here.

    Raises ApiError (400) that says what, which, and what to do.
    """
    _check_shape(request)
    if set(request.publish) - {"files"}:
        raise ApiError(400, "not_available", f"No such target: {', '.join(request.publish)}.", "Use files.")
    if request.ref is not None and not (REF.fullmatch(request.ref) and ".." not in request.ref):
        raise ApiError(400, "ref_invalid", f"No branch, tag or commit is called {request.ref[:80]!r}.")
    _check_languages(request.languages)
    return JobSpec(
        repo=repo_of(request.repo, local_root),
        ref=request.ref,
        trigger=trigger,
        profile=request.profile,
        format=request.format,
        languages=tuple(dict.fromkeys(request.languages)),
        priority=request.priority,
        voices=request.voices,
        approve=request.approve,
    )


def _check_shape(request: JobRequest) -> None:
    if request.profile == "reel20":
        hint = f"Choose {', '.join(sorted(WIDE_PROFILES))}."
        raise ApiError(400, "not_available", "Profile 'reel20' needs format 'reel', not drawn yet.", hint)
    if request.format != "wide":
        raise ApiError(400, "not_available", f"Format {request.format!r} is not drawn yet.", "Leave it out.")


def repo_of(wish: str, local_root: Path | None) -> str:
    """Give `owner/name`, or the absolute path of a folder that may be filmed.

    Raises ApiError (400) for anything else: no other host is ever called.
    """
    if wish.startswith("/"):
        return _folder(wish, local_root)
    address = GITHUB_ADDRESS.fullmatch(wish)
    repo = address["repo"] if address else wish
    if not GITHUB_REPO.fullmatch(repo):
        hint = "Give owner/name, https://github.com/owner/name, or an absolute path."
        raise ApiError(400, "repo_invalid", f"Not a repository on GitHub: {wish[:120]!r}.", hint)
    return repo


def _folder(wish: str, local_root: Path | None) -> str:
    folder = Path(wish).resolve()
    if local_root is None or not folder.is_relative_to(local_root.resolve()):
        hint = "Set REPOREEL_LOCAL_ROOT to a folder above it, or use the command line."
        raise ApiError(400, "local_not_allowed", "Local folders are not accepted here.", hint)
    if not folder.is_dir():
        raise ApiError(400, "repo_invalid", f"There is no folder {wish[:200]!r}.", "Check the path.")
    return str(folder)


def _check_languages(languages: tuple[str, ...]) -> None:
    if len(languages) > MAX_LANGUAGES:
        raise ApiError(400, "languages_invalid", f"At most {MAX_LANGUAGES} languages a job.")
    refusal = check_languages(languages)
    if refusal is not None:
        raise ApiError(400, "language_unavailable", refusal.message, refusal.hint)
