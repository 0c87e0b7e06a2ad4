"""Every message that crosses the bus: frozen structs, JSON on the wire, past tense by name.

A message's type stands in its `event` field and in its subject (see `shared/pipeline.py`). Every event
carries the whole `JobSpec`, so a stage needs nothing but the event it is handed.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Literal

import msgspec

Priority = Literal["high", "normal", "low"]
Format = Literal["wide", "reel", "square"]
Profile = Literal["overview", "release", "reel20", "architecture"]
Trigger = Literal[
    "cli", "api", "star", "release", "push", "dispatch", "comment", "workflow", "schedule", "discovery"
]
StageName = Literal["scan", "write", "speak", "translate", "render", "publish"]
StageState = Literal["queued", "started", "waiting", "finished", "failed", "cancelled", "skipped"]
Outcome = Literal["finished", "failed", "cancelled"]
Target = Literal["files", "youtube", "blog", "github"]
"""Where films can be published, or their state be told."""
Extra = Literal["tracks", "export", "burned-subtitles"]
"""What is made besides: one file with all languages, a project for an editor, subtitles in the picture."""
FILES: Target = "files"
GITHUB: Target = "github"
"""Not a place for films: there it is told where they stand, from the first moment on."""

ALL_BRANCHES = "all"


def now() -> datetime:
    """The time in UTC, to the millisecond."""
    return _moment(time.time_ns() // 1_000_000)


@lru_cache(maxsize=1)
def _moment(milliseconds: int) -> datetime:
    """Many events of a busy process fall into one millisecond, which is worked out once."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


class JobSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for. Never changes in the life of a job."""

    repo: str
    """`owner/name` on GitHub, or the absolute path of a local folder."""
    ref: str | None = None
    """Branch, tag or commit; None is the default branch (GitHub) or the work tree (folder)."""
    trigger: Trigger = "api"
    profile: Profile = "overview"
    format: Format = "wide"
    languages: tuple[str, ...] = ()
    """As asked for; empty leaves the choice to the repository's own file, then to the default."""
    priority: Priority = "normal"
    voices: dict[str, str] = {}
    """Voice wished for, by language."""
    approve: bool = False
    """Whether a person approves the script before anything is spoken."""
    publish: tuple[str, ...] = (FILES,)
    """Where the film goes, as the operator allows it; its folder is always among them."""
    force: bool = False
    """Whether it goes there below the quality gate too; an administrator asked for that."""
    extras: tuple[Extra, ...] = ()
    callback_url: str | None = None
    """Told of the job's end."""
    email: str | None = None
    """Told of the job's end."""
    issue: int | None = None
    """Number of the issue or pull request on GitHub where somebody asked for it in a comment."""
    comment: int | None = None
    """GitHub's id of that comment."""
    narration: str | None = None
    """Key of a person's recording, whose words are the script and whose sound is the source language's."""

    @property
    def is_folder(self) -> bool:
        return self.repo.startswith("/")

    @property
    def url(self) -> str:
        return f"file://{self.repo}" if self.is_folder else f"https://github.com/{self.repo}"


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """One fact about one job."""

    job_id: str
    spec: JobSpec
    at: datetime
    generation: int = 0
    """Counts the retries of this branch; outputs are stored once a generation."""
    started_at: datetime | None = None
    """When the attempt that made this began; None where no stage did."""
    attempt: int = 0
    """Which attempt of its stage made this, from 1; 0 where no stage did."""

    @property
    def branch(self) -> str:
        """The part of the job this event is about: `all`, or one language."""
        return ALL_BRANCHES


class LanguageEvent(Event, frozen=True, kw_only=True):
    """An event about one language of a job."""

    language: str

    @property
    def branch(self) -> str:
        return self.language


class JobSubmitted(Event, frozen=True, kw_only=True, tag="submitted"):
    """The gateway accepted a job."""


class RepoScanned(Event, frozen=True, kw_only=True, tag="scanned"):
    """The scanner built the fact base."""

    commit: str | None
    """Full id of the commit that was read; None for a folder without git history."""
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """The film's languages in force from here on; never empty."""
    facts: str
    """Key of a `shared.facts.FactBase`."""
    warnings: tuple[str, ...] = ()


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """Where one language of a finished job can be had."""

    language: str
    video_url: str
    subtitles_url: str
    thumbnail_url: str
    quality: str | None = None
    forced: tuple[str, ...] = ()
    """Quality measures it did not pass, and was published in spite of (`M4.loudness_lufs`)."""
    links: dict[str, str] = {}
    """Its address at each target but the folder."""


class FilmFound(Event, frozen=True, kw_only=True, tag="found"):
    """Such a film was made before, and nobody asked for another: the job ends with those outputs."""

    film: str
    """Id of the job that made it."""
    commit: str | None
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    facts: str
    """Key of a `shared.facts.FactBase`."""
    outputs: tuple[Output, ...]
    warnings: tuple[str, ...] = ()


class ScriptProposed(Event, frozen=True, kw_only=True, tag="proposed"):
    """The script stands and waits for a person; each edit, and the approval, replaces this event."""

    languages: tuple[str, ...]
    facts: str
    script: str
    """Key of a `shared.script.Script`."""
    revision: int = 1
    """Counts the edits."""
    approved: bool = False
    """From then on it stays as it is, and what `write` ends in follows."""


class ScriptWritten(LanguageEvent, frozen=True, kw_only=True, tag="written"):
    """The script stands in its source language and waits to be spoken."""

    languages: tuple[str, ...]
    facts: str
    script: str
    """Key of a `shared.script.Script`."""


class TranslationRequested(LanguageEvent, frozen=True, kw_only=True, tag="translation"):
    """The script stands and is wanted in one more language."""

    languages: tuple[str, ...]
    facts: str
    script: str
    """Key of the source language's `shared.script.Script`."""
    edited: str | None = None
    """Key of the translation as a person edited it: spoken as it stands."""


class NarrationReady(LanguageEvent, frozen=True, kw_only=True, tag="narrated"):
    """One language is spoken, with the time of every word."""

    languages: tuple[str, ...]
    facts: str
    script: str
    narration: str
    """Key of a `shared.narration.Narration`."""
    source: str | None = None
    """Key of the script this one was translated from."""
    warnings: tuple[str, ...] = ()
    """What the script is not as it should be: a sentence that could not be translated, for instance."""


class VideoRendered(LanguageEvent, frozen=True, kw_only=True, tag="rendered"):
    """One language's film, subtitles, thumbnail and quality report are made."""

    languages: tuple[str, ...]
    facts: str
    files: dict[str, str]
    """Key of each file of the finished job, by its name (`video.en.mp4`, `script.en.json`, …)."""


class VideoPublished(LanguageEvent, frozen=True, kw_only=True, tag="published"):
    """One language is published."""

    files: dict[str, str]
    output: Output
    warnings: tuple[str, ...] = ()
    """What its quality report found wanting."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a stage, and with it the job, failed."""

    code: str
    message: str
    hint: str
    stage: StageName
    language: str | None
    retryable: bool


class StageReported(Event, frozen=True, kw_only=True, tag="stage"):
    """Where one stage of one branch stands; each report replaces the one before."""

    stage: StageName
    part: str
    """The branch this report is about: `all`, or one language."""
    status: Literal["started", "waiting", "failed", "cancelled", "skipped"]
    attempt: int
    started_at: datetime
    progress: float = 0.0
    """Per cent, 0 to 100."""
    error: Failure | None = None

    @property
    def branch(self) -> str:
        return self.part


class JobEnded(Event, frozen=True, kw_only=True, tag="ended"):
    """The one terminal event of a generation: finished, failed and cancelled race for it."""

    outcome: Outcome
    error: Failure | None = None


class JobClosed(Event, frozen=True, kw_only=True, tag="closed"):
    """The ended job's folder holds its final record."""

    files: dict[str, str] = {}
    """Key of each file that belongs to the job as a whole, by its name."""


AnyEvent = (
    JobSubmitted
    | RepoScanned
    | FilmFound
    | ScriptProposed
    | ScriptWritten
    | TranslationRequested
    | NarrationReady
    | VideoRendered
    | VideoPublished
    | StageReported
    | JobEnded
    | JobClosed
)
