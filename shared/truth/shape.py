"""What a script must hold to so that it can be spoken and drawn, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from shared.script import (
    ArchitectureSlide,
    CodeSlide,
    GlanceSlide,
    ListSlide,
    Scene,
    Script,
    Slide,
)
from shared.truth.spots import spots

MAX_SCENES, MAX_SENTENCES = 24, 120
MAX_CHARACTERS = 600
"""Of one sentence or label; code is bounded by its lines."""
MAX_STATS, MAX_ITEMS, MAX_NODES, MAX_LINES = 4, 6, 16, 18


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
        case ListSlide() if not 0 < len(slide.items) <= MAX_ITEMS:
            yield f"a list has 1 to {MAX_ITEMS} items"
        case CodeSlide() if not 0 < len(slide.code.text.splitlines()) <= MAX_LINES:
            yield f"a piece of code has 1 to {MAX_LINES} lines"
        case ArchitectureSlide():
            yield from _graph(slide)
        case _:
            pass


def _graph(slide: ArchitectureSlide) -> Iterator[str]:
    known = {node.id for node in slide.nodes}
    if not 0 < len(slide.nodes) <= MAX_NODES or len(known) < len(slide.nodes):
        yield f"a diagram has 1 to {MAX_NODES} boxes, each with an id of its own"
    edges = [(edge.source, edge.target) for edge in slide.edges]
    if any(end not in known for edge in edges for end in edge):
        yield "an arrow joins a box that is not there"
    elif not nx.is_directed_acyclic_graph(nx.DiGraph(edges)):
        yield "the arrows run in a circle"
