"""A script as a form: its sentences in fields, and back; each complaint beside what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from services.gateway.dashboard.forms import Fields
from shared.facts import FactBase
from shared.script import Scene, Script, Sentence, Text
from shared.truth import Violation
from shared.truth.spots import texts_of


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the form."""

    name: str
    label: str
    text: str
    facts: tuple[str, ...]
    complaints: tuple[str, ...]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One scene."""

    name: str
    heading: Line
    lines: tuple[Line, ...]
    on_screen: tuple[str, ...]
    complaints: tuple[str, ...]
    """About what is on the screen."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    title: Line
    description: Line
    blocks: tuple[Block, ...]

    @property
    def refused(self) -> Sequence[Line]:
        """The fields with complaints, from the top."""
        headed = ((block.heading, *block.lines) for block in self.blocks)
        lines = (self.title, self.description, *(line for block in headed for line in block))
        return [line for line in lines if line.complaints]


def sheet(script: Script, violations: Sequence[Violation] = ()) -> Sheet:
    """Lay a script out; what the truth gate said stands at its place."""
    said: dict[str, list[str]] = {}
    for one in violations:
        said.setdefault(one.where, []).append(f"“{one.word}” {one.why}.")

    def line(name: str, label: str, where: str, text: str, facts: tuple[str, ...] = ()) -> Line:
        return Line(name=name, label=label, text=text, facts=facts, complaints=tuple(said.get(where, ())))

    def block(index: int, scene: Scene) -> Block:
        name = f"scene.{index}"
        return Block(
            name=name,
            heading=line(f"{name}.heading", "Heading", f"{scene.id}, heading", scene.heading),
            lines=tuple(
                line(
                    f"{name}.{number}",
                    f"Sentence {number}",
                    f"{scene.id}, sentence {number}",
                    one.text,
                    one.facts,
                )
                for number, one in enumerate(scene.sentences, start=1)
            ),
            on_screen=tuple(text.text for text, _ in texts_of(scene.slide, ("", "")) if text.text),
            complaints=tuple(said.get(f"{scene.id}, on screen", ())),
        )

    return Sheet(
        title=line("title", "Title", "title", script.title.text, script.title.facts),
        description=line(
            "description", "Description", "description", script.description.text, script.description.facts
        ),
        blocks=tuple(block(index, scene) for index, scene in enumerate(script.scenes)),
    )


def edited(script: Script, fields: Fields) -> Script:
    """Put what a form says in a script's place. A sentence without words is left out."""
    scenes = tuple(_scene(index, scene, fields) for index, scene in enumerate(script.scenes))
    return msgspec.structs.replace(
        script,
        title=_text("title", script.title, fields),
        description=_text("description", script.description, fields),
        scenes=scenes,
    )


def _scene(index: int, scene: Scene, fields: Fields) -> Scene:
    name = f"scene.{index}"
    heading = fields.text(f"{name}.heading") or scene.heading
    return msgspec.structs.replace(scene, heading=heading, sentences=tuple(_sentences(name, scene, fields)))


def _sentences(name: str, scene: Scene, fields: Fields) -> Iterator[Sentence]:
    for number, before in enumerate(scene.sentences, start=1):
        text = _plain(fields.text(f"{name}.{number}"))
        words = len(text.split())
        if words:
            facts = tuple(fields.text(f"{name}.{number}.facts").split())
            reveals = tuple(reveal for reveal in before.reveals if reveal.word < words)
            yield Sentence(text=text, facts=facts, reveals=reveals)
    added = _plain(fields.text(f"{name}.new"))
    if added:
        yield Sentence(text=added, facts=tuple(fields.text(f"{name}.new.facts").split()))


def _text(name: str, before: Text, fields: Fields) -> Text:
    text = fields.text(name) or before.text
    same = text.split() == before.text.split()
    facts = tuple(fields.text(f"{name}.facts").split())
    return Text(before.text if same else text.replace("\r\n", "\n"), facts)


def _plain(text: str) -> str:
    return " ".join(text.split())


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as the page lists it."""

    id: str
    value: str


MAX_GROUNDS = 1000
MAX_CHARACTERS = 160


def grounds(facts: FactBase) -> Sequence[Ground]:
    return tuple(
        Ground(id=fact.id, value=" ".join(str(fact.value).split())[:MAX_CHARACTERS])
        for fact in facts.facts[:MAX_GROUNDS]
    )
