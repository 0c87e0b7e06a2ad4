"""What `reporeel doctor` says of the bucket and the blog: whether a film would arrive there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from services.commands.findings import Finding
from services.publisher.settings import PublisherSettings
from services.publisher.targets import bucket_of
from services.publisher.targets.blog.repository import check_reachable
from services.publisher.targets.blog.settings import BlogSettings
from services.publisher.targets.blog.settings import check as check_blog
from services.publisher.targets.bucket.settings import BucketSettings
from services.publisher.targets.bucket.settings import check as check_bucket
from shared.errors import SettingsError, StageError
from shared.settings import load

PROBE = "reporeel-doctor"
"""Looked for in the bucket, never written."""


async def place_findings(environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Nothing for a place that no film goes to."""
    if load(BucketSettings, environ).place:
        yield await _bucket(load(BucketSettings, environ))
    if "blog" in load(PublisherSettings, environ).targets:
        yield await _blog(load(BlogSettings, environ))


async def _bucket(settings: BucketSettings) -> Finding:
    try:
        check_bucket(settings)
        bucket = bucket_of(settings)
        try:
            await bucket.find(f"{settings.prefix}{PROBE}")
        finally:
            await bucket.close()
    except (SettingsError, StageError) as error:
        return _wrong("bucket", error)
    return Finding("bucket", ok=True, words=f"{settings.place} answers and may be read")


async def _blog(settings: BlogSettings) -> Finding:
    try:
        check_blog(settings)
        if settings.is_git:
            await check_reachable(settings)
            return Finding("blog", ok=True, words=f"{settings.site} answers and has {settings.branch}")
    except (SettingsError, StageError) as error:
        return _wrong("blog", error)
    return _folder(Path(settings.site).expanduser())


def _folder(site: Path) -> Finding:
    place = site.absolute()
    while not place.exists():
        place = place.parent
    ok = place.is_dir() and os.access(place, os.W_OK)
    return Finding("blog", ok=ok, words=f"{site} {'can' if ok else 'cannot'} be written by this user")


def _wrong(what: str, error: SettingsError | StageError) -> Finding:
    hint = f"; {error.hint}" if isinstance(error, StageError) and error.hint else ""
    return Finding(what, ok=False, words=f"{error}{hint}")
