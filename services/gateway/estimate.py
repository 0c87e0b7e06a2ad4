"""`"dry_run": true`: what a job would take, told from the jobs that were finished here."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from shared.events import JobSpec
from shared.pipeline import SOURCE_LANGUAGE
from shared.record import JobRecord

SIMILAR_JOBS = 50
"""So many of the newest finished jobs are looked at."""
FILM_BYTES = 30 << 20
"""What one language of a film usually takes, in the folder; measured 8 to 25 MiB a minute of film."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What would happen; nothing has."""

    repo_url: str
    languages: Sequence[str]
    targets: Sequence[str]
    """Where it would be published."""
    seconds: float | None
    """Until the film is there once work on it begins; null until a similar job has finished here."""
    based_on_jobs: int
    """How many finished jobs that rests on."""
    jobs_before: int
    """Jobs that have not ended."""
    disk_bytes: int
    disk_free_bytes: int
    would_fit: bool


def estimate(
    spec: JobSpec, newest_first: Iterable[JobRecord], open_jobs: int, folder: Path, targets: Sequence[str]
) -> Estimate:
    """Work out what a job would take. Languages run side by side only where there are workers for it."""
    languages = spec.languages or (SOURCE_LANGUAGE,)
    finished = [one for one in newest_first if one.status == "finished" and one.profile == spec.profile]
    similar = finished[:SIMILAR_JOBS]
    free = _free(folder)
    needed = FILM_BYTES * len(languages)
    return Estimate(
        repo_url=spec.url,
        languages=languages,
        targets=targets,
        seconds=_seconds(similar, languages),
        based_on_jobs=len(similar),
        jobs_before=open_jobs,
        disk_bytes=needed,
        disk_free_bytes=free,
        would_fit=free >= needed,
    )


def _seconds(similar: Sequence[JobRecord], languages: Sequence[str]) -> float | None:
    """Add the usual time of what is done once, and of each language."""
    if not similar:
        return None
    once = statistics.median(_spent(one, shared=True) for one in similar)
    each = statistics.median(_spent(one, shared=False) / len(one.languages) for one in similar)
    return round(once + each * len(languages), 1)


def _spent(record: JobRecord, *, shared: bool) -> float:
    rows = (row for row in record.stages if (row.language is None) == shared)
    return sum(row.seconds or 0.0 for row in rows)


def _free(folder: Path) -> int:
    place = folder
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
