"""Brings a job's folder into the bucket: each file once, over nothing that is not this job's own."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote

import structlog

from services.publisher.files.layout import job_folder
from services.publisher.targets.bucket.bucket import Bucket, Item, Keep, Stored, Taken, UploadLost, item
from services.publisher.targets.bucket.settings import BucketSettings
from services.publisher.targets.ledger import Page
from services.publisher.targets.target import Parcel
from shared.errors import Reject, Retry
from shared.events import JobSpec

log = structlog.get_logger(__name__)

MOST_LOOKS = 4
READ_BYTES = 4 << 20


class BucketCopy:
    """The `files` target's other place; its layout is the folder's."""

    name = "bucket"

    def __init__(self, bucket: Bucket, settings: BucketSettings) -> None:
        self._bucket = bucket
        self._settings = settings

    @property
    def is_served(self) -> bool:
        """Whether people can open what stands in it."""
        return bool(self._settings.films_url)

    async def send(self, parcel: Parcel, page: Page, progress: Callable[[float], None]) -> str:
        """Bring one language's files and the facts, and give the film's address."""
        if not page.entry.reference:
            names = ["facts.json", *(one.name for one in parcel.film.downloads)]
            for done, name in enumerate(names):
                if name not in page.entry.done:
                    await self._once(parcel, name, page, partial(_share, progress, done, len(names)))
                    await page.tick_off(name)
            address = self.address(parcel.spec, parcel.job_id, parcel.film.video)
            await page.record(reference=parcel.film.video, url=address, session="")
        progress(100.0)
        return page.entry.url

    async def close(self, spec: JobSpec, job_id: str, folder: Path, names: Sequence[str]) -> None:
        """Bring what belongs to the job as a whole."""
        for name in names:
            if (folder / name).is_file():
                found = await asyncio.to_thread(item, folder / name, self._named(spec, job_id, name), job_id)
                await self._bring(found, "", _keep_nothing, _tell_nothing)

    def address(self, spec: JobSpec, job_id: str, name: str) -> str:
        """Where people find a file, or else where we do."""
        below = str(job_folder(Path(), spec, job_id) / name)
        if self._settings.films_url:
            return f"{self._settings.films_url.rstrip('/')}/{quote(below)}"
        scheme = self._settings.place.partition("://")[0]
        return f"{scheme}://{self._settings.bucket}/{self._settings.prefix}{below}"

    async def _once(self, parcel: Parcel, name: str, page: Page, progress: Callable[[float], None]) -> None:
        """The ledger holds the upload that is under way, and which file it is of."""
        named = self._named(parcel.spec, parcel.job_id, name)
        found = await asyncio.to_thread(item, parcel.folder / name, named, parcel.job_id)
        mark = f"{name} {found.sha256} "

        async def keep(upload: str) -> None:
            await page.record(session=f"{mark}{upload}")

        begun = page.entry.session.removeprefix(mark) if page.entry.session.startswith(mark) else ""
        await self._bring(found, begun, keep, progress)

    async def _bring(self, found: Item, upload: str, keep: Keep, progress: Callable[[float], None]) -> None:
        """Look, then write for what was seen; where that no longer holds, look again."""
        for _look in range(MOST_LOOKS):
            stored = await self._bucket.find(found.name)
            if stored is not None and await self._is(found, stored):
                break
            if stored is not None and stored.owner != found.owner:
                raise _in_the_way(found)
            try:
                await self._bucket.put(found, stored.version if stored else "", upload, keep, progress)
            except (Taken, UploadLost) as error:
                log.info("bucket.looks_again", name=found.name, reason=type(error).__name__)
                upload = ""
            else:
                break
        else:
            raise Retry(
                f"others keep writing to {found.name} in the bucket", delay_seconds=30.0, code="bucket_busy"
            )

    async def _is(self, found: Item, stored: Stored) -> bool:
        """Whether what stands there is this file; what somebody else brought there is read for that."""
        if stored.sha256:
            return stored.sha256 == found.sha256
        if stored.size != found.size:
            return False
        seen = hashlib.sha256()
        for start in range(0, stored.size, READ_BYTES):
            seen.update(await self._bucket.read(found.name, start, min(start + READ_BYTES, stored.size)))
        return seen.hexdigest() == found.sha256

    def _named(self, spec: JobSpec, job_id: str, name: str) -> str:
        return f"{self._settings.prefix}{job_folder(Path(), spec, job_id) / name}"


def _share(progress: Callable[[float], None], done: int, count: int, percent: float) -> None:
    progress((done * 100.0 + percent) / count)


def _in_the_way(found: Item) -> Reject:
    return Reject(
        f"something else stands at {found.name} in the bucket",
        code="bucket_taken",
        hint="It is not written over: move it away, or give films a prefix of their own in REPOREEL_BUCKET.",
    )


async def _keep_nothing(_upload: str) -> None:
    """Small files need no second try at the same upload."""


def _tell_nothing(_percent: float) -> None:
    pass
