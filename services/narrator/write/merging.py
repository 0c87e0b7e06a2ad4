"""Neighbouring scenes that are too short to stand alone share one slide."""

from __future__ import annotations

from services.narrator.write.wording import words
from shared.script import ListSlide, Reveal, Scene, Sentence, Text

MIN_WORDS = 9
"""Under four seconds a picture is gone before it is read."""
MAX_ITEMS = 6

_TOGETHER = {
    ("problem", "solution"): ("What it needs and offers", "In use"),
    ("strengths", "limits"): ("Strengths and limits", "What we could check"),
}


def merged(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    kept: list[Scene] = []
    for scene in scenes:
        if kept and _belong(kept[-1], scene):
            kept[-1] = _joined(kept[-1], scene)
        else:
            kept.append(scene)
    return tuple(kept)


def _belong(first: Scene, second: Scene) -> bool:
    return (
        (first.id, second.id) in _TOGETHER
        and min(_length(first), _length(second)) < MIN_WORDS
        and isinstance(first.slide, ListSlide)
        and isinstance(second.slide, ListSlide)
        and len(first.slide.items) + len(second.slide.items) <= MAX_ITEMS
    )


def _length(scene: Scene) -> int:
    return sum(words(sentence.text) for sentence in scene.sentences)


def _joined(first: Scene, second: Scene) -> Scene:
    if not isinstance(first.slide, ListSlide) or not isinstance(second.slide, ListSlide):
        raise TypeError(f"scenes {first.id} and {second.id} have no lists to join")
    heading, title = _TOGETHER[first.id, second.id]
    items = (*first.slide.items, *second.slide.items)
    slide = ListSlide(kicker=Text(heading), title=Text(title), items=items)
    later = tuple(_later(sentence, len(first.slide.items)) for sentence in second.sentences)
    return Scene(id=first.id, heading=heading, sentences=(*first.sentences, *later), slide=slide)


def _later(sentence: Sentence, boxes: int) -> Sentence:
    reveals = tuple(Reveal(word=reveal.word, box=reveal.box + boxes) for reveal in sentence.reveals)
    return Sentence(text=sentence.text, facts=sentence.facts, reveals=reveals)
