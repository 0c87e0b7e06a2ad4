"""What `reporeel doctor` says of YouTube: whether a film would arrive, and as private as it was meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from services.commands.findings import Finding
from services.publisher.settings import PublisherSettings
from services.publisher.targets.youtube.calls import Calls, token_endpoint
from services.publisher.targets.youtube.grant import Grant, GrantRefused, renewed
from services.publisher.targets.youtube.newest import newest_of_ours
from services.publisher.targets.youtube.settings import YouTubeSettings, oauth_client
from shared.errors import SettingsError, StageError
from shared.settings import load

LOGIN = "run `reporeel youtube login` and set YOUTUBE_REFRESH_TOKEN to what it shows"
SOON_DAYS = 3.0


async def youtube_findings(environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Nothing where YouTube is no target; else what stands in the way, if anything does."""
    if "youtube" not in load(PublisherSettings, environ).targets:
        return
    settings = load(YouTubeSettings, environ)
    try:
        grant = await _grant(settings)
    except (SettingsError, GrantRefused) as error:
        yield _finding(str(error), ok=False)
        return
    if grant.missing_scopes:
        missing = ", ".join(scope.rpartition("/")[2] for scope in grant.missing_scopes)
        yield _finding(f"the token lacks the scope {missing}: {LOGIN}, ticking every box", ok=False)
        return
    yield _age(grant)
    yield await _channel(settings)


async def _grant(settings: YouTubeSettings) -> Grant:
    if not settings.client_secret:
        raise SettingsError("YOUTUBE_CLIENT_SECRET is not set: `reporeel youtube login` says how to get it")
    if not settings.refresh_token:
        raise SettingsError(f"YOUTUBE_REFRESH_TOKEN is not set: {LOGIN}")
    client = oauth_client(settings)
    try:
        return await renewed(token_endpoint(settings.api_url), client, settings.refresh_token)
    except GrantRefused as error:
        raise GrantRefused(f"Google does not take the refresh token ({error}): {LOGIN}") from error


def _age(grant: Grant) -> Finding:
    days = grant.days_left
    if days is None:
        return _finding("the refresh token works and does not expire by itself", ok=True)
    words = f"the refresh token dies in {days:.0f} days: the consent screen is in testing mode; publish it"
    return _finding(f"{words}, then {LOGIN}", ok=days > SOON_DAYS, fatal=False)


async def _channel(settings: YouTubeSettings) -> Finding:
    calls = Calls(settings.api_url, oauth_client(settings), settings.refresh_token)
    try:
        ours = await newest_of_ours(calls)
    except StageError as error:
        return _finding(f"{error.message} {error.hint}", ok=False)
    finally:
        await calls.close()
    locked = [video for video in ours if video.is_locked(datetime.now(UTC))]
    if settings.privacy != "private" and ours and len(locked) == len(ours):
        return _finding(
            f"every film on the channel is private ({len(ours)} looked at), "
            f"though REPOREEL_YOUTUBE_PRIVACY is {settings.privacy}: "
            "Google locks what a project uploads that it has not audited; ask for the audit of your project",
            ok=False,
            fatal=False,
        )
    return _finding(f"the channel answers; {len(ours)} of its newest videos are ours", ok=True)


def _finding(words: str, *, ok: bool, fatal: bool = True) -> Finding:
    return Finding("YouTube", ok=ok, words=words, fatal=fatal)
