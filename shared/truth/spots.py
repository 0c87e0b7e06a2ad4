"""Every piece of text of a script, with its place and the facts it cites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from shared.script import Scene, Script, Text

_VERBATIM = {
    ("Node", "label"),
    ("LanguageShare", "name"),
    ("CodeSlide", "path"),
    ("GlanceSlide", "people"),
    ("Tile", "heading"),
    ("Pin", "label"),
}
_CODE = ("CodeSlide", "code")


class Spot(NamedTuple):
    where: str
    text: str
    facts: tuple[str, ...]
    spoken: bool = False
    verbatim: bool = False
    """A label taken over letter by letter: each of its words stands in the facts."""


def spots(script: Script) -> Iterator[Spot]:
    """Code is left out: `pictures` compares it line by line."""
    yield Spot("title", script.title.text, script.title.facts)
    yield Spot("description", script.description.text, script.description.facts)
    for scene in script.scenes:
        yield Spot(f"{scene.id}, heading", scene.heading, ())
        for number, sentence in enumerate(scene.sentences, start=1):
            yield Spot(f"{scene.id}, sentence {number}", sentence.text, sentence.facts, spoken=True)
        yield from _on_screen(scene)


def _on_screen(scene: Scene) -> Iterator[Spot]:
    for text, owner in texts_of(scene.slide, ("", "")):
        if owner != _CODE:
            yield Spot(f"{scene.id}, on screen", text.text, text.facts, verbatim=owner in _VERBATIM)


def texts_of(value: object, owner: tuple[str, str]) -> Iterator[tuple[Text, tuple[str, str]]]:
    """Each `Text` inside `value`, with the struct and the field that hold it."""
    if isinstance(value, Text):
        yield value, owner
    elif isinstance(value, tuple):
        for member in value:
            yield from texts_of(member, owner)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from texts_of(getattr(value, field), (type(value).__name__, field))
