"""START HERE. The whole flow, top to bottom: the stages, the events that join them, how patient each is.

    JobSubmitted ─ scan ─> RepoScanned ─ write ─┬─> ScriptWritten ─ speak ─────────┬─> NarrationReady
                                                └─> TranslationRequested ─ translate ┘       │
    JobClosed <─ close ─ JobEnded <┄┄ VideoPublished <─ publish ─ VideoRendered <─ render ───┘

A scan that finds the film made already gives FilmFound instead, and the job ends.

A job that asks for approval stops after `write` with ScriptProposed; when a person approves, the gateway
publishes what `write` would have.

Everything else is derived from this file: streams, consumers, buckets (`topology.py`) and permissions, the
job record (`jobs.py`), the operator's list of subjects (`docs/events.md`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from shared.events import (
    Event,
    FilmFound,
    JobClosed,
    JobEnded,
    JobSubmitted,
    NarrationReady,
    Priority,
    RepoScanned,
    ScriptProposed,
    ScriptWritten,
    StageReported,
    TranslationRequested,
    VideoPublished,
    VideoRendered,
)

In = TypeVar("In", bound=Event)
Out = TypeVar("Out", bound=Event)

SOURCE_LANGUAGE = "en"
"""The language scripts are written in, and the film's when nobody asked for another."""

JOBS = "JOBS"
PARKED = "PARKED"
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
"""The most urgent first."""
SCHEDULES = "SCHEDULES"
NOTICES = "NOTICES"
NOTIFY_CONSUMER = "notify"
"""Delivers closed jobs to whoever tells the world of them."""
DUE_CONSUMER = "due"
"""Delivers what a schedule has fired to the gateway."""
HISTORY_BUCKET = "history"
"""What was filmed, where it is not kept in Firestore."""
HISTORY_CONSUMER = "history"
"""Delivers the turns of a job to whoever keeps the history."""
GITHUB_CONSUMER = "github"
"""Delivers each step of a job to whoever tells GitHub of it."""
STATUS_BUCKET = "status"
WORKERS_BUCKET = "workers"
MEDIA_BUCKET = "media"
LEDGER_BUCKET = "ledger"
"""What was sent where; the publisher's alone."""
DISCOVERED_BUCKET = "discovered"
"""The jobs that searches started, a day each."""
GITHUB_BUCKET = "github"
"""What GitHub answered, so that it need not say it twice; the scanner's alone."""
ENDED = "jobs.*.*.ended.all.*"
"""The subjects of all terminal events."""


TOLD: tuple[type[Event], ...] = (
    JobSubmitted,
    RepoScanned,
    ScriptProposed,
    NarrationReady,
    VideoRendered,
    VideoPublished,
    JobEnded,
    JobClosed,
)
"""The steps of a job that GitHub is told of."""
RECORDED: tuple[type[Event], ...] = (JobSubmitted, RepoScanned, JobEnded, JobClosed)
"""Those that the history keeps."""


@dataclass(frozen=True)
class Stage(Generic[In, Out]):
    """One step of the flow: what wakes it, what it may tell the next, how patient the bus is.

    `name` is also a durable consumer's, see `consumers`. `time_limit_seconds` bounds one attempt.
    """

    name: str
    service: str
    consumes: type[In]
    publishes: tuple[type[Out], ...]
    attempts: int = 3
    ack_wait_seconds: float = 30.0
    time_limit_seconds: float = 1800.0
    ends: tuple[type[Event], ...] = ()
    """Outputs with which a language is over, and with the last language the job."""


SCAN: Stage[JobSubmitted, RepoScanned | FilmFound] = Stage(
    "scan", "scanner", JobSubmitted, (RepoScanned, FilmFound), ends=(FilmFound,)
)
WRITE: Stage[RepoScanned, ScriptProposed | ScriptWritten | TranslationRequested] = Stage(
    "write", "narrator", RepoScanned, (ScriptProposed, ScriptWritten, TranslationRequested)
)
SPEAK: Stage[ScriptWritten, NarrationReady] = Stage("speak", "narrator", ScriptWritten, (NarrationReady,))
TRANSLATE: Stage[TranslationRequested, NarrationReady] = Stage(
    "translate", "translator", TranslationRequested, (NarrationReady,)
)
RENDER: Stage[NarrationReady, VideoRendered] = Stage("render", "publisher", NarrationReady, (VideoRendered,))
PUBLISH: Stage[VideoRendered, VideoPublished] = Stage(
    "publish", "publisher", VideoRendered, (VideoPublished,), attempts=5, ends=(VideoPublished,)
)
CLOSE: Stage[JobEnded, JobClosed] = Stage("close", "publisher", JobEnded, (JobClosed,), attempts=5)

PIPELINE: tuple[Stage[Any, Any], ...] = (SCAN, WRITE, SPEAK, TRANSLATE, RENDER, PUBLISH, CLOSE)
SERVICES = ("gateway", "scanner", "narrator", "translator", "publisher")


def stage_named(name: str) -> Stage[Any, Any]:
    return next(stage for stage in PIPELINE if stage.name == name)


def token(event: Event | type[Event]) -> str:
    """The word in a subject that says what happened: an event's tag, or the stage a report is about."""
    if isinstance(event, StageReported):
        return event.stage
    return str(event.__struct_config__.tag)


def subject(event: Event) -> str:
    """`jobs.<priority>.<job_id>.<token>.<branch>.g<generation>`: the stream keeps one message a subject."""
    return f"jobs.{event.spec.priority}.{event.job_id}.{token(event)}.{event.branch}.g{event.generation}"


def filter_for(event: type[Event], priority: str = "*") -> str:
    """The subjects of every event of one type, whatever its job."""
    return f"jobs.{priority}.*.{token(event)}.*.*"


def consumers(stage: Stage[Any, Any]) -> dict[str, str]:
    """A stage's durable consumers by priority, the most urgent first: `scan-high`, `scan`, `scan-low`."""
    return {
        priority: stage.name if priority == "normal" else f"{stage.name}-{priority}"
        for priority in PRIORITIES
    }
