"""Turns months of commits into bars that can be told apart, with years below them and releases above."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shared.script import Text, TimelineSlide

MOST_BARS = 84
MOST_TICKS = 7
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
    """Neighbours stand in different rows, so that they do not lie on each other."""


class Chart(msgspec.Struct, frozen=True):
    bars: tuple[float, ...]
    """0 to 1 of the highest."""
    ticks: tuple[Tick, ...]
    pins: tuple[PlacedPin, ...]


def chart(slide: TimelineSlide) -> Chart:
    months = next((step for step in BAR_MONTHS if -(-len(slide.counts) // step) <= MOST_BARS), BAR_MONTHS[-1])
    sums = [sum(slide.counts[at : at + months]) for at in range(0, len(slide.counts), months)]
    whole = len(sums) * months
    return Chart(
        bars=tuple(count / max(sums) for count in sums),
        ticks=_ticks(slide.first_month, whole),
        pins=_pins(slide, whole),
    )


def _ticks(first: str, months: int) -> tuple[Tick, ...]:
    """Years in round steps, at the month they begin; the first year where no other begins."""
    year, month = map(int, first.split("-"))
    starts = [(year + n, 12 * n - month + 1) for n in range((months + month - 1) // 12 + 1)]
    inside = [(number, at) for number, at in starts if 0 <= at < months] or [(year, 0)]
    step = -(-len(inside) // MOST_TICKS)
    return tuple(Tick(Text(str(number)), at / months) for number, at in inside[::step])


def _pins(slide: TimelineSlide, months: int) -> tuple[PlacedPin, ...]:
    year, month = map(int, slide.first_month.split("-"))
    shares = [
        ((int(pin.month[:4]) - year) * 12 + int(pin.month[5:]) - month + 0.5) / months for pin in slide.pins
    ]
    rows = {pin: place for place, pin in enumerate(_by_time(shares))}
    return tuple(
        PlacedPin(pin.label, min(1.0, max(0.0, share)), rows[number] % 2)
        for number, (pin, share) in enumerate(zip(slide.pins, shares, strict=True))
    )


def _by_time(shares: Sequence[float]) -> list[int]:
    return sorted(range(len(shares)), key=lambda number: shares[number])
