"""Pictures as the encoder takes them: luma and two chroma planes at half size, BT.709, limited range."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import Colorspace, VideoReformatter
from numpy.typing import NDArray
from PIL import Image

from services.publisher.render.h264.parameters import MACROBLOCK

Planes = NDArray[np.uint8]
"""yuv420p: all three planes in one array of height × 3/2 rows; width and height are even."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom are outside."""

_BLACK, _WHITE, _GREY = 16, 235, 128
NEAR_BAR_ROWS = 3 * MACROBLOCK
"""As far as the motion in our films may point."""
NEAR_BAR_CHANGE = 4.0
_PARTS = 128
"""Blending counts in these: a difference of two bytes times this still fits into 16 bits."""


class Converter:
    """From RGBA; alpha is passed over. One a thread: it keeps swscale's tables for the size it saw last."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def planes(self, picture: Image.Image) -> Planes:
        frame = self._reformatter.reformat(
            av.VideoFrame.from_ndarray(np.asarray(picture), format="rgba"),
            format="yuv420p",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range="MPEG",
            interpolation="AREA",
        )
        return np.asarray(frame.to_ndarray(), np.uint8)


def split(picture: Planes) -> tuple[Planes, Planes, Planes]:
    """Views of the three planes."""
    height = picture.shape[0] * 2 // 3
    chroma = picture[height:].reshape(2, height // 2, picture.shape[1] // 2)
    return picture[:height], chroma[0], chroma[1]


def bar_top(height: int) -> int:
    """Where the last row of macroblocks begins: it is the progress bar's."""
    return (height - 1) // MACROBLOCK * MACROBLOCK


def guard(picture: Planes) -> None:
    """Fill the bar's row with what contrasts most with the row above.

    The bar itself is written into the stream later, so the encoder must not predict anything from this
    row; it looks for what is alike, and this is not.
    """
    luma, *chroma = split(picture)
    top = bar_top(luma.shape[0])
    luma[top:] = _WHITE if luma[top - 1].mean() < _GREY else _BLACK
    for plane in chroma:
        plane[top // 2 :] = _GREY


def put(part: Planes, picture: Planes, box: Box) -> bool:
    """Copy `part`, which may reach below, into the picture's even box; tells whether that changed it."""
    left, top, right, bottom = box
    changed = False
    for size, source, target in zip((1, 2, 2), split(part), split(picture), strict=True):
        area = target[top // size : bottom // size, left // size : right // size]
        wanted = source[: area.shape[0]]
        changed = changed or not np.array_equal(area, wanted)
        area[:] = wanted
    return changed


def near_bar(picture: Planes) -> Planes:
    """A copy of what lies so near above the bar's row that motion may point into it."""
    top = bar_top(picture.shape[0] * 2 // 3)
    return picture[max(0, top - NEAR_BAR_ROWS) : top, : picture.shape[1] // MACROBLOCK * MACROBLOCK].copy()


def moves(one: Planes, other: Planes) -> bool:
    """Whether near the bar it could be cheaper to predict from the bar's row than from the same place.

    An encoder always tries the same place. Each row it takes from `guard` instead costs some 100 a pixel, so
    where no macroblock has changed by more than `NEAR_BAR_CHANGE` on average, the same place is cheaper.
    """
    change = np.abs(one.astype(np.int16) - other)
    blocks = change.reshape(change.shape[0] // MACROBLOCK, MACROBLOCK, -1, MACROBLOCK)
    return bool(blocks.mean(axis=(1, 3)).max() > NEAR_BAR_CHANGE)


def blended(one: Planes, other: Planes, share: float) -> Planes:
    """`share` of the other, the rest of the one."""
    difference = other.astype(np.int16)
    difference -= one
    difference *= round(share * _PARTS)
    difference += _PARTS // 2
    difference //= _PARTS
    difference += one
    return difference.astype(np.uint8)
