"""The film's sound: the narration in stereo at 48 kHz, made as loud as broadcast wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import msgspec
import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
TARGET_LUFS = -14.0
TOLERANCE_LU = 0.5
CLOSE_ENOUGH_LU = 0.1
CEILING_DBTP = -1.5
"""The limiter's ceiling; AAC may add a little, and the film must stay below -1."""
CORRECTIONS = 4
SILENT_LUFS = -60.0
_BLOCK = SAMPLE_RATE
_COMPRESSOR = "threshold=0.09:ratio=3:attack=6:release=140:knee=4"

Samples = NDArray[np.float32]
"""Two rows, left and right, 48,000 a second."""
Chain = Sequence[tuple[str, str]]


class Loudness(msgspec.Struct, frozen=True, kw_only=True):
    """As EBU R 128 measures it."""

    integrated_lufs: float
    true_peak_dbtp: float


def read(path: Path) -> Samples:
    """Any sound file as stereo samples."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    with av.open(str(path)) as file:
        parts = [
            part.to_ndarray() for frame in [*file.decode(audio=0), None] for part in resampler.resample(frame)
        ]
    return np.concatenate(parts, axis=1) if parts else np.zeros((2, 0), np.float32)


def lasting(samples: Samples, length: int) -> Samples:
    """The sound cut or filled up with silence to `length` samples."""
    kept = samples[:, :length]
    return np.pad(kept, ((0, 0), (0, length - kept.shape[1])))


def mastered(samples: Samples) -> Samples:
    """Compressed, brought to the target loudness and limited. Silence stays silence."""
    calm = through(samples, (("acompressor", _COMPRESSOR),))
    loudness = measure(calm).integrated_lufs
    if loudness < SILENT_LUFS:
        return samples
    gain = TARGET_LUFS - loudness
    made = calm
    for _ in range(CORRECTIONS):
        made = through(calm, _finish(gain))
        error = TARGET_LUFS - measure(made).integrated_lufs
        if abs(error) <= CLOSE_ENOUGH_LU:
            break
        gain += error * 1.15
    return made


def _finish(gain: float) -> Chain:
    """Gain, then a limiter that works on four times the samples, so that it sees the true peaks."""
    ceiling = 10 ** (CEILING_DBTP / 20)
    return (
        ("volume", f"{gain:.3f}dB"),
        ("aresample", str(4 * SAMPLE_RATE)),
        ("alimiter", f"limit={ceiling:.4f}:attack=4:release=60:level=disabled:latency=1"),
        ("aresample", str(SAMPLE_RATE)),
    )


def through(samples: Samples, chain: Chain) -> Samples:
    """The samples after a chain of audio filters, as many as before."""
    shape = ("aformat", "sample_fmts=fltp:channel_layouts=stereo")
    parts = [frame.to_ndarray() for frame in _filtered(samples, (*chain, shape))]
    made = np.concatenate(parts, axis=1) if parts else samples
    return lasting(made.astype(np.float32), samples.shape[1])


def measure(samples: Samples) -> Loudness:
    last: dict[str, str] = {}
    for frame in _filtered(samples, (("ebur128", "peak=true:metadata=1:framelog=quiet"),)):
        last = dict(frame.metadata) or last
    peak = max(1e-6, float(last.get("lavfi.r128.true_peak", 0.0)))
    return Loudness(
        integrated_lufs=float(last.get("lavfi.r128.I", -70.0)), true_peak_dbtp=20 * float(np.log10(peak))
    )


def _filtered(samples: Samples, chain: Chain) -> Iterator[av.AudioFrame]:
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=SAMPLE_RATE, format="fltp", layout="stereo", time_base=Fraction(1, SAMPLE_RATE)
    )
    last = source
    for name, options in chain:
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
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        yield frame
