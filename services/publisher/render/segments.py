"""Paints and encodes the shots of a film, several at once; what repeats is neither painted nor encoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import NamedTuple

import msgspec

from services.publisher.render.encoder import Encoder, Size
from services.publisher.render.frames import (
    CROSS_FADE_FRAMES,
    FADE_FRAMES,
    Look,
    Painter,
    Scenery,
    last_look,
    looks,
)
from services.publisher.render.h264.splice import Coded, coded
from services.publisher.render.making import key_of
from services.publisher.render.planes import Planes, moves, near_bar
from services.publisher.render.timeline import FPS, Timeline
from shared.shelf import Shelf

THREADS = 2
BEATS_A_KEY = 2
"""Every so many changes a picture is coded on its own, so that a player can start there."""
LONGEST_REPEAT = 5 * FPS
"""A picture held for longer is coded anew, on its own."""


class Shown(msgspec.Struct, frozen=True):
    """A coded picture, for how many frames it stands, and whether it differs from the one before."""

    picture: Coded
    frames: int
    moved: bool


NEARLY_LONG = LONGEST_REPEAT * 3 // 5
"""A picture held for longer than this is kept on its own too: another timing may hold it for longer."""


class Kept(msgspec.Struct, frozen=True):
    """A coded chunk: its pictures, and whether each one moved."""

    pictures: tuple[Coded, ...]
    moved: tuple[bool, ...]


Chunk = list[tuple[Look, int]]
"""Looks and their frames, coded one from another; the first on its own. Only the last may stand long."""


class Film(NamedTuple):
    """What is painted and encoded. `identities` tells one scenery from all others that ever were."""

    timeline: Timeline
    sceneries: Sequence[Scenery]
    size: Size
    identities: Sequence[str] = ()
    shelf: Shelf = Shelf(None, 0)


def segments(film: Film) -> Iterator[list[Shown]]:
    """The shots' coded pictures, in order."""
    with ThreadPoolExecutor(THREADS) as threads:
        shots = range(len(film.timeline.shots))
        yield from threads.map(lambda number: list(_Segment(film, number).shown()), shots)


class _Segment:
    """One shot. Its painter is set up when something is not on the shelf."""

    def __init__(self, film: Film, number: int) -> None:
        self._film, self._number = film, number

    def shown(self) -> Iterator[Shown]:
        before: Look | None = None
        for chunk in chunks(looks(self._film.timeline, self._number)):
            kept = self._kept(chunk, before)
            for picture, moved, (_, frames) in zip(kept.pictures, kept.moved, chunk, strict=True):
                yield Shown(picture, min(frames, LONGEST_REPEAT), moved)
            before, frames = chunk[-1]
            if frames > (NEARLY_LONG if self._film.identities else LONGEST_REPEAT):
                (picture,) = self._kept([chunk[-1]], before).pictures
                yield from _repeated(picture, frames - LONGEST_REPEAT)

    def _kept(self, chunk: Chunk, before: Look | None) -> Kept:
        if not self._film.identities:
            return self._coded(chunk, before)
        key = self._key(chunk, before)
        kept = self._film.shelf.get(key, Kept)
        if kept is None:
            kept = self._coded(chunk, before)
            self._film.shelf.put(key, kept)
        return kept

    def _key(self, chunk: Chunk, before: Look | None) -> str:
        """From all that decides the chunk's bytes; for how long pictures stand does not."""
        film, number = self._film, self._number
        left = None
        if number and (not before or chunk[0][0].crossing < CROSS_FADE_FRAMES):
            left = film.identities[number - 1], last_look(film.timeline, number - 1).steps
        decided = [(look.steps, look.crossing) for look, _ in chunk]
        started = (before.steps, before.crossing) if before else None
        return key_of(film.identities[number], left, decided, started, film.size)

    def _coded(self, chunk: Chunk, before: Look | None) -> Kept:
        """With an encoder of its own: an older one remembers enough to write other bytes."""
        painter, encoder = self._painter, Encoder(self._film.size)
        if before and painter.drawn_last != before:
            painter.draw(before)
        pictures, all_moved = [], []
        strip: Planes | None = None
        for look, _ in chunk:
            planes, moved = painter.draw(look)
            beneath, strip = strip, near_bar(planes)
            key = beneath is None or moves(beneath, strip)
            pictures.append(coded(encoder.encode(planes, key=key)))
            all_moved.append(moved)
        return Kept(tuple(pictures), tuple(all_moved))

    @cached_property
    def _painter(self) -> Painter:
        return Painter(self._film.timeline, self._film.sceneries, self._number)


def _repeated(picture: Coded, frames: int) -> Iterator[Shown]:
    for start in range(0, frames, LONGEST_REPEAT):
        yield Shown(picture, min(LONGEST_REPEAT, frames - start), moved=False)


def chunks(all_looks: Iterable[tuple[Look, int]]) -> Iterator[Chunk]:
    """A chunk begins with the shot, at every second box after a rest, and after a long rest or many words."""
    chunk: Chunk = []
    beats = 0
    for look, frames in all_looks:
        if chunk:
            last, stood = chunk[-1]
            beats += stood >= FADE_FRAMES and look.steps != last.steps
            said = look.caption != last.caption and sum(frames for _, frames in chunk) > LONGEST_REPEAT
            if beats == BEATS_A_KEY or stood > LONGEST_REPEAT or said:
                yield chunk
                chunk, beats = [], 0
        chunk.append((look, frames))
    yield chunk
