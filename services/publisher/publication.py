"""The publish stage: into the job's folder always, anywhere else only above the quality gate."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec
import structlog

from services.publisher import gate
from services.publisher.files.film import read_film
from services.publisher.files.tracks import JOINED
from services.publisher.files_publisher import PAGE, FilesPublisher
from services.publisher.quality.report import Quality
from services.publisher.settings import PublisherSettings
from services.publisher.targets.bucket.copy import BucketCopy
from services.publisher.targets.ledger import Key, Ledger
from services.publisher.targets.target import Parcel, Target, is_private
from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import FILES, GITHUB, JobClosed, JobEnded, Output, VideoPublished, VideoRendered
from shared.facts import FactBase
from shared.licensing import licensing
from shared.offload import Progress

log = structlog.get_logger(__name__)

NOT_SENT_TO = frozenset({FILES, GITHUB})
"""The folder is filled before all else; GitHub is told of a job by whoever follows it."""
FACTS = "facts.json"
WATCHED_AT = "youtube"
"""Where people watch a film that went there; else they watch its file."""

TELL_OF_OTHERS = frozenset({"blog"})
"""Targets that say where else the film is; they come last."""


class Publication:
    def __init__(
        self,
        blobs: Blobs,
        files: FilesPublisher,
        settings: PublisherSettings,
        targets: Mapping[str, Target],
        ledger: Ledger,
        bucket: BucketCopy | None = None,
    ) -> None:
        self._blobs = blobs
        self._files = files
        self._settings = settings
        self._targets = targets
        self._ledger = ledger
        self._bucket = bucket

    async def handle(self, event: VideoRendered, progress: Progress) -> VideoPublished:
        """Fill the folder and its bucket, ask the gate, then send the film to each other target.

        Raises Reject: "target_unavailable", "policy" for a denied licence, "quality" below the gate;
        its files stand by then.
        """
        published = await self._files.publish(event, progress)
        links = await self._copied(event, progress)
        quality, forced = await self._quality_of(event), tuple[str, ...]()
        if not set(event.spec.publish) <= {FILES}:
            self._refuse_unallowed(event)
            forced = self._admitted(event, quality)
            links |= await self._sent(event, links, progress)
        output = _led_to(published.output, links)
        return msgspec.structs.replace(
            published,
            output=msgspec.structs.replace(output, forced=forced, links=links),
            warnings=(gate.told(quality, quality.failed),) if quality and quality.failed else (),
        )

    async def close(self, event: JobEnded, progress: Progress) -> JobClosed:
        """Write the final record and the page into the folder, and into its bucket."""
        closed = await self._files.close(event, progress)
        folder = self._files.folder_of(event)
        if self._bucket is not None and (folder / FACTS).is_file() and self._may_be_copied(_facts(folder)):
            await self._bucket.close(event.spec, event.job_id, folder, ("job.json", PAGE, JOINED))
        return closed

    async def _copied(self, event: VideoRendered, progress: Progress) -> dict[str, str]:
        """The film's address in the bucket, where there is one: part of the folder, so no gate is asked."""
        if self._bucket is None:
            return {}
        parcel = await asyncio.to_thread(parcel_of, self._files.folder_of(event), event)
        if not self._may_be_copied(parcel.facts):
            log.warning("publication.not_copied", language=event.language, reason="the bucket is served")
            return {}
        key = Key(event.job_id, event.language, self._bucket.name, parcel.revision)
        url = await self._bucket.send(parcel, await self._ledger.page(key), progress)
        return {self._bucket.name: url}

    def _may_be_copied(self, facts: FactBase) -> bool:
        """A bucket that is served shows nothing private, and nothing that the licence policy denies."""
        is_served = self._bucket is not None and self._bucket.is_served
        return not is_served or not (is_private(facts) or self._is_denied(facts))

    async def _sent(
        self, event: VideoRendered, known: Mapping[str, str], progress: Progress
    ) -> dict[str, str]:
        """Each target's address, in the order they were sent to."""
        parcel = await asyncio.to_thread(parcel_of, self._files.folder_of(event), event)
        wanted = [name for name in event.spec.publish if name not in NOT_SENT_TO]
        if wanted:
            self._refuse_denied(parcel)
        names = sorted(wanted, key=lambda name: name in TELL_OF_OTHERS)
        links = dict(known)
        for done, name in enumerate(names):
            key = Key(event.job_id, event.language, name, parcel.revision)
            share = partial(_share, progress, done, len(names))
            sent, page = msgspec.structs.replace(parcel, links=dict(links)), await self._ledger.page(key)
            if page.entry.withdrawn:
                raise _withdrawn(name, page.entry.url)
            links[name] = await self._targets[name].send(sent, page, share)
        return links

    def _refuse_unallowed(self, event: VideoRendered) -> None:
        """The operator's setting counts here too: the gateway that let a wish in may be set otherwise."""
        for target in event.spec.publish:
            is_there = target in NOT_SENT_TO or target in self._targets
            if target != FILES and not (is_there and target in self._settings.targets):
                raise Reject(
                    f"nothing is published to {target!r} here",
                    code="target_unavailable",
                    hint="REPOREEL_PUBLISH_TARGETS names the targets the operator allows.",
                )

    def _refuse_denied(self, parcel: Parcel) -> None:
        """By hand a film of any repository is made; what the licence policy denies is shown to nobody."""
        if self._is_denied(parcel.facts):
            raise Reject(
                f"{parcel.facts.repo} is licensed under {_spdx(parcel.facts)}, films of which stay in their "
                "folder here",
                code="policy",
                hint="REPOREEL_POLICY_LICENSES_DENIED names such licences.",
            )

    def _is_denied(self, facts: FactBase) -> bool:
        settings = self._settings
        return licensing(_spdx(facts), settings.licenses_allowed, settings.licenses_denied) == "deny"

    async def _quality_of(self, event: VideoRendered) -> Quality | None:
        key = event.files.get(f"quality.{event.language}.json")
        return msgspec.json.decode(await self._blobs.get(key), type=Quality) if key else None

    def _admitted(self, event: VideoRendered, quality: Quality | None) -> tuple[str, ...]:
        """The measures that were overridden; raises Reject where they may not be."""
        if quality is None:
            raise Reject(f"the {event.language} film came without a quality report", code="quality")
        objections = gate.below(quality, self._settings.may_be_unmeasured)
        if objections and not event.spec.force:
            raise gate.refuse(quality, objections)
        if objections:
            log.warning("publication.forced", language=event.language, measures=objections)
        return objections


def _led_to(output: Output, links: Mapping[str, str]) -> Output:
    """Where people find a film: in the bucket if that is served, on YouTube if it went there."""
    served = links.get("bucket", "")
    if served.startswith("http"):
        place, language = served.rpartition("/")[0], output.language
        output = msgspec.structs.replace(
            output,
            video_url=served,
            subtitles_url=f"{place}/subtitles.{language}.vtt",
            thumbnail_url=f"{place}/thumbnail.{language}.jpg",
        )
    return msgspec.structs.replace(output, video_url=links.get(WATCHED_AT, output.video_url))


def _spdx(facts: FactBase) -> str | None:
    fact = facts.find("license.spdx")
    return str(fact.value) if fact is not None else None


def _facts(folder: Path) -> FactBase:
    return msgspec.json.decode((folder / FACTS).read_bytes(), type=FactBase)


def parcel_of(folder: Path, event: VideoRendered) -> Parcel:
    return Parcel(
        job_id=event.job_id,
        spec=event.spec,
        facts=_facts(folder),
        folder=folder,
        film=read_film(folder, event.language),
        revision=event.files[f"script.{event.language}.json"].removeprefix("sha256/"),
    )


def _withdrawn(name: str, url: str) -> Reject:
    return Reject(
        f"{url} was taken down from {name}, and just that film does not go there again",
        code="withdrawn",
        hint="Edit its script, or ask for a new film.",
    )


def _share(progress: Progress, done: int, count: int, percent: float) -> None:
    """Tell how far one of several targets is."""
    progress((done + percent / 100.0) / count * 100.0)
