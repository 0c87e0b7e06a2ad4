"""Measures one finished film, file by file as it will be published. Runs in a child process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from services.publisher.quality import questions, signal, speech, tempo, timing, translation, truth
from services.publisher.quality.report import GateName, Measure, Quality, report
from services.publisher.quality.speech import Heard
from services.publisher.render import sound
from services.publisher.render.inspection import Drawn
from services.publisher.render.reading import reading
from shared.facts import FactBase
from shared.narration import Narration
from shared.offload import Progress
from shared.script import Script
from shared.truth.quiz import Question


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What a film was made from, and what its pictures' maker measured."""

    script: Script
    narration: Narration
    facts: FactBase
    drawn: Drawn
    source: Script | None = None
    """The script this one was translated from."""
    quiz: tuple[Question, ...] = ()


def measure_film(progress: Progress, work: Work, heard: Heard, recording: Path, folder: Path) -> Quality:
    """Read back the files of one language in `folder`; `recording` is the narration's sound."""
    gates: dict[GateName, Mapping[str, Measure]] = {
        "M1": truth.measures(work.script, work.facts, work.source)
    }
    if work.source is None and work.quiz:
        gates["M1b"] = questions.measures(work.quiz, work.script, work.facts, heard.understood, heard.why_not)
    gates["M2"] = speech.measures(heard, work.narration, _translated_from(work))
    progress(10)
    gates |= _of_files(work, recording, folder)
    if work.source is not None:
        gates["M5"] = translation.measures(work.source, work.script)
    progress(100)
    return report(work.script.language, dict(sorted(gates.items())))


def _translated_from(work: Work) -> str:
    """What was said in the source language; nothing where the film speaks that itself."""
    if work.source is None or work.narration.heard:
        return ""
    return " ".join(sentence.text for scene in work.source.scenes for sentence in scene.sentences)


def _of_files(work: Work, recording: Path, folder: Path) -> dict[GateName, Mapping[str, Measure]]:
    language = work.script.language
    film, subtitles = folder / f"video.{language}.mp4", folder / f"subtitles.{language}.srt"
    samples = sound.read(film)
    times = timing.measures(
        timing.cue_times(subtitles, work.narration),
        timing.highlight_lateness_ms(subtitles.with_suffix(".ass"), work.narration),
        timing.scene_lateness_ms(film, work.narration),
        reading(language),
    )
    speed = tempo.measures(tempo.tempo_of(samples, sound.read(recording)))
    return {
        "M3": {**times, **speed},
        "M4": signal.measures(signal.streams_of(film, samples), work.drawn),
    }
