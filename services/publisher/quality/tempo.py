"""M3: whether the film speaks exactly as fast, and exactly when, as the narration was recorded.

The beginning and the end of the recording are looked for in the film's sound by cross-correlation; had speech
been stretched, the two would lie otherwise apart.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.publisher.quality.report import Measure, at_most, near
from services.publisher.render import sound

RATE = 8_000
"""Samples a second that are compared: an eighth of a millisecond apart."""
WINDOW_SECONDS = 4.0
REACH_SECONDS = 1.0
"""How far off the window is looked for."""
LATEST_MS = 20.0
TEMPO_TOLERANCE = 0.0005
"""1.000, to the last digit."""
_STEP = sound.SAMPLE_RATE // RATE

Mono = NDArray[np.float32]


class Tempo(msgspec.Struct, frozen=True, kw_only=True):
    factor: float
    """How much longer the film's speech lasts than the recording's."""
    shift_ms: float
    """The larger of the two windows' distances from where they stand in the recording."""


def tempo_of(film: sound.Samples, recording: sound.Samples) -> Tempo:
    """Both at 48 kHz; `recording` starts with the film."""
    heard, said = _thinned(film), _thinned(recording)
    size = min(round(WINDOW_SECONDS * RATE), len(said) // 2)
    first, last = _loudest(said[: len(said) // 2], size), len(said) // 2
    last += _loudest(said[last:], size)
    shifts = [_shift(heard, said[at : at + size], at) for at in (first, last)]
    return Tempo(
        factor=1 + (shifts[1] - shifts[0]) / max(1, last - first),
        shift_ms=max(map(abs, shifts)) * 1000 / RATE,
    )


def _thinned(samples: sound.Samples) -> Mono:
    """Means of `_STEP` samples of both channels."""
    whole = samples.shape[1] // _STEP * _STEP
    return np.asarray(samples[:, :whole].mean(axis=0).reshape(-1, _STEP).mean(axis=1), np.float32)


def _loudest(samples: Mono, size: int) -> int:
    """Where the window with the most energy starts."""
    sums = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    return int(np.argmax(sums[size:] - sums[:-size])) if len(samples) > size else 0


def _shift(heard: Mono, window: Mono, at: int) -> int:
    """By how many samples the window stands later in what is heard."""
    reach = round(REACH_SECONDS * RATE)
    start = max(0, at - reach)
    around = heard[start : at + len(window) + reach]
    length = 1 << (len(around) + len(window)).bit_length()
    match = np.fft.irfft(np.fft.rfft(around, length) * np.conj(np.fft.rfft(window, length)), length)
    places = max(1, len(around) - len(window) + 1)
    return start + int(np.argmax(match[:places])) - at


def measures(tempo: Tempo) -> Mapping[str, Measure]:
    return {
        "tempo_factor": near(tempo.factor, 1.0, TEMPO_TOLERANCE, 2),
        "speech_shift_ms": at_most(tempo.shift_ms, LATEST_MS, 2),
    }
