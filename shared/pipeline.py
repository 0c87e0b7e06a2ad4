"""START HERE. The whole flow, top to bottom: the stages, the events that join them, how patient each is.

    JobSubmitted ─ scan ─> RepoScanned ─ write ─┬─> ScriptWritten ─ speak ─────────┬─> NarrationReady
                                                └─> TranslationRequested ─ translate ┘       │
    JobClosed <─ close ─ JobEnded <┄┄ VideoPublished <─ publish ─ VideoRendered <─ render ───┘

A job that asks for approval stops after `write` with ScriptProposed; when a person approves, the gateway
publishes what `write` would have.

Everything else is derived from this file: streams, consumers, buckets and permissions (`provision.py`), the
job record (`jobs.py`), the operator's list of subjects (`docs/events.md`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.events import (
    Event,
    JobClosed,
    JobEnded,
    JobSubmitted,
    NarrationReady,
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
STATUS_BUCKET = "status"
WORKERS_BUCKET = "workers"
MEDIA_BUCKET = "media"
ENDED = "jobs.*.*.ended.all.*"
"""The subjects of all terminal events."""


@dataclass(frozen=True)
class Stage(Generic[In, Out]):
    """One step of the flow: what wakes it, what it may tell the next, how patient the bus is.

    `name` is also the durable consumer's. `time_limit_seconds` bounds one attempt.
    """

    name: str
    service: str
    consumes: type[In]
    publishes: tuple[type[Out], ...]
    attempts: int = 3
    ack_wait_seconds: float = 30.0
    time_limit_seconds: float = 1800.0
    ends_language: bool = False
    """Whether a language is over with this stage, and with the last language the job."""


SCAN: Stage[JobSubmitted, RepoScanned] = Stage("scan", "scanner", JobSubmitted, (RepoScanned,))
WRITE: Stage[RepoScanned, ScriptProposed | ScriptWritten | TranslationRequested] = Stage(
    "write", "narrator", RepoScanned, (ScriptProposed, ScriptWritten, TranslationRequested)
)
SPEAK: Stage[ScriptWritten, NarrationReady] = Stage("speak", "narrator", ScriptWritten, (NarrationReady,))
TRANSLATE: Stage[TranslationRequested, NarrationReady] = Stage(
    "translate", "translator", TranslationRequested, (NarrationReady,)
)
RENDER: Stage[NarrationReady, VideoRendered] = Stage("render", "publisher", NarrationReady, (VideoRendered,))
PUBLISH: Stage[VideoRendered, VideoPublished] = Stage(
    "publish", "publisher", VideoRendered, (VideoPublished,), attempts=5, ends_language=True
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


def filter_for(event: type[Event]) -> str:
    """The subjects of every event of one type, whatever its job."""
    return f"jobs.*.*.{token(event)}.*.*"
