"""Simple measures of speech in an array: where it is loud enough to be heard, how loud it is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shared.speech.voice import Samples

FRAME_SECONDS = 0.005
HEARD_DECIBELS = -40.0
"""Against the loudest tenth of a sentence: below it, a frame counts as silence."""

LEVEL = 0.08
"""Root mean square of the heard frames after levelling (-22 dBFS)."""
MOST_GAIN = 4.0
PEAK = 0.89
"""Highest sample after levelling (-1 dBFS)."""


def frame_seconds(rate: int) -> float:
    """How long a frame really is: a whole number of samples."""
    return int(rate * FRAME_SECONDS) / rate


def loudness(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    """Root mean square of each frame of `frame_seconds`."""
    width = int(rate * FRAME_SECONDS)
    frames = samples[: len(samples) // width * width].astype(np.float64).reshape(-1, width)
    measured: npt.NDArray[np.float64] = np.sqrt((frames**2).mean(axis=1))
    return measured


def heard(samples: Samples, rate: int) -> npt.NDArray[np.bool_]:
    """For each frame of `frame_seconds`, whether it is more than silence."""
    frames = loudness(samples, rate)
    if not len(frames):
        return np.zeros(0, np.bool_)
    loud = float(np.quantile(frames, 0.9))
    quiet: npt.NDArray[np.bool_] = frames > loud * 10 ** (HEARD_DECIBELS / 20)
    return quiet


def levelled(samples: Samples, rate: int) -> Samples:
    """The same speech at the common level: one gain for all of it, so nothing is squeezed or clipped."""
    frames = loudness(samples, rate)[heard(samples, rate)]
    if not len(frames):
        return samples
    gain = min(LEVEL / float(np.sqrt((frames**2).mean())), MOST_GAIN, PEAK / float(np.abs(samples).max()))
    return (samples * np.float32(gain)).astype(np.float32)


def silence(seconds: float, rate: int) -> Samples:
    return np.zeros(round(seconds * rate), np.float32)
