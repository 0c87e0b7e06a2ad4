"""Checks what was asked for against what can be done here, and against what the operator allows."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from services.gateway.errors import ApiError
from services.gateway.notices.addresses import check_address, check_mail
from services.gateway.requests import MAX_LANGUAGES, REF_PATTERN, REPO_PATTERN, JobWishes
from services.gateway.settings import GatewaySettings
from services.gateway.targets import publishing
from shared.events import FILES, JobSpec, Trigger
from shared.languages import check_languages, plain

GITHUB_REPO = re.compile(REPO_PATTERN)
GITHUB_ADDRESS = re.compile(r"https://github\.com/(?P<repo>[^/?#]+/[^/?#]+?)(?:\.git)?/?")
REF = re.compile(REF_PATTERN)


class Wishes:
    """Turns requests into what a job is asked for."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings

    def spec(self, repo: str, request: JobWishes, trigger: Trigger, *, by_admin: bool) -> JobSpec:
        """Give the specification of a job.

        Raises ApiError: 400 for what is malformed, 422 for what cannot be done here, 403 for what this
        caller may not ask for.
        """
        spec = spec_of(repo, request, trigger, self._settings.local_root)
        wanted = (request.publish,) if isinstance(request.publish, str) else request.publish
        targets, force = publishing(wanted, self._settings.targets, by_admin=by_admin)
        if request.callback_url is not None:
            check_address(request.callback_url, self._settings.callback_hosts)
            self._check_signed()
        if request.email is not None:
            check_mail(request.email, self._settings.mail_domains)
        return msgspec.structs.replace(
            spec, publish=targets, force=force, callback_url=request.callback_url, email=request.email
        )

    def of_webhook(self, spec: JobSpec) -> JobSpec:
        """Give a webhook's job the targets that the operator chose for it."""
        allowed = set(self._settings.targets)
        wanted = (target for target in self._settings.webhook_targets if target in allowed)
        return msgspec.structs.replace(spec, publish=tuple(dict.fromkeys((FILES, *wanted))))

    def _check_signed(self) -> None:
        if not self._settings.callback_secrets:
            hint = "Set REPOREEL_CALLBACK_SECRET; it signs what is sent."
            raise ApiError(422, "not_available", "No callback is sent from here.", hint)


def spec_of(repo: str, request: JobWishes, trigger: Trigger, local_root: Path | None) -> JobSpec:
    """Check a request against what can be done here.

    Raises ApiError (400, 422) that says what, which, and what to do.
    """
    _check_shape(request)
    if request.ref is not None and not REF.fullmatch(request.ref):
        raise ApiError(400, "ref_invalid", f"No branch, tag or commit is called {request.ref[:80]!r}.")
    _check_languages(request.languages)
    return JobSpec(
        repo=repo_of(repo, local_root),
        ref=request.ref,
        trigger=trigger,
        profile=request.profile,
        format=request.format,
        languages=tuple(dict.fromkeys(map(plain, request.languages))),
        priority=request.priority,
        voices=request.voices,
        approve=request.approve,
        extras=tuple(dict.fromkeys(request.extras)),
    )


def _check_shape(request: JobWishes) -> None:
    if request.profile == "reel20" and request.format == "wide":
        raise ApiError(
            422, "not_available", "Profile 'reel20' is no wide film.", "Ask for format reel or square."
        )


def repo_of(wish: str, local_root: Path | None) -> str:
    """Give `owner/name`, or the absolute path of a folder that may be filmed.

    Raises ApiError (400, 422) for anything else: no other host is ever called.
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
    folder = None if local_root is None or "\0" in wish else Path(wish).resolve()
    if local_root is None or folder is None or not folder.is_relative_to(local_root.resolve()):
        hint = "Set REPOREEL_LOCAL_ROOT to a folder above it, or use the command line."
        raise ApiError(422, "local_not_allowed", "Local folders are not accepted here.", hint)
    if not folder.is_dir():
        raise ApiError(422, "repo_invalid", f"There is no folder {wish[:200]!r}.", "Check the path.")
    return str(folder)


def _check_languages(languages: tuple[str, ...]) -> None:
    if len(languages) > MAX_LANGUAGES:
        raise ApiError(400, "languages_invalid", f"At most {MAX_LANGUAGES} languages a job.")
    refusal = check_languages(languages)
    if refusal is not None:
        raise ApiError(422, "language_unavailable", refusal.message, refusal.hint)
