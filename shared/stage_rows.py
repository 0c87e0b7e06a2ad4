"""The stages of a job, a row each, as far as its events tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from shared.events import (
    ALL_BRANCHES,
    Event,
    JobSubmitted,
    NarrationReady,
    ScriptProposed,
    ScriptWritten,
    StageName,
    StageReported,
    TranslationRequested,
    VideoPublished,
    VideoRendered,
)
from shared.job_events import Events
from shared.pipeline import SOURCE_LANGUAGE
from shared.record import StageRecord


def rows(events: Events) -> Iterator[StageRecord]:
    """Give every stage the job goes through, in order, as far as it is known."""
    submitted, scanned = events.get(JobSubmitted), events.scanned
    generation = submitted.generation if submitted else 0
    generation, scan = _row(events, "scan", ALL_BRANCHES, generation, scanned)
    yield scan
    proposal = events.get(ScriptProposed)
    generation = max(generation, proposal.generation) if proposal else generation
    generation, write = _row(events, "write", ALL_BRANCHES, generation, _written(events))
    if proposal is not None and proposal.generation == generation:
        _wait_for_approval(write, proposal)
    yield write
    for language in events.languages:
        yield from _language_rows(events, language, generation)


def _language_rows(events: Events, language: str, generation: int) -> Iterator[StageRecord]:
    is_source = language == SOURCE_LANGUAGE
    first: StageName = "speak" if is_source else "translate"
    start = events.get(ScriptWritten if is_source else TranslationRequested, language)
    generation = max(generation, start.generation if start else 0)
    chain: tuple[tuple[StageName, type[Event]], ...] = (
        (first, NarrationReady),
        ("render", VideoRendered),
        ("publish", VideoPublished),
    )
    for stage, output in chain:
        generation, row = _row(events, stage, language, generation, events.get(output, language))
        yield row


def _row(
    events: Events, stage: StageName, branch: str, generation: int, output: Event | None
) -> tuple[int, StageRecord]:
    """Fold one stage; what an earlier generation left does not count once a stage before it ran again."""
    report = events.report(stage, branch)
    generation = max([generation, *(event.generation for event in (report, output) if event)])
    language = None if branch == ALL_BRANCHES else branch
    row = StageRecord(
        stage=stage,
        language=language,
        status="queued",
        attempt=0,
        progress=0.0,
        started_at=None,
        ended_at=None,
        seconds=None,
        error=None,
    )
    finished = output is not None and output.generation == generation
    if report is not None and (finished or report.generation == generation):
        _add_report(row, report)
    if output is not None and finished:
        _add_output(row, output)
    return generation, row


def _wait_for_approval(row: StageRecord, proposal: ScriptProposed) -> None:
    """A proposed script waits until what it ends in is stored; only the work before it took time."""
    if row.status != "finished":
        row.status, row.progress, row.error = "waiting", 100.0, None
        row.attempt, row.started_at = max(row.attempt, 1), row.started_at or proposal.at


def _add_report(row: StageRecord, report: StageReported) -> None:
    row.status, row.attempt, row.progress = report.status, report.attempt, report.progress
    row.started_at, row.error = report.started_at, report.error
    row.seconds = _seconds(report.started_at, report.at)
    if report.status in {"failed", "cancelled", "skipped"}:
        row.ended_at = report.at


def _add_output(row: StageRecord, output: Event) -> None:
    row.status, row.progress, row.error = "finished", 100.0, None
    row.started_at, row.attempt = output.started_at or row.started_at, output.attempt or row.attempt
    row.ended_at = output.at
    row.seconds = _seconds(row.started_at, output.at)


def _seconds(start: datetime | None, end: datetime) -> float | None:
    return None if start is None else round(max(0.0, (end - start).total_seconds()), 3)


def _written(events: Events) -> Event | None:
    """Give the last of the events that `write` ends in, once there is one for every language.

    A language that is made again has one of a later generation; `write` itself did not run again then.
    """
    parts = [
        events.get(ScriptWritten, language) or events.get(TranslationRequested, language)
        for language in events.languages
    ]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return max(known, key=lambda part: (-part.generation, part.at))
