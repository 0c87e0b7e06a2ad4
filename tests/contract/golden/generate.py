"""Writes the messages of this release as golden files, once, when it is tagged.

    python -m tests.contract.golden.generate 0.1.0

Files of a release are never written again: what a release has stored must be readable for ever.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from shared.events import (
    Event,
    Failure,
    FilmFound,
    JobClosed,
    JobEnded,
    JobSpec,
    JobSubmitted,
    NarrationReady,
    Output,
    RepoScanned,
    ScriptProposed,
    ScriptWritten,
    StageReported,
    TranslationRequested,
    VideoPublished,
    VideoRendered,
)
from shared.job_events import Events
from shared.jobs import fold
from shared.parking import Parked
from shared.pipeline import subject

FOLDER = Path(__file__).parent
START = datetime(2026, 11, 23, 10, 0, 0, 250_000, tzinfo=UTC)
JOB = "0123456789abcdef0123456789abcdef"
KEY = "sha256/" + "ab" * 32
LANGUAGES = ("en", "pt")
SPEC = JobSpec(
    repo="acme/site",
    ref="v1.2.0",
    trigger="release",
    profile="release",
    format="wide",
    languages=LANGUAGES,
    priority="high",
    voices={"en": "hibari"},
)
FAILURE = Failure(
    code="attempts_exhausted",
    message="render failed 3 times: ValueError: no",
    hint="The log tells the cause.",
    stage="render",
    language="pt",
    retryable=True,
)


def made(kind: type[Any], second: int, **fields: Any) -> Any:
    return kind(job_id=JOB, spec=SPEC, at=START + timedelta(seconds=second), generation=1, **fields)


def report(second: int, status: str, **fields: Any) -> StageReported:
    began = START + timedelta(seconds=second)
    known: dict[str, Any] = {"stage": "render", "part": "pt", "attempt": 2, "started_at": began} | fields
    reported: StageReported = made(StageReported, second, status=status, **known)
    return reported


def messages() -> Iterator[tuple[str, Event]]:
    """Give one event of each type, and the reports that differ in shape."""
    common = {"languages": LANGUAGES, "facts": KEY}
    output = Output(
        language="en",
        video_url="file:///films/acme-site/video.en.mp4",
        subtitles_url="file:///films/acme-site/subtitles.en.vtt",
        thumbnail_url="file:///films/acme-site/thumbnail.en.jpg",
        quality="file:///films/acme-site/quality.en.json",
    )
    yield "submitted", made(JobSubmitted, 0)
    yield (
        "scanned",
        made(RepoScanned, 1, commit="c" * 40, languages=LANGUAGES, facts=KEY, warnings=("de was dropped",)),
    )
    yield "found", made(FilmFound, 1, film="f" * 32, commit="c" * 40, outputs=(output,), **common)
    yield "proposed", made(ScriptProposed, 2, script=KEY, revision=2, approved=True, **common)
    yield "written", made(ScriptWritten, 2, language="en", script=KEY, **common)
    yield "translation", made(TranslationRequested, 2, language="pt", script=KEY, **common)
    yield "narrated", made(NarrationReady, 3, language="en", script=KEY, narration=KEY, **common)
    yield "rendered", made(VideoRendered, 4, language="en", files={"video.en.mp4": KEY}, **common)
    yield (
        "published",
        made(VideoPublished, 5, language="en", files={"video.en.mp4": KEY}, output=output),
    )
    yield "stage-started", report(6, "started", progress=42.5)
    yield "stage-waiting", report(7, "waiting", error=FAILURE)
    yield "stage-failed", report(8, "failed", error=FAILURE, part="all", stage="scan")
    yield "ended-finished", made(JobEnded, 9, outcome="finished")
    yield "ended-failed", made(JobEnded, 9, outcome="failed", error=FAILURE)
    yield "ended-cancelled", made(JobEnded, 9, outcome="cancelled")
    yield "closed", made(JobClosed, 10)


def documents() -> Iterator[tuple[str, Any]]:
    """Give the other things that are stored or answered: a record, a parked message."""
    events = dict(messages())
    alternatives = {"found", "ended-finished", "ended-cancelled"}
    kept = [event for name, event in events.items() if name not in alternatives]
    yield "record", fold(Events(kept))
    rendered = events["rendered"]
    yield (
        "parked",
        Parked(
            stage="publish",
            job_id=JOB,
            subject=subject(rendered),
            sequence=1234,
            attempts=5,
            reason="publish failed 5 times: OSError: no",
            traceback="Traceback (most recent call last): ...",
            at=START,
            event=msgspec.json.encode(rendered).decode(),
        ),
    )


def main(release: str) -> None:
    folder = FOLDER / release
    folder.mkdir(exist_ok=True)
    for kind, things in (("event", messages()), ("document", documents())):
        for name, thing in things:
            path = folder / f"{kind}.{name}.json"
            if path.exists():
                sys.stderr.write(f"{path} stays as it was\n")
                continue
            path.write_bytes(msgspec.json.format(msgspec.json.encode(thing), indent=2) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
