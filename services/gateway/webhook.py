"""GitHub's webhooks: is it really GitHub, and does the event start a job? Pure functions of the bytes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from services.gateway.errors import ApiError
from services.gateway.requests import GITHUB_REPO
from shared.events import JobSpec, Profile, Trigger


class Owner(msgspec.Struct):
    login: str = ""


class Repository(msgspec.Struct):
    full_name: str = ""
    default_branch: str = ""


class Release(msgspec.Struct):
    tag_name: str = ""
    draft: bool = False


class Payload(msgspec.Struct):
    """The few fields that are read of GitHub's payloads; all others are ignored, missing ones tolerated."""

    action: str = ""
    repository: Repository | None = None
    release: Release | None = None
    ref: str = ""
    after: str = ""
    deleted: bool = False


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


def read_event(event: str, body: bytes, push_repos: Sequence[str]) -> Wish | Ignored:
    """Decide what a rightly signed event asks for.

    Raises ApiError (400) when the body is no JSON object or has fields of a wrong type.
    """
    try:
        payload = msgspec.json.decode(body, type=Payload)
    except (msgspec.DecodeError, RecursionError) as error:
        hint = "Choose the content type application/json for the webhook."
        raise ApiError(400, "payload_invalid", f"The body is not a webhook's JSON: {error}", hint) from error
    if event not in {"star", "release", "push"}:
        return Ignored(f"event {event[:40]!r} starts no film")
    repo = payload.repository.full_name if payload.repository else ""
    if not GITHUB_REPO.fullmatch(repo):
        return Ignored("the payload names no repository")
    if event == "star":
        return _starred(payload, repo)
    if event == "release":
        return _released(payload, repo)
    return _pushed(payload, repo, push_repos)


def _starred(payload: Payload, repo: str) -> Wish | Ignored:
    if payload.action != "created":
        return Ignored("only a new star starts a film")
    return _wish(repo, "star", None, "star")


def _released(payload: Payload, repo: str) -> Wish | Ignored:
    release = payload.release
    if payload.action != "published" or release is None or release.draft or not release.tag_name:
        return Ignored("only a published release starts a film")
    return _wish(repo, "release", release.tag_name, f"release:{release.tag_name}", "release")


def _pushed(payload: Payload, repo: str, push_repos: Sequence[str]) -> Wish | Ignored:
    if repo.lower() not in {name.lower() for name in push_repos}:
        return Ignored("pushes to this repository are not opted in (REPOREEL_PUSH_REPOS)")
    branch = payload.repository.default_branch if payload.repository else ""
    if payload.deleted or not branch or payload.ref != f"refs/heads/{branch}":
        return Ignored("only a push to the default branch starts a film")
    return _wish(repo, "push", payload.after or None, payload.after)


def _wish(repo: str, trigger: Trigger, ref: str | None, meaning: str, profile: Profile = "overview") -> Wish:
    return Wish(JobSpec(repo=repo, ref=ref, trigger=trigger, profile=profile), meaning)


def _signature(body: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
