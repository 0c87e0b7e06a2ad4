"""Writes the MP4: H.264 and AAC, chapters, the index in front, and no edit list.

AAC starts with 1024 samples of priming. Players skip them by an edit list, which some ignore; here the sound
is encoded from 1024 samples on instead, so that priming takes the place of the first 21 ms of lead-in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from services.publisher.render.encoder import Size, configure
from services.publisher.render.h264.splice import AccessUnit
from services.publisher.render.sound import SAMPLE_RATE, Samples, frames, is_dual_mono
from services.publisher.render.timeline import FPS, Shot

if TYPE_CHECKING:  # it exists in PyAV's stubs only
    from av.container.core import Chapter

AUDIO_BITS = 176_000
PRIMING_SAMPLES = 1024
_TIME_BASE = Fraction(1, 512 * FPS)
"""The muxer's own choice for such a rate."""


def write_film(
    path: Path,
    size: Size,
    pictures: Iterable[AccessUnit],
    samples: Samples,
    shots: Sequence[Shot],
    title: str,
    report: Callable[[int], None],
) -> None:
    """Multiplex coded pictures, one a frame, and the sound; `report` hears the number of each frame done."""
    options = {"movflags": "+faststart", "use_editlist": "0"}
    with av.open(str(path), "w", format="mp4", options=options) as film:
        film.metadata["title"] = title
        film.set_chapters([_chapter(number, shot) for number, shot in enumerate(shots)])
        video, audio = _video_stream(film, size), _audio_stream(film, samples)
        coming = iter(pictures)
        first = next(coming)  # while the sound is encoded, threads go on with the pictures
        for packet in _audio_packets(audio, samples):
            film.mux(packet)
        for number, picture in enumerate(chain([first], coming)):
            film.mux(_video_packet(video, picture, number))
            report(number + 1)


def _chapter(number: int, shot: Shot) -> Chapter:
    return {
        "id": number,
        "start": shot.start,
        "end": shot.end,
        "time_base": Fraction(1, FPS),
        "metadata": {"title": shot.heading},
    }


def _video_stream(film: OutputContainer, size: Size) -> VideoStream:
    """A stream of what an encoder with our settings makes; its own encoder is never given a picture."""
    stream = film.add_stream("libx264", rate=FPS)
    configure(stream.codec_context, size)
    stream.time_base = _TIME_BASE
    return stream


def _video_packet(stream: VideoStream, picture: AccessUnit, number: int) -> av.Packet[Stream]:
    packet = av.Packet(picture.data)
    packet.stream, packet.time_base = stream, Fraction(1, FPS)
    packet.pts = packet.dts = number
    packet.duration, packet.is_keyframe = 1, picture.key
    return packet


def _audio_stream(film: OutputContainer, samples: Samples) -> AudioStream:
    """Neither intensity nor noise is coded: they are made up anew for each side, with peaks of their own.

    Where both sides are the same, what they share is coded and no difference, without a trial of it.
    """
    options = {"aac_coder": "fast", "aac_is": "0", "aac_pns": "0"}
    if is_dual_mono(samples):
        options["aac_ms"] = "1"
    stream = film.add_stream("aac", rate=SAMPLE_RATE, layout="stereo", options=options)
    stream.bit_rate = AUDIO_BITS
    return stream


def _audio_packets(stream: AudioStream, samples: Samples) -> Iterator[av.Packet[AudioStream]]:
    """The sound from after the priming on, its packets moved to start at zero."""
    for frame in chain(frames(samples[:, PRIMING_SAMPLES:], PRIMING_SAMPLES), [None]):
        for packet in stream.encode(frame):
            if packet.pts is not None and packet.dts is not None:
                packet.pts, packet.dts = packet.pts + PRIMING_SAMPLES, packet.dts + PRIMING_SAMPLES
            yield packet
