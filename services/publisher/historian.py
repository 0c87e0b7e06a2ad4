"""Keeps the history: one entry a job, as far as the job has come."""

from __future__ import annotations

from typing import Any

import msgspec
import structlog

from services.publisher.follower import Job
from shared.blobs import Blobs
from shared.errors import BlobMissing, Retry
from shared.events import FilmFound, JobClosed, JobEnded, RepoScanned
from shared.facts import FactBase
from shared.history.entry import Entry, History, Status

log = structlog.get_logger(__name__)

STATUSES: dict[str, Status] = {
    "scheduled": "pending",
    "queued": "pending",
    "started": "processing",
    "finished": "completed",
    "failed": "failed",
    "cancelled": "failed",
}
RIVAL_SECONDS = 2.0
MOST_ERROR_CHARACTERS = 1000


class Historian:
    def __init__(self, history: History, blobs: Blobs) -> None:
        self._history = history
        self._blobs = blobs

    async def record(self, job: Job) -> None:
        """Write the job's entry, or bring it up to date; an older view of it writes over nothing.

        Raises Retry when another worker wrote meanwhile, or the history is away.
        """
        kept = await self._history.get(job.submitted.spec.repo, job.submitted.job_id)
        entry = await self._entry(job, kept.entry if kept else None)
        if kept is None:
            done = await self._history.create(entry)
        elif entry.updated_at < kept.entry.updated_at or entry == kept.entry:
            return
        else:
            done = await self._history.replace(entry, kept.revision)
        if not done:
            raise Retry("another worker wrote into the history", delay_seconds=RIVAL_SECONDS)

    async def _entry(self, job: Job, known: Entry | None) -> Entry:
        spec, record = job.submitted.spec, job.record
        scanned = job.events.scanned
        turns = (job.submitted, scanned, job.events.get(JobEnded), job.events.get(JobClosed))
        outputs = job.events.outputs
        films = {output.language: output.video_url for output in outputs}
        told = await self._facts(scanned, known)
        return Entry(
            repo_name=spec.repo,
            status=STATUSES[record.status],
            created_at=job.submitted.at,
            updated_at=max(turn.at for turn in turns if turn is not None),
            url=spec.url,
            video_url=next(iter(films.values()), ""),
            error_message=_error(job),
            job_id=job.submitted.job_id,
            commit=record.commit or "",
            trigger=spec.trigger,
            profile=spec.profile,
            format=spec.format,
            languages=record.languages,
            films=films,
            subtitles={output.language: output.subtitles_url for output in outputs},
            thumbnails={output.language: output.thumbnail_url for output in outputs},
            **told,
        )

    async def _facts(self, scanned: RepoScanned | FilmFound | None, known: Entry | None) -> dict[str, Any]:
        """What the earlier system kept of a repository; it is read once, for facts are forgotten one day."""
        if known is not None and known.commit:
            return {"description": known.description, "stars": known.stars, "language": known.language}
        if scanned is None:
            return {}
        try:
            facts = msgspec.json.decode(await self._blobs.get(scanned.facts), type=FactBase)
        except (BlobMissing, msgspec.DecodeError) as error:
            log.warning("history.facts_missing", reason=str(error))
            return {}
        found = {name: facts.find(fact) for name, fact in FACTS.items()}
        stars = found.pop("stars")
        told: dict[str, Any] = {name: str(fact.value) for name, fact in found.items() if fact is not None}
        return told | ({"stars": stars.value} if stars is not None and isinstance(stars.value, int) else {})


FACTS = {"description": "repo.description", "stars": "repo.stars", "language": "language.1"}


def _error(job: Job) -> str:
    error = job.record.error
    if job.record.status == "cancelled":
        return "cancelled"
    return error.message[:MOST_ERROR_CHARACTERS] if error else ""
