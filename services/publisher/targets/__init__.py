"""Where films go besides their folder: a package a target, and a ledger that keeps each from going twice."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from services.publisher.follower import Follower
from services.publisher.settings import PublisherSettings
from services.publisher.targets.bucket.bucket import Bucket
from services.publisher.targets.bucket.copy import BucketCopy
from services.publisher.targets.bucket.settings import BucketSettings, check
from services.publisher.targets.ledger import Ledger
from services.publisher.targets.target import Target
from shared.bus import Bus
from shared.errors import SettingsError
from shared.events import GITHUB, now
from shared.github.http import GitHubHttp
from shared.measures import Measures
from shared.pipeline import GITHUB_CONSUMER
from shared.settings import load

__all__ = ["Ledger", "Target", "bucket_copy", "targets", "telling_github"]

GITHUB_SECONDS = 30.0
"""The longest silence of GitHub that a pull request waits for."""


@contextlib.asynccontextmanager
async def targets(
    bus: Bus, settings: PublisherSettings, environ: Mapping[str, str], measures: Measures
) -> AsyncIterator[dict[str, Target]]:
    """Give the targets the operator allows, ready to be sent to while the block runs.

    Raises SettingsError where one is allowed and its credentials are missing.
    """
    async with contextlib.AsyncExitStack() as stack:
        found: dict[str, Target] = {}
        if "youtube" in settings.targets:
            found["youtube"] = await stack.enter_async_context(_youtube(bus, environ, measures))
        if "blog" in settings.targets:
            found["blog"] = await stack.enter_async_context(_blog(bus, environ))
        yield found


@contextlib.asynccontextmanager
async def telling_github(
    bus: Bus, settings: PublisherSettings, environ: Mapping[str, str], measures: Measures
) -> AsyncIterator[Follower | None]:
    """Give who tells GitHub where jobs stand; None where the operator does not allow it.

    Raises SettingsError where it is allowed and its credentials are missing.
    """
    if GITHUB not in settings.targets:
        yield None
        return
    from services.publisher.targets.github.calls import Calls  # noqa: PLC0415 - only where it is allowed
    from services.publisher.targets.github.reporter import Reporter, is_told  # noqa: PLC0415
    from services.publisher.targets.github.settings import GitHubTargetSettings  # noqa: PLC0415

    mine = load(GitHubTargetSettings, environ)
    if not mine.is_set:
        raise SettingsError(
            "REPOREEL_PUBLISH_TARGETS names github: set GITHUB_TOKEN, or GITHUB_APP_ID and "
            "GITHUB_APP_PRIVATE_KEY"
        )
    calls = Calls(mine.github_http(measures))
    try:
        yield Follower(bus, GITHUB_CONSUMER, Reporter(bus, calls, mine.public_url).tell, is_told)
    finally:
        await calls.close()


@contextlib.asynccontextmanager
async def bucket_copy(environ: Mapping[str, str]) -> AsyncIterator[BucketCopy | None]:
    """Give the bucket that holds the folder of films once more; None where the operator has none.

    Raises SettingsError where one is named and its credentials are missing.
    """
    settings = load(BucketSettings, environ)
    check(settings)
    if not settings.place:
        yield None
        return
    bucket = bucket_of(settings)
    try:
        yield BucketCopy(bucket, settings)
    finally:
        await bucket.close()


@contextlib.asynccontextmanager
async def _youtube(bus: Bus, environ: Mapping[str, str], measures: Measures) -> AsyncIterator[Target]:
    from services.publisher.targets.youtube.calls import Calls  # noqa: PLC0415 - only where it is allowed
    from services.publisher.targets.youtube.quota import Quota  # noqa: PLC0415
    from services.publisher.targets.youtube.settings import YouTubeSettings, oauth_client  # noqa: PLC0415
    from services.publisher.targets.youtube.target import YouTube  # noqa: PLC0415

    settings = load(YouTubeSettings, environ)
    if not settings.is_set:
        raise SettingsError(
            "REPOREEL_PUBLISH_TARGETS names youtube: set YOUTUBE_CLIENT_SECRET and YOUTUBE_REFRESH_TOKEN "
            "(`reporeel youtube login` shows how to get them)"
        )
    calls = Calls(settings.api_url, oauth_client(settings), settings.refresh_token)
    try:
        yield YouTube(calls, Ledger(bus), Quota(bus, settings, measures), settings, now)
    finally:
        await calls.close()


@contextlib.asynccontextmanager
async def _blog(bus: Bus, environ: Mapping[str, str]) -> AsyncIterator[Target]:
    from services.publisher.targets.blog.pull_requests import PullRequests  # noqa: PLC0415
    from services.publisher.targets.blog.repository import Repository  # noqa: PLC0415
    from services.publisher.targets.blog.settings import BlogSettings, check  # noqa: PLC0415
    from services.publisher.targets.blog.sites import Folder  # noqa: PLC0415
    from services.publisher.targets.blog.target import Blog  # noqa: PLC0415

    settings = load(BlogSettings, environ)
    check(settings)
    http = GitHubHttp(settings.github_api_url, settings.token, timeout_seconds=GITHUB_SECONDS)
    proposals = PullRequests(http, settings.pull_requests, settings.branch)
    folder = Folder(Path(settings.site).expanduser().absolute())
    site = Repository(settings, proposals if settings.pull_requests else None) if settings.is_git else folder
    try:
        yield Blog(site, Ledger(bus), settings, now)
    finally:
        await http.close()


def bucket_of(settings: BucketSettings) -> Bucket:
    from services.publisher.targets.bucket.gcs import GoogleStorage  # noqa: PLC0415
    from services.publisher.targets.bucket.s3 import S3  # noqa: PLC0415

    return GoogleStorage(settings) if settings.is_google else S3(settings)
