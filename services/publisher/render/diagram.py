"""Turns an architecture slide into boxes and arrows: readable, nothing cut at the sides.

A layer is what a reveal calls a box: nodes no other points to come first, every node stands one layer below
the lowest node that points to it. A layer with too many nodes for one row takes several.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import TopologicalSorter
from math import hypot

import msgspec

from services.publisher.render.canvas import Room
from services.publisher.render.graphviz import Point
from services.publisher.render.placement import FEW, Place, place
from shared.script import ArchitectureSlide, Text

MOST_NODES = 16
LEAST_WIDTH, FEW_WIDTH, WIDEST = 300.0, 440.0, 480.0
RING = 3
"""Pixels kept free below: a ring around a module of the last row reaches into the gap before the captions."""
_CHARACTER_WIDTH, _PADDING = 17.0, 72.0

Layers = tuple[tuple[int, ...], ...]


class PlacedNode(msgspec.Struct, frozen=True, kw_only=True):
    module: Text
    note: Text
    layer: int
    x: float
    y: float
    w: float
    h: float


class PlacedEdge(msgspec.Struct, frozen=True, kw_only=True):
    layer: int
    """It appears with the lower of its ends."""
    tone: int
    points: tuple[Point, ...]
    tip: Point
    toward: Point
    """The way the arrow points, as a vector of length 1."""


class Diagram(msgspec.Struct, frozen=True):
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]


def layers_of(slide: ArchitectureSlide) -> Layers:
    """The numbers of the slide's nodes, by layer."""
    return tuple(_generations(len(slide.nodes[:MOST_NODES]), _edges(slide)))


def _generations(nodes: int, edges: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, ...]]:
    """Raises graphlib.CycleError."""
    graph = TopologicalSorter[int]()
    for node in range(nodes):
        graph.add(node)
    for source, target in edges:
        graph.add(target, source)
    graph.prepare()
    while graph.is_active():
        ready = graph.get_ready()
        graph.done(*ready)
        yield tuple(sorted(ready))


def draw_diagram(slide: ArchitectureSlide, room: Room) -> Diagram:
    layers, edges = layers_of(slide), _edges(slide)
    layer = {node: depth for depth, row in enumerate(layers) for node in row}
    placed = place(layers, edges, _box_width(slide), msgspec.structs.replace(room, h=room.h - RING))
    return Diagram(
        nodes=tuple(_node(slide, number, layer[number], placed) for number in sorted(layer)),
        edges=tuple(_edge(placed, layer, source, target) for source, target in edges),
    )


def _edges(slide: ArchitectureSlide) -> tuple[tuple[int, int], ...]:
    numbers = {node.id: number for number, node in enumerate(slide.nodes[:MOST_NODES])}
    pairs = {(numbers.get(edge.source, -1), numbers.get(edge.target, -1)) for edge in slide.edges}
    return tuple(sorted((source, target) for source, target in pairs if min(source, target) >= 0))


def _box_width(slide: ArchitectureSlide) -> float:
    """What the longest label asks for, within reason."""
    longest = max((len(node.label.text) for node in slide.nodes), default=0)
    least = FEW_WIDTH if len(slide.nodes) <= FEW else LEAST_WIDTH
    return min(WIDEST, max(least, longest * _CHARACTER_WIDTH + _PADDING))


def _node(slide: ArchitectureSlide, number: int, layer: int, placed: Place) -> PlacedNode:
    node, (x, y) = slide.nodes[number], placed.corners[number]
    return PlacedNode(
        module=node.label, note=node.note, layer=layer, x=x, y=y, w=placed.width, h=placed.height
    )


def _edge(placed: Place, layer: dict[int, int], source: int, target: int) -> PlacedEdge:
    points, (x, y) = placed.curves[source, target], placed.corners[target]
    (end_x, end_y) = points[-1]
    tip = (min(max(end_x, x), x + placed.width), min(max(end_y, y), y + placed.height))
    away = hypot(tip[0] - end_x, tip[1] - end_y)
    toward = ((tip[0] - end_x) / away, (tip[1] - end_y) / away) if away else (0.0, 1.0)
    return PlacedEdge(layer=layer[target], tone=layer[source], points=points, tip=tip, toward=toward)
