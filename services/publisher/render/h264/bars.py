"""The progress bar as raw macroblocks: the picture's last row, in which a border moves to the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.publisher.render.h264.parameters import MACROBLOCK
from services.publisher.render.h264.slices import Raw

Strip = NDArray[np.uint8]
"""A row of macroblocks in one plane: 16 rows of luma, or 8 of chroma."""


class BarRow:
    """Left of the border the row shows `full`, right of it `empty`; each is luma, Cb and Cr strips."""

    def __init__(self, empty: Sequence[Strip], full: Sequence[Strip], width: int, frames: int) -> None:
        """`width` is that of the picture; the strips reach to the end of its last macroblock."""
        self._empty, self._full = empty, full
        self._width, self._frames = width, frames
        columns = range(empty[0].shape[1] // MACROBLOCK)
        self._all_empty = [self._cut(column, 0) for column in columns]
        self._all_full = [self._cut(column, MACROBLOCK) for column in columns]

    def reached(self, frame: int) -> int:
        """Where the border is in a frame, in pixels; even, for chroma is half as wide."""
        return self._width // 2 * (frame + 1) // self._frames * 2

    def macroblock(self, column: int, reached: int) -> Raw:
        inside = reached - column * MACROBLOCK
        if inside <= 0:
            return self._all_empty[column]
        return self._all_full[column] if inside >= MACROBLOCK else self._cut(column, inside)

    def row(self, reached: int) -> list[Raw]:
        return [self.macroblock(column, reached) for column in range(len(self._all_empty))]

    def changed(self, before: int, after: int) -> range:
        """The columns over which the border has moved."""
        return range(before // MACROBLOCK, -(-after // MACROBLOCK)) if after > before else range(0)

    def _cut(self, column: int, inside: int) -> Raw:
        """One macroblock, its first `inside` pixels full."""
        parts = []
        for empty, full in zip(self._empty, self._full, strict=True):
            side = empty.shape[0]
            border = column * side + inside * side // MACROBLOCK
            area = slice(column * side, border), slice(border, (column + 1) * side)
            parts.append(np.concatenate([full[:, area[0]], empty[:, area[1]]], axis=1).tobytes())
        return b"".join(parts)
