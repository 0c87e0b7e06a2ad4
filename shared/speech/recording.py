"""Sound out of any file with an audio track, as listeners want it: mono, 16 kHz, bounded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np

from shared.errors import ReporeelError
from shared.speech.voice import Samples

RATE = 16_000
LONGEST_SECONDS = 3600
MOST_STREAMS = 16
SHORTEST_SECONDS = 0.1


class BadRecording(ReporeelError):
    """A file is no recording that can be used; the message says why."""


def decoded(path: Path, rate: int = RATE, longest_seconds: float = LONGEST_SECONDS) -> Samples:
    """The samples of the first audio track, -1 to 1.

    Raises BadRecording for a file without sound, too short or too long.
    """
    try:
        with av.open(str(path), metadata_errors="ignore") as file:
            pieces = list(_pieces(file, rate, longest_seconds))
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise BadRecording(f"{path.name} cannot be read as sound: {error}") from error
    samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    if len(samples) < SHORTEST_SECONDS * rate:
        raise BadRecording(f"{path.name} holds less than {SHORTEST_SECONDS:g} s of sound")
    return samples


def _pieces(file: Any, rate: int, longest_seconds: float) -> Iterator[Samples]:
    if not file.streams.audio or len(file.streams) > MOST_STREAMS:
        raise BadRecording(f"a recording has one audio track; this file has {len(file.streams.audio)}")
    resampler = av.AudioResampler(format="fltp", rate=rate)
    count = 0
    for frame in chain(file.decode(audio=0), [None]):
        for piece in resampler.resample(frame):
            count += piece.samples
            if count > longest_seconds * rate:
                raise BadRecording(f"a recording may last {longest_seconds:g} s; this one is longer")
            yield piece.to_ndarray().mean(axis=0)
