"""The film's sound: the narration in stereo at 48 kHz, made as loud as broadcast wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import msgspec
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
TARGET_LUFS = -14.0
TOLERANCE_LU = 0.5
CLOSE_ENOUGH_LU = 0.1
CEILING_DBTP = -1.5
"""The limiter's ceiling: the film must stay below -1, also after what AAC adds."""
CORRECTIONS = 5
SILENT_LUFS = -60.0
LONGEST_SECONDS = 4 * 3600.0
_BLOCK = SAMPLE_RATE
_COMPRESSOR = "threshold=0.09:ratio=3:attack=6:release=140:knee=4"

Samples = NDArray[np.float32]
"""Two rows, left and right, 48,000 a second."""
Chain = Sequence[tuple[str, str]]


class Loudness(msgspec.Struct, frozen=True, kw_only=True):
    """As EBU R 128 measures it."""

    integrated_lufs: float
    true_peak_dbtp: float


def read(path: Path, longest_seconds: float = LONGEST_SECONDS) -> Samples:
    """Any sound file as stereo samples, at most so many seconds of it; nothing where it has no sound."""
    parts, length, limit = [np.zeros((2, 0), np.float32)], 0, round(longest_seconds * SAMPLE_RATE)
    with av.open(str(path)) as file:
        for part in _resampled(file):
            parts.append(part)
            length += part.shape[1]
            if length >= limit:
                break
    return np.concatenate(parts, axis=1)[:, :limit]


def _resampled(file: InputContainer) -> Iterator[Samples]:
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    for frame in chain(file.decode(audio=0), [None]) if file.streams.audio else ():
        for part in resampler.resample(frame):
            yield part.to_ndarray().astype(np.float32, copy=False)


def lasting(samples: Samples, length: int) -> Samples:
    """The sound cut or filled up with silence to `length` samples."""
    kept = samples[:, :length]
    return np.pad(kept, ((0, 0), (0, length - kept.shape[1])))


def mastered(samples: Samples) -> Samples:
    """Compressed, brought to the target loudness and limited. Silence stays silence."""
    if is_dual_mono(samples):
        return np.repeat(_mastered(samples[:1]), 2, axis=0)
    return _mastered(samples)


def is_dual_mono(samples: Samples) -> bool:
    """Whether left and right are the same."""
    return np.array_equal(samples[0], samples[1])


def _mastered(samples: Samples) -> Samples:
    calm = through(samples, (("acompressor", _COMPRESSOR),))
    loudness = measure(calm, peak=False).integrated_lufs
    if loudness < SILENT_LUFS:
        return samples
    gain, ceiling, made = TARGET_LUFS - loudness, CEILING_DBTP, calm
    for _ in range(CORRECTIONS):
        made = through(calm, _finish(gain, ceiling))
        heard = measure(made)
        error, excess = TARGET_LUFS - heard.integrated_lufs, heard.true_peak_dbtp - CEILING_DBTP
        if abs(error) <= CLOSE_ENOUGH_LU and excess <= 0:
            break
        gain, ceiling = gain + error * 1.15, ceiling - max(0.0, excess + 0.05)
    return made


def _finish(gain: float, ceiling: float) -> Chain:
    """Gain, then a limiter. It sees samples, not the peaks between them: those are measured afterwards."""
    limit = 10 ** (ceiling / 20)
    return (
        ("volume", f"{gain:.3f}dB"),
        ("alimiter", f"limit={limit:.4f}:attack=4:release=60:level=disabled:latency=1"),
    )


def through(samples: Samples, filters: Chain) -> Samples:
    """The samples after a chain of audio filters, as many as before."""
    shape = ("aformat", f"sample_fmts=fltp:channel_layouts={_layout(samples)}")
    parts = [frame.to_ndarray() for frame in _filtered(samples, (*filters, shape))]
    made = np.concatenate(parts, axis=1) if parts else samples
    return lasting(made.astype(np.float32), samples.shape[1])


def measure(samples: Samples, *, peak: bool = True) -> Loudness:
    """Of stereo, or of one channel heard from both sides. The true peak costs most of the time."""
    last: dict[str, str] = {}
    options = f"peak={'true' if peak else 'none'}:dualmono=true:metadata=1:framelog=quiet"
    for frame in _filtered(samples, (("ebur128", options),)):
        last = dict(frame.metadata) or last
    highest = max(1e-6, float(last.get("lavfi.r128.true_peak", 0.0)))
    return Loudness(
        integrated_lufs=float(last.get("lavfi.r128.I", -70.0)), true_peak_dbtp=20 * float(np.log10(highest))
    )


def _layout(samples: Samples) -> str:
    return "mono" if samples.shape[0] == 1 else "stereo"


def _filtered(samples: Samples, filters: Chain) -> Iterator[av.AudioFrame]:
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=SAMPLE_RATE, format="fltp", layout=_layout(samples), time_base=Fraction(1, SAMPLE_RATE)
    )
    last = source
    for name, options in filters:
        step = graph.add(name, options)
        last.link_to(step)
        last = step
    last.link_to(graph.add("abuffersink"))
    graph.configure()
    for frame in [*frames(samples, _BLOCK), None]:
        graph.push(frame)
        yield from _pulled(graph)


def _pulled(graph: av.filter.Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame


def frames(samples: Samples, size: int) -> Iterator[av.AudioFrame]:
    for start in range(0, samples.shape[1], size):
        block = np.ascontiguousarray(samples[:, start : start + size])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=_layout(samples))
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        yield frame
