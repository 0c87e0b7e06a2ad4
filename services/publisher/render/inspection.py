"""Reads back what was made: the finished film's streams, the subtitle file's times, a picture's contrast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import av
import msgspec
import numpy as np
import pysubs2
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageColor

from services.publisher.render import sound
from services.publisher.render.frames import Held
from services.publisher.render.pages import TextBox
from shared.narration import Narration

SETTLED_FRAMES = 8
"""Pictures held for less are in motion and surely differ."""


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """What a player finds in the file."""

    picture_seconds: float
    sound_seconds: float
    loudness: sound.Loudness


class CueTimes(msgspec.Struct, frozen=True, kw_only=True):
    median_ms: float
    p95_ms: float
    slow_enough: float
    """Share of cues with at most 17 characters a second."""
    fastest: float
    """Characters a second of the hastiest cue."""
    longest_line: int
    most_lines: int
    overlaps: int


def streams_of(film: Path) -> Streams:
    samples = sound.read(film)
    with av.open(str(film)) as file:
        stream = file.streams.video[0]
        ticks = sum(packet.duration or 0 for packet in file.demux(stream))
        picture = ticks * (stream.time_base or Fraction(0))
    return Streams(
        picture_seconds=float(picture),
        sound_seconds=samples.shape[1] / sound.SAMPLE_RATE,
        loudness=sound.measure(samples),
    )


def cue_times(subtitles: Path, narration: Narration, calm: float) -> CueTimes:
    """How far each cue of the file starts from the word it starts with, and how fast it must be read."""
    events = list(pysubs2.load(str(subtitles), encoding="utf-8"))
    words = [(word.start * 1000, word.text) for spoken in narration.sentences for word in spoken.words]
    late = list(_lateness(events, words)) or [0.0]
    speeds = [1000 * len(event.plaintext.replace("\n", "")) / max(1, event.duration) for event in events] or [
        0.0
    ]
    lines = [event.plaintext.split("\n") for event in events] or [[""]]
    return CueTimes(
        median_ms=median(late),
        p95_ms=quantiles(late, n=20, method="inclusive")[-1] if len(late) > 1 else late[0],
        slow_enough=sum(speed <= calm for speed in speeds) / len(speeds),
        fastest=max(speeds),
        longest_line=max(len(line) for cue in lines for line in cue),
        most_lines=max(map(len, lines)),
        overlaps=sum(after.start < before.end for before, after in pairwise(events)),
    )


def _lateness(events: Sequence[pysubs2.SSAEvent], words: Sequence[tuple[float, str]]) -> Iterator[float]:
    """Walks the cues through the words by counting characters: no time is trusted but the two compared."""
    starts, position = {}, 0
    for start, text in words:
        starts[position] = start
        position += len(text)
    position = 0
    for event in events:
        nearest = max(at for at in starts if at <= position)
        if nearest == position:
            yield abs(event.start - starts[nearest])
        position += len("".join(event.plaintext.split()))


class Stillness:
    """Passes pictures on and remembers for how many frames the longest-lived one stood."""

    def __init__(self, pictures: Iterable[Held]) -> None:
        self._pictures = pictures
        self.longest_frames = 0

    def __iter__(self) -> Iterator[Held]:
        standing, before = 0, None
        for held in self._pictures:
            same = (
                before is not None
                and max(held.frames, before.frames) > SETTLED_FRAMES
                and _same(before, held)
            )
            standing = standing + held.frames if same else held.frames
            self.longest_frames = max(self.longest_frames, standing)
            before = held
            yield held


def _same(one: Held, other: Held) -> bool:
    return ImageChops.difference(one.picture, other.picture).getbbox() is None


def contrast(text: TextBox, picture: Image.Image) -> float:
    """The WCAG ratio of a text's colour and what lies behind it: the half of its pixels least like ink."""
    area = (int(text.x), int(text.y), int(text.x + text.w) + 1, int(text.y + text.h) + 1)
    pixels = np.asarray(picture.crop(area)).reshape(-1, 3)
    colour = np.array(ImageColor.getrgb(text.fill)[:3])
    unlike = np.abs(pixels - colour.astype(np.int16)).sum(axis=1)
    ink, behind = _luminance(colour), _luminance(np.median(pixels[unlike >= np.median(unlike)], axis=0))
    return (max(ink, behind) + 0.05) / (min(ink, behind) + 0.05)


def _luminance(colour: NDArray[Any]) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    share = np.asarray(colour, np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
