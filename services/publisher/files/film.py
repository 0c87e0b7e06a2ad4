"""What stands in a job's folder, read back: the films with their words, chapters and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import msgspec
import pysubs2

from services.publisher.files.layout import language_of
from services.publisher.quality.report import Quality
from shared.events import Format, JobSpec
from shared.facts import FactBase
from shared.narration import Narration, Word
from shared.pipeline import SOURCE_LANGUAGE
from shared.script import OutroSlide, Script

FILES = (
    "video.{}.mp4",
    "subtitles.{}.srt",
    "subtitles.{}.vtt",
    "subtitles.{}.ass",
    "thumbnail.{}.jpg",
    "script.{}.json",
    "narration.{}.json",
    "quality.{}.json",
    "post.{}.md",
    "export.{}.zip",
)
"""A language's files, as the page offers them."""


@dataclass(frozen=True)
class Line:
    """A sentence as it is heard, in seconds of the film; without `words` where their times are unknown."""

    text: str
    start: float
    end: float
    scene: int
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Chapter:
    heading: str
    start: float
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Download:
    name: str
    size_bytes: int


@dataclass(frozen=True)
class Film:
    """One language of a finished job."""

    language: str
    title: str
    description: str
    credits: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    subtitles: str
    """The text of the VTT file."""
    quality: Quality | None
    downloads: tuple[Download, ...]

    @property
    def video(self) -> str:
        return f"video.{self.language}.mp4"

    @property
    def thumbnail(self) -> str:
        return f"thumbnail.{self.language}.jpg"


class Trouble(msgspec.Struct, frozen=True):
    """Why a job failed, as its record says."""

    message: str
    hint: str = ""


class Ending(msgspec.Struct, frozen=True):
    """What the page tells of `job.json`."""

    status: str
    error: Trouble | None = None


@dataclass(frozen=True)
class Programme:
    """All that a job's page shows."""

    repo: str
    url: str | None
    commit: str | None
    format: Format
    films: tuple[Film, ...]
    ending: Ending | None
    downloads: tuple[Download, ...]


def read_programme(folder: Path, spec: JobSpec) -> Programme:
    """Read a job's folder; a language counts once its video, subtitles, picture and script stand there."""
    facts = _decoded(folder / "facts.json", FactBase)
    return Programme(
        repo=facts.repo if facts else Path(spec.repo).name if spec.is_folder else spec.repo,
        url=None if spec.is_folder else spec.url,
        commit=facts.commit if facts else None,
        format=spec.format,
        films=tuple(read_film(folder, language) for language in _languages(folder, spec)),
        ending=_decoded(folder / "job.json", Ending),
        downloads=_downloads(folder, ("video.mp4", "facts.json", "job.json")),
    )


def read_film(folder: Path, language: str) -> Film:
    """Read one language of a job whose files all stand in the folder."""
    script = msgspec.json.decode((folder / f"script.{language}.json").read_bytes(), type=Script)
    subtitles = (folder / f"subtitles.{language}.vtt").read_text("utf-8")
    narration = _decoded(folder / f"narration.{language}.json", Narration)
    lines = _heard(narration) if narration else _subtitled(script, subtitles)
    return Film(
        language=language,
        title=script.title.text,
        description=script.description.text,
        credits=_credits(script),
        chapters=tuple(_chapters(script, lines)),
        subtitles=subtitles,
        quality=_decoded(folder / f"quality.{language}.json", Quality),
        downloads=_downloads(folder, [name.format(language) for name in FILES]),
    )


def _languages(folder: Path, spec: JobSpec) -> list[str]:
    def rank(language: str) -> tuple[int, bool, str]:
        asked = spec.languages.index(language) if language in spec.languages else len(spec.languages)
        return asked, language != SOURCE_LANGUAGE, language

    found = (language_of(path.name) for path in folder.glob("video.*.mp4"))
    return sorted((language for language in found if language and _stands(folder, language)), key=rank)


def _stands(folder: Path, language: str) -> bool:
    names = (f"subtitles.{language}.vtt", f"thumbnail.{language}.jpg", f"script.{language}.json")
    return all((folder / name).is_file() for name in names)


def _decoded(path: Path, kind: type[Any]) -> Any:
    return msgspec.json.decode(path.read_bytes(), type=kind) if path.is_file() else None


def _downloads(folder: Path, names: Sequence[str]) -> tuple[Download, ...]:
    paths = (folder / name for name in names)
    return tuple(Download(path.name, path.stat().st_size) for path in paths if path.is_file())


def _credits(script: Script) -> tuple[str, ...]:
    slides = (scene.slide for scene in script.scenes)
    return tuple(text.text for slide in slides if isinstance(slide, OutroSlide) for text in slide.credits)


def _heard(narration: Narration) -> list[Line]:
    return [
        Line(sentence.text, sentence.start, sentence.end, sentence.scene, sentence.words)
        for sentence in narration.sentences
    ]


def _subtitled(script: Script, subtitles: str) -> list[Line]:
    """Lines without words' times: each sentence starts and ends with the cues that hold its ends.

    Where the cues say something else than the script, each cue is a line.
    """
    cues = [
        Line(cue.plaintext.replace("\n", " "), cue.start / 1000, cue.end / 1000, 0)
        for cue in pysubs2.SSAFile.from_string(subtitles, format_="vtt")
    ]
    holders = [cue for cue in cues for _ in cue.text.split()]
    sentences = [
        (number, sentence.text) for number, scene in enumerate(script.scenes) for sentence in scene.sentences
    ]
    ends = [0, *accumulate(len(text.split()) for _, text in sentences)]
    if ends[-1] != len(holders):
        return cues
    return [
        Line(text, holders[first].start, holders[after - 1].end, scene)
        for (scene, text), (first, after) in zip(sentences, pairwise(ends), strict=True)
        if after > first
    ]


def _chapters(script: Script, lines: Sequence[Line]) -> Iterator[Chapter]:
    for number, scene in enumerate(script.scenes):
        own = tuple(line for line in lines if line.scene == number)
        if own:
            yield Chapter(scene.heading, own[0].start if number else 0.0, own)
