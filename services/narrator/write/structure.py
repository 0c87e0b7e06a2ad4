"""The architecture: modules and what they import, or the directories where no imports were read."""

from __future__ import annotations

from services.narrator.write.findings import is_aside, whole
from services.narrator.write.graph import Diagram, diagram
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.subject import Subject
from services.narrator.write.wording import capital, count, listed, numeral
from shared.facts import Fact
from shared.script import (
    ArchitectureSlide,
    Edge,
    Item,
    ListSlide,
    Node,
    Reveal,
    Scene,
    Sentence,
    Text,
    Tile,
    TreemapSlide,
)

MAX_FOLDERS = 6
MAX_SPOKEN = 3
MIN_FOLDERS = 2
POINTER = 32
"""Marks from here on point at a module, by its number; those below stand for layers."""
MIN_FAN_IN, MANY_FAN_IN = 3, 5


def architecture(subject: Subject) -> Scene | None:
    drawn = diagram(subject.findings, subject.most_boxes)
    return _modules(subject, drawn) if drawn else folders(subject)


def _modules(subject: Subject, drawn: Diagram) -> Scene:
    nodes = tuple(
        Node(id=name, label=label(drawn.label(name), fact), note=_note(fact))
        for name, fact in drawn.modules.items()
    )
    edges = tuple(
        Edge(source=source, target=target, facts=(fact.id,)) for (source, target), fact in drawn.edges.items()
    )
    spoken = tuple(one for one in (_top(subject, drawn), _bottom(subject, drawn)) if one)
    pointed = _pointed(spoken)
    sentences = _revealed(spoken, drawn, pointed)
    slide = ArchitectureSlide(
        kicker=Text("Architecture"),
        title=Text("How the modules depend on each other"),
        nodes=nodes,
        edges=edges,
        pointed=tuple(nodes[number].id for number in pointed),
    )
    return Scene(id="architecture", heading="Architecture", sentences=sentences, slide=slide)


def _note(fact: Fact) -> Text:
    lines = whole(fact, "lines")
    return label(f"{lines:,} line{'' if lines == 1 else 's'}", fact) if lines else Text("")


def _top(subject: Subject, drawn: Diagram) -> Sentence:
    """What the module at the top with most arrows imports."""
    below = {top: [ends for ends in drawn.edges if ends[0] == top] for top in drawn.layers[0]}
    top = max(below, key=lambda name: (len(below[name]), whole(drawn.modules[name], "lines"), name))
    arrows = below[top][:MAX_SPOKEN]
    targets = [_marked(drawn, target) for _, target in arrows]
    name = _marked(drawn, top)
    forms = (
        f"At the top, {name} imports {listed(targets)}.",
        f"Start at {name}: it imports {listed(targets)}.",
        f"From the top down, {name} draws on {listed(targets)}.",
        f"The picture begins with {name}, which imports {listed(targets)}.",
    )
    return sentence(subject.pick.among("top", forms), [drawn.edges[ends] for ends in arrows])


def _bottom(subject: Subject, drawn: Diagram) -> Sentence | None:
    """What most of the others import."""
    name, fact = drawn.most_imported
    number = whole(fact, "fan_in")
    if number < MIN_FAN_IN:
        return _largest(drawn)
    marked = _marked(drawn, name)
    forms: tuple[str, ...] = (
        f"The most imported is {marked}, by {numeral(number)} modules.",
        f"{capital(numeral(number))} modules import {marked}, more than any other.",
    )
    many = (
        f"The others lean on {marked}: {numeral(number)} modules import it.",
        f"A change in {marked} reaches furthest: {numeral(number)} modules import it.",
        f"Most arrows lead to {marked}, which {numeral(number)} modules import.",
    )
    told = subject.pick.among("bottom", (*forms, *many) if number >= MANY_FAN_IN else forms)
    return sentence(told, fact)


def most_imported(subject: Subject) -> str:
    """Id of the module of which the architecture says how many import it."""
    drawn = diagram(subject.findings, subject.most_boxes)
    return drawn.most_imported[1].id if drawn else ""


def _largest(drawn: Diagram) -> Sentence | None:
    name = max(drawn.modules, key=lambda module: (whole(drawn.modules[module], "lines"), module))
    lines = whole(drawn.modules[name], "lines")
    if not lines:
        return None
    return sentence(
        f"The largest of them is {_marked(drawn, name)}, with {count(lines, 'line')}.", drawn.modules[name]
    )


def _marked(drawn: Diagram, name: str) -> str:
    number = list(drawn.modules).index(name)
    return f"{at(drawn.layer_of(name))}{at(POINTER + number)}{drawn.label(name)}"


def _pointed(sentences: tuple[Sentence, ...]) -> list[int]:
    """Numbers of the modules that the words single out, in the order they are named."""
    named = [reveal.box - POINTER for one in sentences for reveal in one.reveals if reveal.box >= POINTER]
    return list(dict.fromkeys(named))


def _revealed(sentences: tuple[Sentence, ...], drawn: Diagram, pointed: list[int]) -> tuple[Sentence, ...]:
    """Every layer appears once: at the first word that names one of its boxes, or evenly before that.

    After the layers come the boxes that are pointed at, each at the first word that names it.
    """
    boxes = {POINTER + number: len(drawn.layers) + place for place, number in enumerate(pointed)}
    starts = [sum(len(one.text.split()) for one in sentences[:place]) for place in range(len(sentences) + 1)]
    spread = {layer: layer * starts[-1] // len(drawn.layers) for layer in range(len(drawn.layers))}
    for start, one in zip(starts, sentences, strict=False):
        for reveal in one.reveals:
            box = boxes.get(reveal.box, reveal.box)
            spread[box] = min(spread.get(box, starts[-1]), start + reveal.word)
    return tuple(
        Sentence(text=one.text, facts=one.facts, reveals=_between(spread, starts[place], starts[place + 1]))
        for place, one in enumerate(sentences)
    )


def _between(spread: dict[int, int], start: int, end: int) -> tuple[Reveal, ...]:
    return tuple(Reveal(word=word - start, box=box) for box, word in spread.items() if start <= word < end)


def folders(subject: Subject, scene: str = "architecture") -> Scene | None:
    """The largest folders, each a box."""
    telling = [fact for fact in subject.findings.series("directory") if _is_telling(fact)]
    shown = sorted(telling, key=lambda fact: is_aside(f"{fact.value}/"))[:MAX_FOLDERS]
    if sum(whole(fact, "lines") > 0 for fact in shown) >= MIN_FOLDERS:
        shown = sorted(
            (fact for fact in shown if whole(fact, "lines")),
            key=lambda fact: (is_aside(f"{fact.value}/"), -whole(fact, "lines")),
        )
    if len(shown) < MIN_FOLDERS:
        return None
    items = tuple(Item(heading=label(str(fact.value), fact), body=_held(fact)) for fact in shown)
    slide: ListSlide | TreemapSlide = ListSlide(
        kicker=Text("Structure"), title=Text("Where things are"), items=items
    )
    if all(whole(fact, "lines") for fact in shown):
        tiles = tuple(
            Tile(heading=item.heading, body=item.body, lines=whole(fact, "lines"))
            for item, fact in zip(items, shown, strict=True)
        )
        slide = TreemapSlide(kicker=Text("Structure"), title=Text("Where the lines are"), tiles=tiles)
    return Scene(id=scene, heading="Structure", sentences=_walked(subject, shown), slide=slide)


def _is_telling(folder: Fact) -> bool:
    """It holds files, and no tool made it."""
    name = str(folder.value)
    return (
        whole(folder, "files") > 0
        and not name.endswith(".egg-info")
        and not name.startswith(".")
        and name != "tmp"
    )


def _held(fact: Fact) -> Text:
    files, lines = whole(fact, "files"), whole(fact, "lines")
    held = f"{files:,} file{'' if files == 1 else 's'}"
    return label(f"{held}, {lines:,} lines" if lines > 1 else held, fact)


def _walked(subject: Subject, folders: list[Fact]) -> tuple[Sentence, ...]:
    said = [
        f"{at(box)}{fact.value}, with {count(whole(fact, 'files'), 'file')}"
        for box, fact in enumerate(folders)
    ]
    said = said[:MAX_SPOKEN]
    series = f"{', '.join(said[:-1])}, and {said[-1]}"
    forms = (
        f"Its main folders are {series}.",
        f"You find your way by its folders: {series}.",
        f"Look into {series}.",
        f"The code is laid out in folders: {series}.",
        f"Where to look? There is {series}.",
    )
    rest = "".join(at(box) for box in range(len(said), len(folders)))
    text = subject.pick.among("folders", forms)
    last = at(len(said) - 1)
    return (sentence(text.replace(last, last + rest), folders[:MAX_SPOKEN]),)
