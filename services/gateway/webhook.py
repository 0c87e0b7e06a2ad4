"""GitHub's webhooks: is it really GitHub, and does the event start a job? Pure functions of the bytes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from services.gateway.comments import asked_in
from services.gateway.errors import ApiError
from services.gateway.requests import JobWishes
from services.gateway.wishes import GITHUB_REPO, spec_of
from shared.events import JobSpec, Profile, Trigger

AUTHORISED = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""Whose comments count, in GitHub's words for who somebody is to a repository."""
DISPATCHED = frozenset({"film", "reporeel"})
"""The event types of a repository_dispatch that ask for a film."""


class Repository(msgspec.Struct):
    full_name: str = ""
    default_branch: str = ""
    stargazers_count: int = 0


class Release(msgspec.Struct):
    tag_name: str = ""
    draft: bool = False


class Comment(msgspec.Struct):
    id: int = 0
    body: str = ""
    author_association: str = ""


class Issue(msgspec.Struct):
    number: int | None = None


class WorkflowRun(msgspec.Struct):
    conclusion: str | None = None
    head_branch: str | None = None
    head_sha: str = ""


class Dispatched(msgspec.Struct):
    """What a repository_dispatch may ask for in its `client_payload`."""

    ref: str | None = None
    profile: Profile = "overview"
    languages: tuple[str, ...] = ()


class Payload(msgspec.Struct):
    """The few fields that are read of GitHub's payloads; all others are ignored, missing ones tolerated."""

    action: str = ""
    repository: Repository | None = None
    release: Release | None = None
    ref: str = ""
    after: str = ""
    deleted: bool = False
    comment: Comment | None = None
    issue: Issue | None = None
    workflow_run: WorkflowRun | None = None
    client_payload: Any = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator opted in to."""

    push_repos: tuple[str, ...] = ()
    workflow_repos: tuple[str, ...] = ()
    star_thresholds: tuple[int, ...] = ()
    """Smallest first."""


class Wish(msgspec.Struct, frozen=True):
    """A job an event asks for."""

    spec: JobSpec
    meaning: str


class Ignored(msgspec.Struct, frozen=True):
    """An event that starts no job."""

    reason: str
    message: str = "Event ignored"


def check_signature(body: bytes, header: str | None, secrets: Sequence[str]) -> None:
    """Let a rightly signed body pass.

    Raises ApiError (403) for any other. Compares in constant time, with every secret that is in force.
    """
    if not secrets:
        raise ApiError(
            403,
            "webhook_secret_missing",
            "This gateway has no webhook secret, so it accepts no webhook.",
            "Set GITHUB_WEBHOOK_SECRET to the secret of the webhook on GitHub.",
        )
    given = (header or "").encode(errors="replace")
    right = [b"sha256=" + _signature(body, secret) for secret in secrets]
    if not any([hmac.compare_digest(given, signature) for signature in right]):  # noqa: C419 - try them all
        raise ApiError(
            403,
            "signature_invalid" if header else "signature_missing",
            "The body's X-Hub-Signature-256 is missing or wrong.",
            "Set the same secret on GitHub's webhook and in GITHUB_WEBHOOK_SECRET.",
        )


def read_event(event: str, body: bytes, reading: Reading) -> Wish | Ignored:
    """Decide what a rightly signed event asks for.

    Raises ApiError (400) when the body is no JSON object or has fields of a wrong type.
    """
    try:
        payload = msgspec.json.decode(body, type=Payload)
    except (msgspec.DecodeError, RecursionError) as error:
        hint = "Choose the content type application/json for the webhook."
        raise ApiError(400, "payload_invalid", f"The body is not a webhook's JSON: {error}", hint) from error
    read = READERS.get(event)
    if read is None:
        return Ignored(f"event {event[:40]!r} starts no film")
    repo = payload.repository.full_name if payload.repository else ""
    if payload.repository is None or not GITHUB_REPO.fullmatch(repo):
        return Ignored("the payload names no repository")
    return read(payload, payload.repository, reading, body)


def _starred(payload: Payload, repository: Repository, reading: Reading, _body: bytes) -> Wish | Ignored:
    """A star counts once, or once each time a number of stars is reached."""
    if payload.action != "created":
        return Ignored("only a new star starts a film")
    if not reading.star_thresholds:
        return _wish(repository.full_name, "star", None, "star")
    reached = [number for number in reading.star_thresholds if number <= repository.stargazers_count]
    if not reached:
        return Ignored(f"a film starts at {reading.star_thresholds[0]} stars (REPOREEL_STAR_THRESHOLDS)")
    return _wish(repository.full_name, "star", None, f"star:{reached[-1]}")


def _released(payload: Payload, repository: Repository, _reading: Reading, _body: bytes) -> Wish | Ignored:
    release = payload.release
    if payload.action != "published" or release is None or release.draft or not release.tag_name:
        return Ignored("only a published release starts a film")
    meaning = f"release:{release.tag_name}"
    return _wish(repository.full_name, "release", release.tag_name, meaning, "release")


def _pushed(payload: Payload, repository: Repository, reading: Reading, _body: bytes) -> Wish | Ignored:
    if not _is_among(repository, reading.push_repos):
        return Ignored("pushes to this repository are not opted in (REPOREEL_PUSH_REPOS)")
    branch = repository.default_branch
    if payload.deleted or not branch or payload.ref != f"refs/heads/{branch}":
        return Ignored("only a push to the default branch starts a film")
    return _wish(repository.full_name, "push", payload.after or None, payload.after)


def _ran(payload: Payload, repository: Repository, reading: Reading, _body: bytes) -> Wish | Ignored:
    """A run means the commit it ran on, as a push does: both together make one film."""
    if not _is_among(repository, reading.workflow_repos):
        return Ignored("workflow runs of this repository are not opted in (REPOREEL_WORKFLOW_REPOS)")
    run = payload.workflow_run
    if payload.action != "completed" or run is None or run.conclusion != "success":
        return Ignored("only a workflow run that succeeded starts a film")
    if not run.head_sha or run.head_branch != repository.default_branch:
        return Ignored("only a workflow run on the default branch starts a film")
    return _wish(repository.full_name, "workflow", run.head_sha, run.head_sha)


def _dispatched(payload: Payload, repository: Repository, _reading: Reading, body: bytes) -> Wish | Ignored:
    """Nothing in it tells one from another but all of it: the same bytes are the same wish."""
    if payload.action not in DISPATCHED:
        return Ignored(f"a repository_dispatch starts a film with type {' or '.join(sorted(DISPATCHED))}")
    try:
        asked = msgspec.convert(payload.client_payload or {}, Dispatched)
    except msgspec.ValidationError as error:
        return Ignored(f"its client_payload is not understood: {error}")
    meaning = f"dispatch:{hashlib.sha256(body).hexdigest()}"
    return _checked(repository, "dispatch", asked, meaning)


def _commented(payload: Payload, repository: Repository, _reading: Reading, _body: bytes) -> Wish | Ignored:
    comment = payload.comment
    if payload.action != "created" or comment is None:
        return Ignored("only a new comment starts a film")
    asked = asked_in(comment.body)
    if asked is None:
        return Ignored("the comment does not begin with /film")
    if comment.author_association not in AUTHORISED:
        return Ignored("only owners, members and collaborators may ask for a film in a comment")
    if isinstance(asked, str):
        return Ignored(asked)
    wish = _checked(repository, "comment", Dispatched(**asked), f"comment:{comment.id}")
    if isinstance(wish, Ignored) or payload.issue is None:
        return wish
    spec = msgspec.structs.replace(wish.spec, issue=payload.issue.number, comment=comment.id)
    return Wish(spec, wish.meaning)


def _checked(repository: Repository, trigger: Trigger, asked: Dispatched, meaning: str) -> Wish | Ignored:
    try:
        wishes = JobWishes(ref=asked.ref, profile=asked.profile, languages=asked.languages)
        spec = spec_of(repository.full_name, wishes, trigger, None)
    except ApiError as error:
        return Ignored(f"{error.message} {error.hint}".strip())
    return Wish(spec, meaning)


READERS: dict[str, Callable[[Payload, Repository, Reading, bytes], Wish | Ignored]] = {
    "star": _starred,
    "release": _released,
    "push": _pushed,
    "workflow_run": _ran,
    "repository_dispatch": _dispatched,
    "issue_comment": _commented,
}
"""The events that may start a film."""


def _is_among(repository: Repository, names: Sequence[str]) -> bool:
    return repository.full_name.lower() in {name.lower() for name in names}


def _wish(repo: str, trigger: Trigger, ref: str | None, meaning: str, profile: Profile = "overview") -> Wish:
    return Wish(JobSpec(repo=repo, ref=ref, trigger=trigger, profile=profile), meaning)


def _signature(body: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
