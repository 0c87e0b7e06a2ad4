"""The overview: about a minute, from what it is to what to keep in mind."""

from __future__ import annotations

from services.narrator.write.chronicle import chronicle
from services.narrator.write.code import code_scene
from services.narrator.write.ending import ending
from services.narrator.write.features import feature_scene
from services.narrator.write.flow import flowing
from services.narrator.write.glance import glance
from services.narrator.write.hook import hook
from services.narrator.write.limits import limits
from services.narrator.write.merging import merged
from services.narrator.write.pace import seconds
from services.narrator.write.purpose import problem
from services.narrator.write.strengths import strengths
from services.narrator.write.structure import architecture, most_imported
from services.narrator.write.subject import Subject
from services.narrator.write.usage import commands_scene, example_scene, is_code
from shared.script import CodeSlide, Scene

MAX_SECONDS = 84.0
MOST_FINDINGS, FEWER_FINDINGS = 3, 2
"""Boxes of the strengths and of the limits; fewer where the film grows too long."""
DISPENSABLE = ("example", "code", "problem", "history", "strengths")
"""What a film that grew too long gives up, first to last."""


def overview(subject: Subject) -> tuple[Scene, ...]:
    """The scenes that have facts to rest on, in their order, within the length."""
    whole = _scenes(subject, MOST_FINDINGS)
    return whole if spoken_seconds(whole) <= MAX_SECONDS else _fitted(_scenes(subject, FEWER_FINDINGS))


def _scenes(subject: Subject, findings: int) -> tuple[Scene, ...]:
    solution = _solution(subject)
    shows_example = solution is not None and isinstance(solution.slide, CodeSlide)
    written = (
        hook(subject),
        glance(subject),
        problem(subject),
        solution,
        None if shows_example else _example(subject),
        architecture(subject),
        code_scene(subject, most_imported(subject)),
        chronicle(subject),
        strengths(subject, findings),
        limits(subject, findings),
        *ending(subject),
    )
    return flowing(merged(tuple(scene for scene in written if scene)))


def _solution(subject: Subject) -> Scene | None:
    if subject.kind == "cli":
        return commands_scene(subject) or feature_scene(subject) or example_scene(subject)
    return feature_scene(subject) or example_scene(subject) or commands_scene(subject)


def _example(subject: Subject) -> Scene | None:
    """A library is told best by a few lines that use it."""
    if subject.kind != "library" or not is_code(subject.findings.fact("readme.example")):
        return None
    return example_scene(subject, "example")


def _fitted(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    for name in DISPENSABLE:
        if spoken_seconds(scenes) <= MAX_SECONDS:
            break
        scenes = tuple(scene for scene in scenes if scene.id != name)
    return scenes


def spoken_seconds(scenes: tuple[Scene, ...]) -> float:
    """With the pauses between sentences and scenes."""
    told = sum(seconds(sentence.text) + SENTENCE_PAUSE for scene in scenes for sentence in scene.sentences)
    return told + SCENE_PAUSE * len(scenes)


SENTENCE_PAUSE, SCENE_PAUSE = 0.3, 0.2
