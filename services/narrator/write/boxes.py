"""Scenes made of findings: a box for each, and a clause that is said when it appears."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from services.narrator.write.lines import Cited, at, ids, label, sentence
from services.narrator.write.wording import capital
from shared.script import Item, ListSlide, Scene, Sentence, Text


class Finding(NamedTuple):
    """One box: what it shows, what is said of it, and the facts under both."""

    heading: str
    body: str
    spoken: str
    """A clause that can follow another, without a stop; `{}` stands where the box appears."""
    facts: tuple[str, ...]


def finding(heading: str, body: str, spoken: str, *facts: Cited | Iterable[Cited]) -> Finding:
    return Finding(heading, body, spoken, ids(*facts))


def scene_of(
    scene: str, heading: str, title: str, shown: list[Finding], name: str, joint: str = "and"
) -> Scene | None:
    if not shown:
        return None
    items = tuple(
        Item(heading=label(one.heading, one.facts), body=label(one.body, one.facts)) for one in shown
    )
    slide = ListSlide(kicker=Text(heading), title=Text(title), items=items)
    return Scene(id=scene, heading=heading, sentences=_spoken(shown, name, joint), slide=slide)


def _spoken(shown: list[Finding], name: str, joint: str) -> tuple[Sentence, ...]:
    """Two findings share a sentence, a third stands alone."""
    clauses = [one.spoken.format(at(box)) for box, one in enumerate(shown)]
    if len(clauses) == 1:
        return (sentence(capital(clauses[0], name) + ".", shown[0].facts),)
    text = f"{capital(clauses[0], name)}{'; ' if joint == ';' else f', {joint} '}{clauses[1]}."
    first = sentence(text, shown[0].facts, shown[1].facts)
    return (first, *(sentence(capital(clauses[2], name) + ".", shown[2].facts) for _ in clauses[2:]))
