"""What a script must hold to so that it can be spoken and drawn, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from shared.lines import lines_of
from shared.script import (
    ArchitectureSlide,
    CodeSlide,
    FlowSlide,
    GlanceSlide,
    ListSlide,
    NewsSlide,
    Scene,
    Script,
    Slide,
    TimelineSlide,
    TreemapSlide,
    VerdictSlide,
)
from shared.truth.spots import spots

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])\Z")
MAX_SCENES, MAX_SENTENCES = 24, 120
MAX_CHARACTERS = 600
"""Of one sentence or label; code is bounded by its lines."""
MAX_STATS, MAX_ITEMS, MAX_NODES, MAX_LINES = 4, 6, 16, 18
MAX_STEPS, MAX_TILES, MAX_MONTHS = 4, 8, 1200


def misshapen(script: Script) -> Iterator[str]:
    """Everything that keeps the script from being made into a film."""
    if not 0 < len(script.scenes) <= MAX_SCENES:
        yield f"a script has 1 to {MAX_SCENES} scenes, not {len(script.scenes)}"
    if sum(len(scene.sentences) for scene in script.scenes) > MAX_SENTENCES:
        yield f"a script has at most {MAX_SENTENCES} sentences"
    for spot in spots(script):
        if len(spot.text) > MAX_CHARACTERS and spot.where != "description":
            yield f"{spot.where}: a text has at most {MAX_CHARACTERS} characters"
    for scene in script.scenes:
        yield from (f"{scene.id}: {fault}" for fault in _faults(scene))


def _faults(scene: Scene) -> Iterator[str]:
    if not scene.sentences:
        yield "a scene says at least one sentence"
    for number, sentence in enumerate(scene.sentences, start=1):
        words = len(sentence.text.split())
        if any(not 0 <= reveal.word < words or reveal.box < 0 for reveal in sentence.reveals):
            yield f"sentence {number} has a reveal at a word it does not have"
    yield from _drawn(scene.slide)


def _drawn(slide: Slide) -> Iterator[str]:
    match slide:
        case GlanceSlide() if len(slide.stats) > MAX_STATS:
            yield f"a slide has at most {MAX_STATS} figures"
        case ListSlide() | NewsSlide() if not 0 < len(slide.items) <= MAX_ITEMS:
            yield f"a list has 1 to {MAX_ITEMS} items"
        case CodeSlide() if not 0 < len(lines_of(slide.code.text)) <= MAX_LINES:
            yield f"a piece of code has 1 to {MAX_LINES} lines"
        case ArchitectureSlide():
            yield from _graph(slide)
        case FlowSlide() if not 0 < len(slide.steps) <= MAX_STEPS:
            yield f"a flow has 1 to {MAX_STEPS} steps"
        case TreemapSlide():
            if not 0 < len(slide.tiles) <= MAX_TILES or any(tile.lines <= 0 for tile in slide.tiles):
                yield f"a map has 1 to {MAX_TILES} tiles, each with lines"
        case TimelineSlide():
            yield from _months(slide)
        case VerdictSlide() if not 0 < len(slide.assets) + len(slide.burdens) <= MAX_ITEMS:
            yield f"a verdict weighs 1 to {MAX_ITEMS} things"
        case _:
            pass


def _months(slide: TimelineSlide) -> Iterator[str]:
    months = (slide.first_month, *(pin.month for pin in slide.pins))
    if not all(_MONTH.match(month) for month in months):
        yield "a month reads YYYY-MM"
    if not 0 < len(slide.counts) <= MAX_MONTHS or min(slide.counts) < 0 or not any(slide.counts):
        yield f"a timeline has 1 to {MAX_MONTHS} months, and commits"
    if len(slide.pins) > MAX_ITEMS:
        yield f"a timeline has at most {MAX_ITEMS} pins"


def _graph(slide: ArchitectureSlide) -> Iterator[str]:
    known = {node.id for node in slide.nodes}
    if not 0 < len(slide.nodes) <= MAX_NODES or len(known) < len(slide.nodes):
        yield f"a diagram has 1 to {MAX_NODES} boxes, each with an id of its own"
    edges = [(edge.source, edge.target) for edge in slide.edges]
    if any(end not in known for edge in edges for end in edge):
        yield "an arrow joins a box that is not there"
    elif _runs_in_a_circle(edges):
        yield "the arrows run in a circle"


def _runs_in_a_circle(edges: list[tuple[str, str]]) -> bool:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for source, target in edges:
        sorter.add(source, target)
    try:
        sorter.prepare()
    except CycleError:
        return True
    return False
