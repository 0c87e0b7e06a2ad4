"""Joins coded pictures, repeated pictures and the progress bar into one stream of access units."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from services.publisher.render.h264.bars import BarRow
from services.publisher.render.h264.bits import units
from services.publisher.render.h264.parameters import Parameters
from services.publisher.render.h264.slices import (
    KEY_SLICE,
    SliceWriter,
    first_macroblock,
    is_slice,
    renumbered,
)

_KEY_NUMBERS = 2
"""Two IDR pictures in a row must differ in `idr_pic_id`, clause 7.4.3."""


class Coded(msgspec.Struct, frozen=True):
    """A picture as the encoder wrote it: one slice for all rows but the last."""

    unit: bytes
    """NAL unit, without start code."""

    @property
    def key(self) -> bool:
        """Whether decoding may start here."""
        return self.unit[0] & 31 == KEY_SLICE


class AccessUnit(msgspec.Struct, frozen=True):
    """One frame of the film, Annex B."""

    data: bytes
    key: bool


def coded(packet: bytes) -> Coded:
    """The encoder's slice of all rows but the last; its slice of that row is left to the bar."""
    slices = [unit for unit in units(packet) if is_slice(unit)]
    upper = [unit for unit in slices if first_macroblock(unit) == 0]
    return Coded(upper[0])


class Splicer:
    """Numbers the frames of one film."""

    def __init__(self, parameters: Parameters, bar: BarRow) -> None:
        self._parameters = parameters
        self._write = SliceWriter(parameters)
        self._bar = bar
        self._last_row = parameters.columns * (parameters.rows - 1)
        self._frame_number = self._key_number = self._reached = 0
        self._frame = 0

    def spliced(self, picture: Coded, frames: int) -> Iterator[AccessUnit]:
        """The next picture, standing for so many frames; as many units."""
        yield self._shown(picture)
        for _ in range(frames - 1):
            yield self._repeated()

    def _shown(self, picture: Coded) -> AccessUnit:
        if picture.key:
            self._frame_number = 0
            self._key_number = (self._key_number + 1) % _KEY_NUMBERS
        else:
            self._frame_number += 1
        upper = renumbered(picture.unit, self._parameters, self._frame_number, self._key_number)
        return AccessUnit(upper + self._last_slice(key=picture.key), picture.key)

    def _repeated(self) -> AccessUnit:
        self._frame_number += 1
        upper = self._write.skipped(0, self._last_row, self._frame_number)
        return AccessUnit(upper + self._last_slice(key=False), key=False)

    def _last_slice(self, *, key: bool) -> bytes:
        before, self._reached = self._reached, self._bar.reached(self._frame)
        self._frame += 1
        if key:
            row = self._bar.row(self._reached)
            return self._write.raw_key(self._last_row, row, self._key_number)
        return b"".join(self._moved(self._bar.changed(before, self._reached)))

    def _moved(self, columns: range) -> Iterator[bytes]:
        """Slices of the bar's row: what stands, what changes, what stands."""
        yield from self._standing(0, columns.start)
        if columns:
            samples = [self._bar.macroblock(column, self._reached) for column in columns]
            yield self._write.raw(self._last_row + columns.start, samples, self._frame_number)
        yield from self._standing(columns.stop, self._parameters.columns)

    def _standing(self, start: int, stop: int) -> Iterator[bytes]:
        if start < stop:
            yield self._write.skipped(self._last_row + start, stop - start, self._frame_number)
