"""Writes the MP4: H.264 and AAC, chapters, the index in front, and no edit list.

AAC starts with 1024 samples of priming. Players skip them by an edit list, which some ignore; here the sound
is encoded from 1024 samples on instead, so that priming takes the place of the first 21 ms of lead-in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from services.publisher.render.frames import Held
from services.publisher.render.sound import SAMPLE_RATE, Samples, frames
from services.publisher.render.timeline import FPS, Shot

if TYPE_CHECKING:  # it exists in PyAV's stubs only
    from av.container.core import Chapter

_FINE_TUNING = (
    "cabac=1:8x8dct=1:weightp=0:ref=1:deblock=1,0,0:rc-lookahead=0:mbtree=0:open-gop=0"
    ":chroma-qp-offset=-4:aq-mode=3:aq-strength=1.2"
)
X264 = MappingProxyType({"preset": "ultrafast", "crf": "19", "profile": "high", "x264-params": _FINE_TUNING})
"""Most frames repeat the one before, so a slow search finds nothing more; bits go to the dark gradients,
where the eye sees blocks first."""
KEY_FRAMES = 4 * FPS
THREADS = 2
"""Fixed: x264's output depends on it."""
AUDIO_BITS = 176_000
PRIMING_SAMPLES = 1024
BAR_ROWS = 8
GAP_COLOUR = (8, 10, 22)
BT709 = 1
LIMITED_RANGE = 1

Planes = NDArray[np.uint8]
"""A picture as yuv420p: three planes in one array of height × 3/2 rows."""


class Bar:
    """The progress bar at the bottom, stamped on each frame; dark gaps part the scenes."""

    def __init__(self, empty: Image.Image, full: Image.Image, shots: Sequence[Shot]) -> None:
        self._frames = shots[-1].end
        gaps = [shot.start * empty.width // self._frames for shot in shots[1:]]
        for strip in (empty, full):
            for gap in gaps:
                strip.paste(GAP_COLOUR, (gap - 3, 0, gap + 3, BAR_ROWS))
        self._empty, self._full = (_split(planes(strip), BAR_ROWS) for strip in (empty, full))

    def stamp(self, picture: Planes, frame: int, height: int) -> None:
        for target, empty, full in zip(_split(picture, height), self._empty, self._full, strict=True):
            rows, width = empty.shape
            reached = width // 2 * (frame + 1) // self._frames * 2
            target[-rows:] = empty
            target[-rows:, :reached] = full[:, :reached]


def planes(picture: Image.Image) -> Planes:
    frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24").reformat(
        format="yuv420p",
        src_colorspace="ITU709",
        dst_colorspace="ITU709",
        dst_color_range="MPEG",
        interpolation="AREA",
    )
    return np.asarray(frame.to_ndarray(), np.uint8)


def _split(picture: Planes, height: int) -> tuple[Planes, Planes, Planes]:
    """Views of the luma and the two chroma planes."""
    chroma = picture[height:].reshape(2, height // 2, picture.shape[1] // 2)
    return picture[:height], chroma[0], chroma[1]


def write_film(
    path: Path,
    pictures: Iterable[Held],
    bar: Bar,
    samples: Samples,
    shots: Sequence[Shot],
    title: str,
    report: Callable[[int], None],
) -> None:
    """Encode and multiplex; `report` hears the number of each frame done."""
    options = {"movflags": "+faststart", "use_editlist": "0"}
    with av.open(str(path), "w", format="mp4", options=options) as film:
        film.metadata["title"] = title
        film.set_chapters([_chapter(number, shot) for number, shot in enumerate(shots)])
        held = iter(pictures)
        first = next(held)
        video, audio = _video_stream(film, first.picture), _audio_stream(film)
        for packet in _audio_packets(audio, samples):
            film.mux(packet)
        for number, frame in enumerate(_stamped(chain([first], held), bar)):
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            film.mux(video.encode(frame))
            report(number + 1)
        film.mux(video.encode(None))


def _chapter(number: int, shot: Shot) -> Chapter:
    return {
        "id": number,
        "start": shot.start,
        "end": shot.end,
        "time_base": Fraction(1, FPS),
        "metadata": {"title": shot.heading},
    }


def _video_stream(film: OutputContainer, picture: Image.Image) -> VideoStream:
    stream = film.add_stream("libx264", rate=FPS, options=dict(X264))
    stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
    context = stream.codec_context
    context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
    context.gop_size, context.max_b_frames, context.thread_count = KEY_FRAMES, 0, THREADS
    context.color_range, context.colorspace = LIMITED_RANGE, BT709
    context.color_primaries, context.color_trc = BT709, BT709
    return stream


def _stamped(pictures: Iterable[Held], bar: Bar) -> Iterator[av.VideoFrame]:
    number = 0
    for picture, count in pictures:
        clean = planes(picture)
        for _ in range(count):
            stamped = clean.copy()
            bar.stamp(stamped, number, picture.height)
            frame = av.VideoFrame.from_numpy_buffer(stamped, format="yuv420p")
            frame.colorspace, frame.color_range = BT709, LIMITED_RANGE
            frame.color_primaries, frame.color_trc = BT709, BT709
            yield frame
            number += 1


def _audio_stream(film: OutputContainer) -> AudioStream:
    stream = film.add_stream("aac", rate=SAMPLE_RATE, layout="stereo", options={"aac_coder": "fast"})
    stream.bit_rate = AUDIO_BITS
    return stream


def _audio_packets(stream: AudioStream, samples: Samples) -> Iterator[av.Packet[AudioStream]]:
    """The sound from after the priming on, its packets moved to start at zero."""
    for frame in [*frames(samples[:, PRIMING_SAMPLES:], PRIMING_SAMPLES), None]:
        for packet in stream.encode(frame):
            if packet.pts is not None and packet.dts is not None:
                packet.pts, packet.dts = packet.pts + PRIMING_SAMPLES, packet.dts + PRIMING_SAMPLES
            yield packet
