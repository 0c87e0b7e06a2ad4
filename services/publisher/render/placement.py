"""Finds a place for every box of a graph: by Graphviz where that fits, in plain rows where not."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

import msgspec

from services.publisher.render.canvas import Room
from services.publisher.render.graphviz import Drawing, GraphvizFailed, Point, Ranks, draw

log = logging.getLogger(__name__)

NARROWEST = 200.0
LOWEST, HIGHEST = 72.0, 156.0
FEW, FEW_HEIGHT = 4, 200.0
"""So few boxes may be higher."""
LEAST_PITCH = 96.0
"""From one row to the next."""
COLUMN_PITCH, WIDE_BOX, WIDE_COLUMN_PITCH, LOOSE_PITCH = 280.0, 330.0, 336.0, 420.0
"""How much of a row a box takes at least: one of middling size, a wide one, one that no arrow joins."""
COLUMN_GAP, BAND_GAP, LONGEST_ARROW, ARROW_HEAD = 24.0, 60.0, 140.0, 15.0
WIDE_ROOM = 1.6
DEEPEST_ACROSS, TALLEST_ACROSS = 4, 3
"""Up to so many layers of so many boxes are drawn from left to right: a wide picture is filled better."""

Rows = Sequence[tuple[int, ...]]
Edges = Sequence[tuple[int, int]]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything of one diagram goes, by node number. Edges not `sideways` arrive from above."""

    corners: dict[int, Point]
    curves: dict[tuple[int, int], tuple[Point, ...]]
    width: float
    height: float
    sideways: frozenset[tuple[int, int]] = frozenset()


def place(layers: Rows, edges: Edges, wanted_width: float, room: Room) -> Place:
    """Place boxes of one size, at best `wanted_width` wide, inside the room."""
    try:
        for ranks in _attempts(layers, edges, wanted_width, room) if edges else ():
            drawing = draw(ranks)
            if drawing.width <= room.w and drawing.height <= room.h:
                centred = _centred(drawing, ranks, room)
                if _is_inside(centred, room):
                    return centred
    except GraphvizFailed as error:
        log.warning("the diagram is drawn in plain rows: %s", error)
    return _plain(layers, edges, wanted_width, room)


def _is_inside(placed: Place, room: Room) -> bool:
    """Whether no arrow leaves the room: Graphviz leads some around its own edge."""
    points = [point for curve in placed.curves.values() for point in curve]
    return all(0 <= x <= room.w and 0 <= y <= room.h for x, y in points)


def wrapped(layers: Rows, longest: int) -> Iterator[tuple[int, ...]]:
    """Rows of at most `longest` nodes, those of one layer of about equal length."""
    for layer in layers:
        rows = -(-len(layer) // longest)
        for row in range(rows):
            yield layer[len(layer) * row // rows : len(layer) * (row + 1) // rows]


def _attempts(layers: Rows, edges: Edges, wanted: float, room: Room) -> Iterator[Ranks]:
    """Ever tighter ways to draw the same graph; none when it needs too many rows."""
    tallest = max(map(len, layers))
    if (
        room.w > WIDE_ROOM * room.h
        and len(layers) <= DEEPEST_ACROSS
        and tallest <= min(TALLEST_ACROSS, len(layers))
    ):
        yield _across(layers, edges, wanted, room)
    rows = tuple(wrapped(layers, int(room.w // (COLUMN_PITCH if wanted <= WIDE_BOX else WIDE_COLUMN_PITCH))))
    if len(rows) > _most_rows(room):
        return
    for shrink, tight in ((1.0, False), (1.0, True), (0.85, True), (0.72, True), (0.6, True), (0.0, True)):
        yield _down(rows, edges, wanted * shrink, room, tight=tight)


def _most_rows(room: Room) -> int:
    return int(room.h // LEAST_PITCH)


def _across(layers: Rows, edges: Edges, wanted: float, room: Room) -> Ranks:
    columns, tallest = len(layers), max(map(len, layers))
    width = min(wanted, (room.w - 90 * (columns - 1)) / columns)
    height = _box_height(layers, tallest, 0.6, room)
    return Ranks(
        rows=tuple(layers),
        edges=tuple(edges),
        direction="LR",
        width=width,
        height=height,
        node_gap=min(90.0, (room.h - tallest * height) / tallest),
        rank_gap=max(60.0, min(180.0, (room.w - columns * width) / max(1, columns - 1))) - 1,
    )


def _down(rows: Rows, edges: Edges, wanted: float, room: Room, *, tight: bool) -> Ranks:
    longest = max(map(len, rows))
    width = max(NARROWEST, min(wanted, (room.w - 48 * (longest - 1)) / longest))
    height = _box_height(rows, len(rows), 0.6, room)
    spread = min(140.0, max(40.0, (room.w - longest * width) / longest))
    return Ranks(
        rows=tuple(rows),
        edges=tuple(edges),
        direction="TB",
        width=width,
        height=height,
        node_gap=COLUMN_GAP if tight else spread,
        rank_gap=min(LONGEST_ARROW, (room.h - len(rows) * height) / max(1, len(rows) - 1)) - 1,
    )


def _box_height(rows: Rows, lines: float, share: float, room: Room) -> float:
    highest = FEW_HEIGHT if sum(map(len, rows)) <= FEW else HIGHEST
    return min(highest, max(LOWEST, room.h / lines * share))


def _centred(drawing: Drawing, ranks: Ranks, room: Room) -> Place:
    dx, dy = (room.w - drawing.width) / 2, (room.h - drawing.height) / 2
    return Place(
        corners={
            node: (x + dx - ranks.width / 2, y + dy - ranks.height / 2)
            for node, (x, y) in drawing.centres.items()
        },
        curves={ends: tuple((x + dx, y + dy) for x, y in curve) for ends, curve in drawing.curves.items()},
        width=ranks.width,
        height=ranks.height,
        sideways=frozenset(drawing.curves) if ranks.direction == "LR" else frozenset(),
    )


def _plain(layers: Rows, edges: Edges, wanted: float, room: Room) -> Place:
    """Rows in as many bands side by side as they need: always fits, arrows go straight."""
    longest = int(room.w // COLUMN_PITCH)
    loose = not edges and sum(map(len, layers)) > longest
    comfortable = int(room.w // LOOSE_PITCH) if loose else longest
    for bands in (1, 2, 3):
        band_width = (room.w - (bands - 1) * BAND_GAP) / bands
        most = int((band_width + COLUMN_GAP) // (NARROWEST + COLUMN_GAP))
        rows = tuple(wrapped(layers, min(most, comfortable)))
        if len(rows) <= bands * _most_rows(room):
            break
    return _in_bands(rows, edges, bands, wanted, room)


def _in_bands(rows: Rows, edges: Edges, bands: int, wanted: float, room: Room) -> Place:
    deep = max(1, -(-len(rows) // bands))
    band_width = (room.w - (bands - 1) * BAND_GAP) / bands
    longest = max(map(len, rows), default=1)
    width = min(wanted, (band_width - (longest - 1) * COLUMN_GAP) / longest)
    pitch = min(room.h / deep, HIGHEST + 70)
    height = _box_height(rows, room.h / pitch, 0.68, room)
    top = (room.h - pitch * (deep - 1) - height) / 2
    corners: dict[int, Point] = {}
    for number, row in enumerate(rows):
        band, line = divmod(number, deep)
        gap = min(48.0, (band_width - len(row) * width) / max(1, len(row) - 1))
        left = band * (band_width + BAND_GAP) + (band_width - len(row) * width - (len(row) - 1) * gap) / 2
        corners |= {node: (left + at * (width + gap), top + line * pitch) for at, node in enumerate(row)}
    band_of = {node: number // deep for number, row in enumerate(rows) for node in row}
    sideways = frozenset(ends for ends in edges if band_of[ends[0]] != band_of[ends[1]])
    curves = {
        (a, b): (_swing if (a, b) in sideways else _bow)(corners[a], corners[b], width, height)
        for a, b in edges
    }
    return Place(corners=corners, curves=curves, width=width, height=height, sideways=sideways)


def _bow(start: Point, end: Point, width: float, height: float) -> tuple[Point, ...]:
    """A curve from the foot of one box to just above the head of another."""
    x0, y0, x1, y1 = start[0] + width / 2, start[1] + height, end[0] + width / 2, end[1] - ARROW_HEAD
    reach = max(8.0, min(60.0, abs(y1 - y0) / 2))
    return (x0, y0), (x0, y0 + reach), (x1, y1 - reach), (x1, y1)


def _swing(start: Point, end: Point, width: float, height: float) -> tuple[Point, ...]:
    """A curve from the right side of one box to just before the left side of another in a later band."""
    x0, y0, x1, y1 = start[0] + width, start[1] + height / 2, end[0] - ARROW_HEAD, end[1] + height / 2
    reach = max(8.0, (x1 - x0) / 2)
    return (x0, y0), (x0 + reach, y0), (x1 - reach, y1), (x1, y1)
