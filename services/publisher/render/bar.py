"""The progress bar: the picture's last row of macroblocks; dark gaps part the scenes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from services.publisher.render.h264.bars import BarRow, Strip
from services.publisher.render.h264.parameters import MACROBLOCK
from services.publisher.render.planes import Converter, Planes, bar_top, split
from services.publisher.render.timeline import Shot

GAP_COLOUR = (8, 10, 22)
GAP_PIXELS = 6


class Bar:
    """`empty` and `full` are pictures of the bar, as wide as the film's; their first row is used."""

    def __init__(self, empty: Image.Image, full: Image.Image, shots: Sequence[Shot]) -> None:
        frames, width = shots[-1].end, empty.width
        gaps = [shot.start * width // frames for shot in shots[1:]]
        self._empty, self._full = (_strips(picture, gaps) for picture in (empty, full))
        self.row = BarRow(self._empty, self._full, width, frames)

    def stamp(self, picture: Planes, frame: int) -> None:
        """Draw it into a picture, for an encoder that is given every frame."""
        reached, top = self.row.reached(frame), bar_top(picture.shape[0] * 2 // 3)
        for size, target, empty, full in zip((1, 2, 2), split(picture), self._empty, self._full, strict=True):
            area = target[top // size :]
            rows, columns = area.shape
            area[:] = empty[:rows, :columns]
            area[:, : reached // size] = full[:rows, : reached // size]


def _strips(picture: Image.Image, gaps: Sequence[int]) -> tuple[Strip, ...]:
    """A row of macroblocks of luma and of both chroma planes."""
    row = picture.crop((0, 0, picture.width, 1)).convert("RGBA")
    strip = row.resize((picture.width, MACROBLOCK), Image.Resampling.NEAREST)
    for gap in gaps:
        strip.paste(GAP_COLOUR, (gap - GAP_PIXELS // 2, 0, gap + GAP_PIXELS // 2, MACROBLOCK))
    beyond = -picture.width % MACROBLOCK
    return tuple(
        np.pad(plane, ((0, 0), (0, beyond // size)), mode="edge")
        for size, plane in zip((1, 2, 2), split(Converter().planes(strip)), strict=True)
    )
