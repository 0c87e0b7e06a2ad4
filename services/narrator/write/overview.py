"""The overview: about a minute, from what it is to what to keep in mind."""

from __future__ import annotations

from services.narrator.write.ending import verdict
from services.narrator.write.features import feature_scene
from services.narrator.write.glance import glance
from services.narrator.write.hook import hook
from services.narrator.write.limits import limits
from services.narrator.write.merging import merged
from services.narrator.write.purpose import problem
from services.narrator.write.strengths import strengths
from services.narrator.write.structure import architecture
from services.narrator.write.subject import Subject
from services.narrator.write.usage import code_scene, commands_scene, example_scene
from services.narrator.write.wording import words
from shared.script import Scene

WORDS_PER_SECOND = 2.5
MAX_WORDS = 175
"""Seventy seconds."""
MOST_FINDINGS, FEWER_FINDINGS = 3, 2
"""Boxes of the strengths and of the limits; fewer where the film grows too long."""
DISPENSABLE = ("code", "problem", "strengths")
"""What a film that grew too long gives up, first to last."""


def overview(subject: Subject) -> tuple[Scene, ...]:
    """The scenes that have facts to rest on, in their order, within the length."""
    whole = _scenes(subject, MOST_FINDINGS)
    return whole if spoken_words(whole) <= MAX_WORDS else _fitted(_scenes(subject, FEWER_FINDINGS))


def _scenes(subject: Subject, findings: int) -> tuple[Scene, ...]:
    written = (
        hook(subject),
        glance(subject),
        problem(subject),
        _solution(subject),
        architecture(subject),
        code_scene(subject),
        strengths(subject, findings),
        limits(subject, findings),
        verdict(subject),
    )
    return merged(tuple(scene for scene in written if scene))


def _solution(subject: Subject) -> Scene | None:
    if subject.kind == "cli":
        return commands_scene(subject) or feature_scene(subject) or example_scene(subject)
    return feature_scene(subject) or example_scene(subject) or commands_scene(subject)


def _fitted(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    for name in DISPENSABLE:
        if spoken_words(scenes) <= MAX_WORDS:
            break
        scenes = tuple(scene for scene in scenes if scene.id != name)
    return scenes


def spoken_words(scenes: tuple[Scene, ...]) -> int:
    return sum(words(sentence.text) for scene in scenes for sentence in scene.sentences)
