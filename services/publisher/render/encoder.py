"""H.264 by x264: the settings, and one picture at a time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from services.publisher.render.h264.parameters import MACROBLOCK
from services.publisher.render.planes import Planes
from services.publisher.render.timeline import FPS

_ONE_SLICE_BUT_THE_LAST_ROW = "slice-max-mbs={}"
_FINE_TUNING = (
    "cabac=1:8x8dct=1:weightp=0:ref=1:no-deblock=1:rc-lookahead=0:mbtree=0:sync-lookahead=0:scenecut=0"
    ":open-gop=0:force-cfr=1:keyint=infinite:min-keyint=1:repeat-headers=0:annexb=1:sliced-threads=0:chroma-qp-offset=-6"
)
X264 = MappingProxyType({"preset": "ultrafast", "qp": "19", "profile": "high", "bf": "0"})
"""Constant quality, no look ahead: what a picture becomes depends on it and the one before alone."""
BT709 = 1
LIMITED_RANGE = 1


class Size(NamedTuple):
    """Of a picture, in pixels; both even."""

    width: int
    height: int


def configure(
    context: VideoCodecContext, size: Size, changes: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Make this x264 context ours. The last row of macroblocks becomes a slice of its own."""
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
    context.color_range, context.colorspace = LIMITED_RANGE, BT709
    context.color_primaries, context.color_trc = BT709, BT709
    context.thread_count = 1
    context.flags |= av.codec.context.Flags.global_header
    columns, rows = (-(-side // MACROBLOCK) for side in size)
    slices = _ONE_SLICE_BUT_THE_LAST_ROW.format(columns * (rows - 1))
    tuning = f"{_FINE_TUNING}:{slices}:{changes.get('x264-params', '')}".rstrip(":")
    context.options = {**X264, **changes, "x264-params": tuning}


class Encoder:
    """Encodes pictures one by one. `changes` to the settings are for whoever tries what they do."""

    def __init__(self, size: Size, changes: Mapping[str, str] = MappingProxyType({})) -> None:
        self._context = av.CodecContext.create("libx264", "w")
        configure(self._context, size, changes)
        self._context.open()
        self._count = 0

    @property
    def extradata(self) -> bytes:
        """The parameter sets, Annex B."""
        return bytes(self._context.extradata or b"")

    def encode(self, picture: Planes, *, key: bool) -> bytes:
        """One picture's packet, Annex B; decoding may start at a key picture."""
        frame = av.VideoFrame.from_numpy_buffer(picture, format="yuv420p")
        frame.pts, self._count = self._count, self._count + 1
        frame.pict_type = PictureType.I if key else PictureType.NONE
        frame.colorspace, frame.color_range = BT709, LIMITED_RANGE
        frame.color_primaries, frame.color_trc = BT709, BT709
        (packet,) = self._context.encode(frame)
        return bytes(packet)
