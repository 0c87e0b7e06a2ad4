"""The reel: twenty seconds, five scenes, each as near its target as the facts allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from services.narrator.write.ending import a_kind, outro
from services.narrator.write.features import features
from services.narrator.write.flow import flowing
from services.narrator.write.glance import figures
from services.narrator.write.graph import diagram
from services.narrator.write.hook import hook
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.pace import seconds
from services.narrator.write.purpose import problem
from services.narrator.write.structure import folders
from services.narrator.write.subject import Subject
from services.narrator.write.usage import commands_scene, example_scene
from services.narrator.write.wording import about, capital, numeral, series
from shared.script import Item, ListSlide, Scene, Sentence, Text

REEL_SECONDS = (3.0, 5.0, 5.0, 4.0, 3.0)
"""Intro, problem, solution, architecture, outro."""
TOLERANCE = 1.2

Writing = Callable[[Subject], Iterable[Scene | None]]


def reel(subject: Subject, targets: Sequence[float] = REEL_SECONDS) -> tuple[Scene, ...]:
    """Of each part the first telling that fits its target, else the shortest."""
    parts: tuple[Writing, ...] = (_intro, _problem, _solution, _architecture, _outro)
    chosen = [_fitting(list(part(subject)), target) for part, target in zip(parts, targets, strict=True)]
    return flowing(tuple(scene for scene in chosen if scene))


def _fitting(tellings: list[Scene | None], target: float) -> Scene | None:
    known = [scene for scene in tellings if scene]
    fitting = (scene for scene in known if _length(scene) <= TOLERANCE * target)
    return next(fitting, min(known, key=_length, default=None))


def _length(scene: Scene) -> float:
    return sum(seconds(sentence.text) for sentence in scene.sentences)


def _intro(subject: Subject) -> Iterable[Scene | None]:
    whole = hook(subject)
    yield whole
    kind, cited = a_kind(subject)
    if cited:
        yield _saying(whole, sentence(f"This is {subject.name}, {kind}.", subject.named_by, cited))
    if subject.named_by:
        yield _saying(whole, sentence(f"This is {subject.name}.", subject.named_by))


def _saying(scene: Scene, *sentences: Sentence) -> Scene:
    return msgspec.structs.replace(scene, sentences=sentences)


def _problem(subject: Subject) -> Iterable[Scene | None]:
    whole = problem(subject)
    if whole is None or not isinstance(whole.slide, ListSlide):
        yield _sized(subject)
        return
    for number, told in enumerate(whole.sentences):
        reveals = tuple(msgspec.structs.replace(reveal, box=0) for reveal in told.reveals)
        slide = msgspec.structs.replace(whole.slide, items=whole.slide.items[number : number + 1])
        one = msgspec.structs.replace(told, reveals=reveals)
        yield msgspec.structs.replace(whole, sentences=(one,), slide=slide)
    yield _sized(subject)


def _sized(subject: Subject) -> Scene | None:
    """How big it is, in place of a purpose nobody states shortly."""
    shown = figures(subject)[:2]
    if not shown:
        return None
    items = tuple(
        Item(heading=label(f"{number:,}", known), body=label(noun, known)) for known, number, noun in shown
    )
    said = [f"{at(box)}{about(number)} {noun}" for box, (known, number, noun) in enumerate(shown)]
    slide = ListSlide(kicker=Text("In numbers"), title=Text("How big it is"), items=items)
    spoken = sentence(f"{capital(series(said))}.", [known for known, _, _ in shown])
    return Scene(id="problem", heading="How big it is", sentences=(spoken,), slide=slide)


def _solution(subject: Subject) -> Iterable[Scene | None]:
    if subject.kind == "cli":
        yield commands_scene(subject)
    listed = features(subject)
    for number in (3, 2, 1):
        shown = listed[:number]
        if len(shown) == number:
            items = tuple(Item(heading=label(one.spoken, one.fact), body=Text("")) for one in shown)
            quoted = series([f"{at(box)}“{one.spoken}”" for box, one in enumerate(shown)])
            verb = f"It {quoted}." if shown[0].deed else f"It offers {quoted}."
            slide = ListSlide(kicker=Text("Features"), title=Text("What its README lists"), items=items)
            spoken = sentence(verb, [one.fact for one in shown])
            yield Scene(id="solution", heading="What it offers", sentences=(spoken,), slide=slide)
    yield example_scene(subject)


def _architecture(subject: Subject) -> Iterable[Scene | None]:
    drawn = diagram(subject.findings, subject.most_boxes)
    if drawn:
        name, fact = drawn.most_imported
        number = fact.attributes.get("fan_in", 0)
        if isinstance(number, int) and number > 1:
            from services.narrator.write.structure import architecture  # noqa: PLC0415 - drawn only here

            whole = architecture(subject)
            if whole:
                box = drawn.layer_of(name)
                pointer = at(len(drawn.layers))
                told = f"{capital(numeral(number))} modules import {at(box)}{pointer}{drawn.label(name)}."
                pointing = msgspec.structs.replace(whole.slide, pointed=(name,))
                whole = msgspec.structs.replace(whole, slide=pointing)
                yield _saying(whole, _all_layers(sentence(told, fact), len(drawn.layers)))
    yield folders(subject)


def _all_layers(told: Sentence, layers: int) -> Sentence:
    """The whole picture stands from the first word on, but for the box that is named."""
    named = {reveal.box for reveal in told.reveals}
    first = tuple(
        msgspec.convert({"word": 0, "box": box}, type(told.reveals[0]))
        for box in range(layers)
        if box not in named
    )
    return msgspec.structs.replace(told, reveals=(*first, *told.reveals))


def _outro(subject: Subject) -> Iterable[Scene | None]:
    whole = outro(subject)
    if whole is None:
        return
    yield _saying(whole, whole.sentences[-1])
    full_name = subject.findings.full_name
    if full_name:
        yield _saying(whole, sentence(f"It is on GitHub: {full_name}.", "repo.full_name"))
    if subject.named_by:
        yield _saying(whole, sentence(f"That was {subject.name}.", subject.named_by))
