"""Turns months of commits into bars that can be told apart, with years below them and releases above."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from services.publisher.render.canvas import Canvas
from shared.script import Text, TimelineSlide

MOST_BARS = 84
MOST_TICKS = 7
MOST_ROWS = 3
PIN_AIR, PIN_GAP = 44.0, 8.0
LETTER = {False: 17.5, True: 20.0}
"""Pixels: around a pin's label, between two pins, and what a letter of a label takes, in a tall film too."""
BAR_MONTHS = (1, 3, 6, 12, 24, 60, 120)
"""A bar stands for so many months: the fewest that leave few enough bars."""


class Tick(msgspec.Struct, frozen=True):
    label: Text
    at: float
    """Share of the way from left to right."""


class PlacedPin(msgspec.Struct, frozen=True):
    label: Text
    at: float
    row: int
    """From above; the first in which it lies on no other."""


class Chart(msgspec.Struct, frozen=True):
    bars: tuple[float, ...]
    """0 to 1 of the highest."""
    ticks: tuple[Tick, ...]
    pins: tuple[PlacedPin, ...]
    rows: int
    """Of pins."""


def chart(slide: TimelineSlide, canvas: Canvas) -> Chart:
    months = next((step for step in BAR_MONTHS if -(-len(slide.counts) // step) <= MOST_BARS), BAR_MONTHS[-1])
    sums = [sum(slide.counts[at : at + months]) for at in range(0, len(slide.counts), months)]
    whole = len(sums) * months
    pins = _pins(slide, whole, canvas)
    return Chart(
        bars=tuple(count / max(sums) for count in sums),
        ticks=_ticks(slide.first_month, whole),
        pins=pins,
        rows=max((pin.row + 1 for pin in pins), default=0),
    )


def _ticks(first: str, months: int) -> tuple[Tick, ...]:
    """Years in round steps, at the month they begin; the first year where no other begins."""
    year, month = map(int, first.split("-"))
    starts = [(year + n, 12 * n - month + 1) for n in range((months + month - 1) // 12 + 1)]
    inside = [(number, at) for number, at in starts if 0 <= at < months] or [(year, 0)]
    step = -(-len(inside) // MOST_TICKS)
    return tuple(Tick(Text(str(number)), at / months) for number, at in inside[::step])


def _pins(slide: TimelineSlide, months: int, canvas: Canvas) -> tuple[PlacedPin, ...]:
    year, month = map(int, slide.first_month.split("-"))
    shares = [
        ((int(pin.month[:4]) - year) * 12 + int(pin.month[5:]) - month + 0.5) / months for pin in slide.pins
    ]
    inside = [min(1.0, max(0.0, share)) for share in shares]
    widths = [PIN_AIR + len(pin.label.text) * LETTER[canvas.tall] for pin in slide.pins]
    rows = _rows(inside, widths, canvas.body.w)
    return tuple(
        PlacedPin(pin.label, share, row) for pin, share, row in zip(slide.pins, inside, rows, strict=True)
    )


def _rows(shares: Sequence[float], widths: Sequence[float], room: float) -> list[int]:
    """Where all rows are taken, the one that has been free for longest."""
    reached = [-PIN_GAP] * MOST_ROWS
    rows = [0] * len(shares)
    for number in sorted(range(len(shares)), key=lambda number: shares[number]):
        width = widths[number]
        left = min(max(0.0, shares[number] * room - width / 2), room - width)
        free = (row for row, end in enumerate(reached) if end + PIN_GAP <= left)
        rows[number] = next(free, reached.index(min(reached)))
        reached[rows[number]] = left + width
    return rows
