"""How events fold into a record."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shared.events import (
    AnyEvent,
    Failure,
    FilmFound,
    JobClosed,
    JobEnded,
    JobSpec,
    JobSubmitted,
    NarrationReady,
    Output,
    RepoScanned,
    ScriptWritten,
    StageReported,
    TranslationRequested,
    VideoPublished,
    VideoRendered,
)
from shared.job_events import Events, decode
from shared.jobs import ending, fold
from shared.record import JobRecord

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SPEC = JobSpec(repo="acme/site", languages=("en", "es"), trigger="star")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def made(kind: type[Any], seconds: float, **fields: Any) -> Any:
    return kind(job_id="j", spec=SPEC, at=at(seconds), **fields)


def report(stage: str, part: str, seconds: float, status: str = "started", **fields: Any) -> StageReported:
    known = {"attempt": 1, "started_at": at(seconds)} | fields
    return made(StageReported, seconds, stage=stage, part=part, status=status, **known)


def of_language(kind: type[Any], language: str, seconds: float, **fields: Any) -> Any:
    common = {"language": language} | fields
    if kind is VideoPublished:
        output = Output(language=language, video_url="v", subtitles_url="s", thumbnail_url="t")
        return made(kind, seconds, files={}, output=output, **common)
    common |= {"languages": ("en", "es"), "facts": "f"}
    extra = {"files": {}} if kind is VideoRendered else {"script": "s"}
    if kind is NarrationReady:
        extra["narration"] = "n"
    return made(kind, seconds, **common, **extra)


def whole_job() -> list[AnyEvent]:
    scanned = made(RepoScanned, 2, commit="c" * 40, languages=("en", "es"), facts="f")
    events: list[AnyEvent] = [made(JobSubmitted, 0), report("scan", "all", 1), scanned]
    events += [report("write", "all", 3), of_language(ScriptWritten, "en", 4)]
    events += [of_language(TranslationRequested, "es", 4)]
    for offset, (language, stage) in enumerate((("en", "speak"), ("es", "translate"))):
        second = 10 * (offset + 1)
        events += [
            report(stage, language, second),
            of_language(NarrationReady, language, second + 1),
            report("render", language, second + 2),
            of_language(VideoRendered, language, second + 3),
            report("publish", language, second + 4),
            of_language(VideoPublished, language, second + 5),
        ]
    return events


def record(events: list[AnyEvent]) -> JobRecord:
    folded = fold(Events(events))
    assert folded is not None
    return folded


def failure(language: str | None = "es") -> Failure:
    return Failure(code="c", message="m", hint="h", stage="render", language=language, retryable=True)


@given(st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(rng: random.Random) -> None:
    events = whole_job()
    shuffled = list(events)
    rng.shuffle(shuffled)
    assert msgspec.json.encode(record(shuffled)) == msgspec.json.encode(record(events))


@given(st.sets(st.integers(0, 17)))
def test_a_job_ends_exactly_when_all_its_languages_are_published(missing: set[int]) -> None:
    events = [event for index, event in enumerate(whole_job()) if index not in missing]
    published = {event.language for event in events if isinstance(event, VideoPublished)}
    submitted = any(isinstance(event, JobSubmitted) for event in events)
    ended = ending(Events(events), at(99))
    assert (ended is not None) == (submitted and published == {"en", "es"})


def test_without_its_submission_there_is_no_record() -> None:
    assert fold(Events(whole_job()[1:])) is None
    assert fold(Events([])) is None


def test_a_new_job_is_queued_and_has_all_its_stages() -> None:
    new = record(whole_job()[:1])
    assert new.status == "queued"
    assert new.progress == 0.0
    assert len(new.stages) == 8
    assert {row.status for row in new.stages} == {"queued"}


def test_a_finished_job_is_shown_so_once_its_folder_is_complete() -> None:
    events = whole_job()
    ended = ending(Events(events), at(50))
    assert ended is not None
    events.append(ended)
    assert record(events).status == "started"
    events.append(made(JobClosed, 51))
    done = record(events)
    assert (done.status, done.ended_at, done.progress) == ("finished", at(50), 100.0)
    assert done.result is not None
    assert done.started_at == at(1)
    assert done.stages[0].seconds == 1.0


def test_a_failed_language_waits_for_the_others_and_then_fails_the_job() -> None:
    events = [event for event in whole_job() if event.branch != "es"]
    events += [of_language(TranslationRequested, "es", 4), of_language(NarrationReady, "es", 5)]
    open_job = [event for event in events if not isinstance(event, VideoPublished)]
    failed = report("render", "es", 6, "failed", error=failure())
    assert ending(Events([*open_job, failed]), at(50)) is None
    ended = ending(Events([*events, failed]), at(50))
    assert ended is not None
    assert (ended.outcome, ended.error) == ("failed", failure())
    done = record([*events, failed, ended])
    assert done.status == "failed"
    assert [row.status for row in done.stages if row.language == "es"] == ["finished", "failed", "skipped"]


def test_a_failed_scan_fails_the_job_at_once() -> None:
    failed = report("scan", "all", 1, "failed", error=failure(None))
    ended = ending(Events([made(JobSubmitted, 0), failed]), at(2))
    assert ended is not None
    assert ended.outcome == "failed"


def test_a_cancelled_job_shows_what_never_ran_as_cancelled() -> None:
    events = [*whole_job()[:4], made(JobEnded, 5, outcome="cancelled")]
    done = record(events)
    assert done.status == "cancelled"
    assert {row.status for row in done.stages} == {"finished", "cancelled"}


def test_a_retried_stage_is_open_again_and_what_finished_before_it_stays() -> None:
    failed = report("render", "es", 22, "failed", error=failure())
    events = [event for event in whole_job() if not _after(event, "es", ("rendered", "published", "publish"))]
    events += [failed, made(JobEnded, 30, outcome="failed", error=failure())]
    again = of_language(NarrationReady, "es", 40, generation=1)
    opened = record([*events, again])
    assert opened.status == "started"
    assert [row.status for row in opened.stages if row.language == "es"] == ["finished", "queued", "queued"]
    assert opened.error is None
    events += [again, of_language(VideoRendered, "es", 41, generation=1)]
    events += [of_language(VideoPublished, "es", 42, generation=1)]
    ended = ending(Events(events), at(43))
    assert ended is not None
    assert (ended.outcome, ended.generation) == ("finished", 1)


def test_a_language_that_is_translated_again_leaves_the_others_as_they_are() -> None:
    ended = [made(JobEnded, 40, outcome="finished"), made(JobClosed, 41)]
    events = [*whole_job(), *ended, of_language(TranslationRequested, "es", 50, generation=1)]
    opened = record(events)
    assert opened.status == "started"
    assert {(row.language, row.status) for row in opened.stages} == {
        (None, "finished"),
        ("en", "finished"),
        ("es", "queued"),
    }
    events += [
        of_language(kind, "es", 60 + second, generation=1)
        for second, kind in enumerate((NarrationReady, VideoRendered, VideoPublished))
    ]
    last = ending(Events(events), at(70))
    assert last is not None
    assert (last.outcome, last.generation) == ("finished", 1)


def test_while_the_script_is_written_again_what_it_had_led_to_does_not_count() -> None:
    again = made(RepoScanned, 50, commit="c" * 40, languages=("en", "es"), facts="f", generation=1)
    events = [*whole_job(), made(JobEnded, 40, outcome="finished"), again]
    events += [report("write", "all", 51, generation=1), of_language(ScriptWritten, "en", 52, generation=1)]
    rows = {(row.stage, row.language): row.status for row in record(events).stages}
    assert rows["write", None] == "started"
    assert {status for (_, language), status in rows.items() if language} == {"queued"}


def _after(event: AnyEvent, language: str, words: tuple[str, ...]) -> bool:
    word = event.stage if isinstance(event, StageReported) else str(event.__struct_config__.tag)
    return event.branch == language and word in (*words, "render")


def test_every_event_survives_the_wire() -> None:
    for event in whole_job():
        assert decode(msgspec.json.encode(event)) == event


def film_found(**fields: Any) -> FilmFound:
    output = Output(language="en", video_url="v", subtitles_url="s", thumbnail_url="t")
    known = {"film": "f", "commit": "c" * 40, "languages": ("en",), "facts": "f", "outputs": (output,)}
    return made(FilmFound, 1, **(known | fields))


def test_a_film_that_is_found_ends_the_job_with_its_outputs() -> None:
    events: list[AnyEvent] = [made(JobSubmitted, 0), film_found(warnings=("made before",))]
    ended = ending(Events(events), at(2))
    assert ended is not None
    assert (ended.outcome, ended.error) == ("finished", None)
    record = fold(Events([*events, ended, made(JobClosed, 3)]))
    assert record is not None
    assert record.result is not None
    assert (record.status, record.progress, record.commit) == ("finished", 100.0, "c" * 40)
    assert [output.video_url for output in record.result.outputs] == ["v"]
    assert record.warnings == ("made before",)


def test_the_record_warns_of_what_each_language_lacks() -> None:
    known = {"languages": ("en", "pt"), "facts": "f"}
    spoken = known | {"script": "s", "narration": "n"}
    events: list[AnyEvent] = [
        made(JobSubmitted, 0),
        made(RepoScanned, 1, commit=None, warnings=("de was dropped",), **known),
        made(NarrationReady, 2, language="pt", warnings=("kept in English",), **spoken),
        made(NarrationReady, 3, language="en", **spoken),
    ]
    record = fold(Events(events))
    assert record is not None
    assert record.warnings == ("de was dropped", "pt: kept in English")


def test_a_film_that_was_found_counts_no_more_once_a_later_scan_went_on() -> None:
    scanned = made(RepoScanned, 5, generation=1, commit=None, languages=("pt",), facts="f")
    events = Events([made(JobSubmitted, 0), film_found(), made(JobSubmitted, 4, generation=1), scanned])
    assert (events.found, events.languages, events.outputs) == (None, ("pt",), [])
    assert ending(events, at(6)) is None
