"""Where speech is heard, stretch by stretch, and words laid onto the stretches.

A model's durations are right to within a few frames: it begins a sound in the blank before it, and counts
the silence of a pause to the phoneme beside it. At a pause, the sound itself tells better where words start
and end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shared.speech.phonemes import Span
from shared.speech.sound import frame_seconds, heard
from shared.speech.voice import Samples

PAUSE_SECONDS = 0.08
"""The shortest silence that is a pause; the closure before a p, t or k is shorter."""
OVERHANG_SECONDS = 0.06
REACH_SECONDS = 0.1
"""How far a word's start or end is moved to meet the pause beside it."""


@dataclass(frozen=True)
class Stretch:
    """Speech between two silences; seconds."""

    start: float
    end: float


def stretches(samples: Samples, rate: int, pause_seconds: float) -> tuple[Stretch, ...]:
    """The speech in the samples, parted where it is silent for longer than `pause_seconds`."""
    loud = np.flatnonzero(heard(samples, rate))
    if not len(loud):
        return ()
    frame = frame_seconds(rate)
    gaps = np.flatnonzero((np.diff(loud) - 1) * frame > pause_seconds)
    starts, ends = [loud[0], *loud[gaps + 1]], [*loud[gaps], loud[-1]]
    return tuple(
        Stretch(float(start) * frame, float(end + 1) * frame) for start, end in zip(starts, ends, strict=True)
    )


def laid_on(spans: Sequence[Span], speech: Sequence[Stretch]) -> Iterator[Span]:
    """The spans, each first and last one of a stretch meeting its border."""
    nowhere = Span(-1, -1.0, -1.0), Span(-1, float("inf"), float("inf"))
    padded = [nowhere[0], *spans, nowhere[1]]
    for before, span, after in zip(padded, spans, padded[2:], strict=False):
        start, end = _start(span, before, speech), _end(span, after, speech)
        yield replace(span, start=start, end=end) if start < end else span


def _start(span: Span, before: Span, speech: Sequence[Stretch]) -> float:
    stretch = next((stretch for stretch in speech if stretch.end > span.start + _overhang(span)), None)
    if stretch is None:
        return span.start
    opens = _middle(before) < stretch.start and span.start - stretch.start <= REACH_SECONDS
    return stretch.start if opens or span.start < stretch.start else span.start


def _end(span: Span, after: Span, speech: Sequence[Stretch]) -> float:
    stretch = next(
        (stretch for stretch in reversed(speech) if stretch.start < span.end - _overhang(span)), None
    )
    if stretch is None:
        return span.end
    closes = _middle(after) > stretch.end and stretch.end - span.end <= REACH_SECONDS
    return stretch.end if closes or span.end > stretch.end else span.end


def _overhang(span: Span) -> float:
    """How far a span may lie over a stretch that is another word's."""
    return min(OVERHANG_SECONDS, (span.end - span.start) / 2)


def _middle(span: Span) -> float:
    return (span.start + span.end) / 2
