"""The job record, and how a job's events fold into it.

Folding is pure and does not depend on the order of the events, so the same record comes out of the status
bucket, of the stream, and of a test's list.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, TypeVar

import msgspec

from shared.events import (
    ALL_BRANCHES,
    AnyEvent,
    Event,
    Failure,
    FilmFound,
    JobClosed,
    JobEnded,
    JobSubmitted,
    NarrationReady,
    Output,
    RepoScanned,
    ScriptProposed,
    ScriptWritten,
    StageName,
    StageReported,
    StageState,
    TranslationRequested,
    VideoPublished,
    VideoRendered,
)
from shared.pipeline import SOURCE_LANGUAGE, token

JobStatus = Literal["scheduled", "queued", "started", "finished", "failed", "cancelled"]
E = TypeVar("E", bound=Event)

SHARE_OF_WORK: Mapping[StageName, float] = {
    "scan": 5,
    "write": 5,
    "speak": 15,
    "translate": 25,
    "render": 65,
    "publish": 10,
}
"""How much of a job's time each stage usually takes; only their ratios matter."""

_decoder = msgspec.json.Decoder(AnyEvent)


def decode(payload: bytes) -> AnyEvent:
    """Decode any event.

    Raises msgspec.DecodeError when the bytes are none.
    """
    event: AnyEvent = _decoder.decode(payload)
    return event


def decode_events(payloads: Iterable[bytes]) -> Iterator[AnyEvent]:
    """Decode the events among some messages; what is none, or of a later release, is passed over."""
    for payload in payloads:
        with contextlib.suppress(msgspec.DecodeError):
            yield decode(payload)


class StageRecord(msgspec.Struct, kw_only=True):
    stage: StageName
    language: str | None
    status: StageState
    attempt: int
    progress: float
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    error: Failure | None


class Result(msgspec.Struct, kw_only=True):
    status: Literal["success"]
    repo_url: str
    outputs: list[Output]


class JobRecord(msgspec.Struct, kw_only=True):
    """What `GET /jobs/{id}` answers and `job.json` holds."""

    job_id: str
    status: JobStatus
    repo_url: str
    ref: str | None
    commit: str | None
    trigger: str
    profile: str
    format: str
    languages: tuple[str, ...]
    priority: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    progress: float
    stages: list[StageRecord]
    result: Result | None
    error: Failure | None
    warnings: tuple[str, ...] = ()


class Events:
    """The events of one job, the newest generation of each."""

    def __init__(self, events: Iterable[AnyEvent]) -> None:
        self._newest: dict[tuple[str, str], Event] = {}
        for event in events:
            place = (token(event), event.branch)
            known = self._newest.get(place)
            if known is None or event.generation >= known.generation:
                self._newest[place] = event

    def get(self, kind: type[E], branch: str = ALL_BRANCHES) -> E | None:
        event = self._newest.get((token(kind), branch))
        return event if isinstance(event, kind) else None

    def report(self, stage: StageName, branch: str) -> StageReported | None:
        event = self._newest.get((stage, branch))
        return event if isinstance(event, StageReported) else None

    @property
    def generation(self) -> int:
        """The generation the job is in: the highest any of its events has."""
        return max((event.generation for event in self._newest.values()), default=0)

    @property
    def found(self) -> FilmFound | None:
        """The film that was made before, unless another scan went on."""
        found, scanned = self.get(FilmFound), self.get(RepoScanned)
        return None if found and scanned and scanned.generation > found.generation else found

    @property
    def scanned(self) -> RepoScanned | FilmFound | None:
        """What the newest scan ended in."""
        return self.found or self.get(RepoScanned)

    @property
    def languages(self) -> tuple[str, ...]:
        scanned = self.scanned
        submitted = self.get(JobSubmitted)
        asked = submitted.spec.languages if submitted else ()
        return scanned.languages if scanned else asked or (SOURCE_LANGUAGE,)

    @property
    def outputs(self) -> list[Output]:
        """Where the languages that are done can be had."""
        if self.found:
            return list(self.found.outputs)
        published = (self.get(VideoPublished, language) for language in self.languages)
        return [event.output for event in published if event is not None]

    @property
    def untouched(self) -> bool:
        return all(isinstance(event, JobSubmitted) for event in self._newest.values())


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
        warnings=scanned.warnings if scanned else (),
    )


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
