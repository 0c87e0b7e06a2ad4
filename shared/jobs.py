"""How a job's events fold into its record, and when they end it.

Folding is pure and does not depend on the order of the events, so the same record comes out of the status
bucket, of the stream, and of a test's list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from shared.events import JobClosed, JobEnded, JobSubmitted, NarrationReady, StageName, VideoPublished
from shared.job_events import Events
from shared.record import JobRecord, JobStatus, Result, StageRecord
from shared.stage_rows import rows

SHARE_OF_WORK: Mapping[StageName, float] = {
    "scan": 5,
    "write": 5,
    "speak": 15,
    "translate": 25,
    "render": 65,
    "publish": 10,
}
"""How much of a job's time each stage usually takes; only their ratios matter."""


def fold(events: Events) -> JobRecord | None:
    """Build the record; None while the submission itself is not known."""
    submitted = events.get(JobSubmitted)
    if submitted is None:
        return None
    scanned, ended = events.scanned, _ended(events)
    status = _status(events, ended)
    stages = [_closed(row, ended) if ended else row for row in rows(events)]
    return JobRecord(
        job_id=submitted.job_id,
        status=status,
        repo_url=submitted.spec.url,
        ref=submitted.spec.ref,
        commit=scanned.commit if scanned else None,
        trigger=submitted.spec.trigger,
        profile=submitted.spec.profile,
        format=submitted.spec.format,
        languages=events.languages,
        priority=submitted.spec.priority,
        created_at=submitted.at,
        started_at=min((row.started_at for row in stages if row.started_at), default=None),
        ended_at=ended.at if ended and status not in {"queued", "started"} else None,
        progress=100.0 if status == "finished" else _progress(stages),
        stages=stages,
        result=_result(events, submitted) if status == "finished" else None,
        error=ended.error if ended else None,
        warnings=tuple(dict.fromkeys(_warnings(events))),
    )


def _warnings(events: Events) -> Iterator[str]:
    """What was dropped or could not be done, and each language's own."""
    yield from events.scanned.warnings if events.scanned else ()
    for language in events.languages:
        for event in (events.get(NarrationReady, language), events.get(VideoPublished, language)):
            yield from (f"{language}: {warning}" for warning in (event.warnings if event else ()))


def ending(events: Events, at: datetime) -> JobEnded | None:
    """Give the event that ends this job, if its last language has come to an end."""
    submitted = events.get(JobSubmitted)
    if submitted is None or _ended(events) is not None:
        return None
    table = list(rows(events))
    failures = [row.error for row in table if row.status == "failed" and row.error]
    whole = any(row.status == "failed" and row.language is None for row in table)
    if (
        not whole
        and not events.found
        and not all(_language_is_over(table, language) for language in events.languages)
    ):
        return None
    return JobEnded(
        job_id=submitted.job_id,
        spec=submitted.spec,
        at=at,
        generation=events.generation,
        outcome="failed" if failures else "finished",
        error=failures[0] if failures else None,
    )


def _ended(events: Events) -> JobEnded | None:
    ended = events.get(JobEnded)
    return ended if ended and ended.generation == events.generation else None


def _status(events: Events, ended: JobEnded | None) -> JobStatus:
    if ended is None:
        return "queued" if events.untouched else "started"
    closed = events.get(JobClosed)
    if ended.outcome == "finished" and (closed is None or closed.generation < ended.generation):
        return "started"  # a finished job's folder is complete
    return ended.outcome


def _closed(row: StageRecord, ended: JobEnded) -> StageRecord:
    """Show what a job's end means for a stage that had not come to its own."""
    if row.status in {"queued", "started", "waiting"}:
        row.status = "cancelled" if ended.outcome == "cancelled" else "skipped"
        row.ended_at = ended.at if row.started_at else None
    return row


def _language_is_over(table: list[StageRecord], language: str) -> bool:
    mine = [row for row in table if row.language == language]
    return mine[-1].status == "finished" or any(row.status == "failed" for row in mine)


def _progress(stages: list[StageRecord]) -> float:
    total = sum(SHARE_OF_WORK[row.stage] for row in stages)
    done = sum(SHARE_OF_WORK[row.stage] * row.progress for row in stages)
    return round(done / total, 1)


def _result(events: Events, submitted: JobSubmitted) -> Result:
    return Result(status="success", repo_url=submitted.spec.url, outputs=events.outputs)
