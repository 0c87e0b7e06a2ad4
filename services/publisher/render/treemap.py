"""Divides a rectangle into tiles whose areas are in the ratio of their sizes, as square as can be.

The squarified layout of Bruls, Huizing and van Wijk: rows are filled along the shorter side for as long as
that makes their tiles squarer.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Area(msgspec.Struct, frozen=True):
    x: float
    y: float
    w: float
    h: float


def areas(sizes: Sequence[float], width: float, height: float) -> tuple[Area, ...]:
    """One area for each size, largest first; sizes are above 0."""
    unit = width * height / sum(sizes)
    rest, placed = Area(0.0, 0.0, width, height), list[Area]()
    waiting = [size * unit for size in sizes]
    while waiting:
        side = min(rest.w, rest.h)
        count = 1
        while count < len(waiting) and _worst(waiting[: count + 1], side) <= _worst(waiting[:count], side):
            count += 1
        row, waiting = waiting[:count], waiting[count:]
        placed += _row(row, rest)
        rest = _without(rest, sum(row))
    return tuple(placed)


def _worst(row: Sequence[float], side: float) -> float:
    """The largest ratio of a tile's sides, were this row laid along `side`."""
    depth = sum(row) / side
    return max(max(depth * depth / size, size / (depth * depth)) for size in row)


def _row(row: Sequence[float], rest: Area) -> list[Area]:
    placed, at = [], 0.0
    depth = sum(row) / min(rest.w, rest.h)
    for size in row:
        length = size / depth
        upright = rest.w >= rest.h
        placed.append(
            Area(rest.x, rest.y + at, depth, length) if upright else Area(rest.x + at, rest.y, length, depth)
        )
        at += length
    return placed


def _without(rest: Area, taken: float) -> Area:
    depth = taken / min(rest.w, rest.h)
    if rest.w >= rest.h:
        return Area(rest.x + depth, rest.y, max(0.0, rest.w - depth), rest.h)
    return Area(rest.x, rest.y + depth, rest.w, max(0.0, rest.h - depth))
