"""Sends a film to the blog: one change of the site, which finds out by itself whether it was made already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from services.publisher.files.film import Film
from services.publisher.targets.blog.composing import JOB_CHARACTERS, files_for, page_of
from services.publisher.targets.blog.scenes import chapter_pictures
from services.publisher.targets.blog.settings import BlogSettings
from services.publisher.targets.blog.sites import Change, Site
from services.publisher.targets.disclosure import disclosure
from services.publisher.targets.ledger import Ledger, Page
from services.publisher.targets.target import Parcel
from shared.errors import Reject
from shared.offload import Progress

REVISION_CHARACTERS = 8
Pictures = Callable[[Film, Path, Path, Progress], Awaitable[Sequence[Path]]]
"""From a film, its folder and an empty one to files of pictures in there, one a chapter."""


class Blog:
    name = "blog"

    def __init__(
        self,
        site: Site,
        ledger: Ledger,
        settings: BlogSettings,
        clock: Callable[[], datetime],
        pictures: Pictures = chapter_pictures,
    ) -> None:
        self._site = site
        self._ledger = ledger
        self._settings = settings
        self._clock = clock
        self._pictures = pictures

    async def send(self, parcel: Parcel, page: Page, progress: Callable[[float], None]) -> str:
        """Write the post and what belongs to it, and give its address, or that of its proposal."""
        if not page.entry.reference:
            _refuse_private(parcel)
            earlier = await self._ledger.predecessor(page.key)
            with TemporaryDirectory(prefix="reporeel-scenes-") as folder:
                scenes = await self._pictures(parcel.film, parcel.folder, Path(folder), progress)
                change = self._change(parcel, scenes, earlier.url if earlier else "")
                proposal = await self._site.make(change)
            address = page_of(parcel, self._settings)
            await page.record(reference=address, url=proposal or address)
        progress(100.0)
        return page.entry.url

    def _change(self, parcel: Parcel, scenes: Sequence[Path], earlier: str) -> Change:
        job, revision = parcel.job_id[:JOB_CHARACTERS], parcel.revision[:REVISION_CHARACTERS]
        replaced = f"Takes the place of {earlier}\n\n" if earlier else ""
        return Change(
            edit=partial(files_for, parcel, self._settings, scenes, self._clock()),
            title=f"Add a film about {parcel.facts.repo} ({parcel.language})",
            words=f"{parcel.film.title}\n\n{replaced}{disclosure(parcel.language)}",
            branch=f"reporeel/{job}-{parcel.language}-{revision}",
        )


def _refuse_private(parcel: Parcel) -> None:
    if parcel.is_private:
        raise Reject(
            f"{parcel.spec.repo} is private, and a blog is read by everybody",
            code="private_repository",
            hint="Its film stands in its folder; leave blog out of REPOREEL_PUBLISH_WEBHOOKS or the request.",
        )
