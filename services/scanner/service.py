"""The scan stage: fetches a repository safely, measures it, and stores its fact base."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import structlog

from services.scanner.candidate import candidate_of, with_files
from services.scanner.github import GitHub
from services.scanner.limits import ScanLimits
from services.scanner.past import film_of, outputs_of
from services.scanner.policy import (
    Policy,
    after_reading,
    before_reading,
    enforce,
    enforce_privacy,
    enforce_triggers,
)
from services.scanner.scan import Scan, scan_archive, scan_folder
from services.scanner.settings import ScannerSettings
from services.scanner.unreadable import Unreadable
from services.scanner.wishes import settled
from shared.blobs import Blobs
from shared.bus import Bus
from shared.errors import Reject
from shared.events import FilmFound, JobSpec, JobSubmitted, RepoScanned, now
from shared.history.entry import History
from shared.measures import Measures
from shared.offload import Progress, run_in_child
from shared.redaction.blots import redacted

log = structlog.get_logger()

LOOKED_UP_PERCENT = 10.0
FETCHED_PERCENT = 40.0


class Scanner:
    """Turns a submitted job into the facts of its repository. Scanning twice stores the same bytes once."""

    def __init__(
        self,
        github: GitHub,
        blobs: Blobs,
        limits: ScanLimits,
        policy: Policy,
        *,
        time_limit_seconds: float,
        max_repo_file_languages: int,
        history: History | None = None,
    ) -> None:
        self._github = github
        self._blobs = blobs
        self._limits = limits
        self._policy = policy
        self._time_limit_seconds = time_limit_seconds
        self._max_repo_file_languages = max_repo_file_languages
        self._history = history

    @classmethod
    def made(
        cls,
        settings: ScannerSettings,
        blobs: Blobs,
        bus: Bus,
        history: History | None = None,
        measures: Measures | None = None,
    ) -> Self:
        """Wired for production; use it in `async with`, which closes the connections to GitHub."""
        return cls(
            GitHub(settings.github_http(measures, bus)),
            blobs,
            settings.limits,
            settings.policy,
            time_limit_seconds=settings.time_limit_seconds,
            max_repo_file_languages=settings.max_repo_file_languages,
            history=history,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._github.close()

    async def handle(self, event: JobSubmitted, progress: Progress) -> RepoScanned | FilmFound:
        """Give the facts, or the film that was made of them before.

        Raises Reject when the repository cannot or may not be read, Retry when GitHub asks us to wait.
        """
        spec = event.spec
        try:
            scan = await self._scanned(spec, progress)
        except Unreadable as error:
            # Without its cause: what git and parsers say may hold what must not be logged.
            raise Reject(
                redacted(f"{spec.repo}: {error.message}"), code=error.code, hint=error.hint
            ) from None
        enforce_triggers(spec, scan.asked.triggers)
        film = settled(spec, scan.asked, self._max_repo_file_languages)
        warnings = (*scan.base.warnings, *map(redacted, film.warnings))
        base = msgspec.structs.replace(scan.base, wishes=film.wishes, warnings=warnings)
        log.info("scan.measured", repo=base.repo, commit=base.commit, facts=len(base.facts))
        scanned = RepoScanned(
            job_id=event.job_id,
            spec=event.spec,
            at=now(),
            generation=event.generation,
            commit=base.commit,
            languages=film.languages,
            facts=await self._blobs.put(msgspec.json.encode(base)),
            warnings=base.warnings,
        )
        return await found(self._history, event, scanned) if self._history is not None else scanned

    async def _scanned(self, spec: JobSpec, progress: Progress) -> Scan:
        if spec.is_folder:
            limit = self._time_limit_seconds
            return await run_in_child(scan_folder, progress, limit, Path(spec.repo), spec.ref, self._limits)
        return await self._scanned_on_github(spec, progress)

    async def _scanned_on_github(self, spec: JobSpec, progress: Progress) -> Scan:
        record = await self._github.look_up(spec.repo, spec.ref)
        candidate = candidate_of(record)
        enforce_privacy(spec, candidate.repo, self._policy, private=record.repository.private)
        enforce(spec, before_reading, candidate, self._policy)
        progress(LOOKED_UP_PERCENT)
        with tempfile.TemporaryDirectory(prefix="reporeel-scan-") as folder:
            archive = Path(folder) / "archive.tar.gz"
            await self._github.download(record, archive)
            progress(FETCHED_PERCENT)
            limit = self._time_limit_seconds
            scan = await run_in_child(scan_archive, _rest_of(progress), limit, archive, record, self._limits)
        enforce(spec, after_reading, with_files(candidate, scan), self._policy)
        return scan


async def found(history: History, event: JobSubmitted, scanned: RepoScanned) -> RepoScanned | FilmFound:
    """Give the film that was made of this before, if nobody asked for another; else what was scanned.

    Raises Retry where the history is away.
    """
    film = await film_of(history, event, scanned.commit, scanned.languages)
    if film is None:
        return scanned
    log.info("scan.film_found", repo=event.spec.repo, film=film.job_id)
    told = (
        f"{event.spec.repo} was filmed on {film.created_at:%Y-%m-%d} by job {film.job_id}: that film is given"
    )
    return FilmFound(
        job_id=event.job_id,
        spec=event.spec,
        at=now(),
        generation=event.generation,
        film=film.job_id,
        commit=scanned.commit,
        languages=scanned.languages,
        facts=scanned.facts,
        outputs=outputs_of(film, scanned.languages),
        warnings=(*scanned.warnings, told),
    )


def _rest_of(progress: Progress) -> Progress:
    """Per cent of the measuring as per cent of the stage."""
    return lambda percent: progress(FETCHED_PERCENT + percent * (100.0 - FETCHED_PERCENT) / 100.0)
