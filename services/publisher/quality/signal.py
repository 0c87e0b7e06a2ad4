"""M4: what a player finds in the finished file, and what the pictures' maker measured on the way."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import av
import msgspec
import numpy as np

from services.publisher.quality.report import Measure, at_least, at_most, near
from services.publisher.render import sound
from services.publisher.render.deck import SMALLEST_TYPE
from services.publisher.render.inspection import Drawn
from services.publisher.render.music import LEAST_VOICE_OVER_MUSIC_DB
from services.publisher.render.timeline import FPS

LOUDEST_DBTP = -1.0
LONGEST_SILENCE_SECONDS = 0.6
SILENCE_DBFS = -50.0
"""Quieter than this for one block is silence: 36 dB under a film's loudness."""
BLOCK_SECONDS = 0.01
LONGEST_STILL_SECONDS = 8.0
LEAST_CONTRAST = 4.5
MOST_LETTERS_LEFT_OUT = 0.02


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """What a player finds in the file."""

    picture_seconds: float
    sound_seconds: float
    loudness: sound.Loudness
    longest_silence_seconds: float


def streams_of(film: Path, samples: sound.Samples) -> Streams:
    """`samples` is the film's sound, decoded."""
    return Streams(
        picture_seconds=_picture_seconds(film),
        sound_seconds=samples.shape[1] / sound.SAMPLE_RATE,
        loudness=sound.measure(samples),
        longest_silence_seconds=longest_silence_seconds(samples),
    )


def _picture_seconds(film: Path) -> float:
    with av.open(str(film)) as file:
        stream = file.streams.video[0]
        ticks = sum(packet.duration or 0 for packet in file.demux(stream))
        return float(ticks * (stream.time_base or Fraction(0)))


def longest_silence_seconds(samples: sound.Samples) -> float:
    size = round(BLOCK_SECONDS * sound.SAMPLE_RATE)
    whole = samples.shape[1] // size * size
    blocks = samples[:, :whole].reshape(samples.shape[0], -1, size)
    quiet = np.sqrt((blocks**2).mean(axis=(0, 2))) < 10 ** (SILENCE_DBFS / 20)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    runs = edges[1::2] - edges[::2]
    return float(runs.max(initial=0) * BLOCK_SECONDS)


def measures(streams: Streams, drawn: Drawn) -> Mapping[str, Measure]:
    """The voice over the music only where there is music."""
    frames = round(streams.picture_seconds * FPS)
    apart = abs(streams.sound_seconds - streams.picture_seconds) * FPS
    return {
        "loudness_lufs": near(streams.loudness.integrated_lufs, sound.TARGET_LUFS, sound.TOLERANCE_LU, 1),
        "true_peak_dbtp": at_most(streams.loudness.true_peak_dbtp, LOUDEST_DBTP, 1),
        "sound_picture_difference_frames": at_most(apart, 1, frames),
        "longest_silence_seconds": at_most(streams.longest_silence_seconds, LONGEST_SILENCE_SECONDS, 1),
        "longest_still_seconds": at_most(drawn.longest_still_frames / FPS, LONGEST_STILL_SECONDS, frames),
        "text_overflow_px": at_most(drawn.overflow_px, 0, drawn.texts),
        "ink_outside_frame_px": at_most(drawn.outside_px, 0, drawn.texts),
        "missing_glyphs": at_most(drawn.missing_glyphs, 0, drawn.texts),
        "letters_left_out_share": at_most(drawn.letters_left_out, MOST_LETTERS_LEFT_OUT, drawn.texts),
        "smallest_type_px": at_least(drawn.smallest_type_px, SMALLEST_TYPE, drawn.texts),
        "least_contrast": at_least(drawn.least_contrast, LEAST_CONTRAST, drawn.texts),
        **_of_music(drawn.voice_over_music_db),
    }


def _of_music(over_db: float | None) -> Mapping[str, Measure]:
    if over_db is None:
        return {}
    return {"voice_over_music_db": at_least(over_db, LEAST_VOICE_OVER_MUSIC_DB, 1)}
