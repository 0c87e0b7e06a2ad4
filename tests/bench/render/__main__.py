"""Makes the same film by all contenders in turn, round after round, and prints Markdown for the docs."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from tests.bench.render.film import Task, prepare
from tests.bench.render.plain_ffmpeg import command

ROUNDS = 3
MOVIEPY = Path(".venv-moviepy", "bin", "python")
SAMPLED_FRAMES = 24
WHOLE, LANGUAGE, GIVEN = "whole film", "one more language", "from pictures and sound as given"
PICTURE, RETIMED = "its picture alone", "another timing"
OURS = {WHOLE: "whole", LANGUAGE: "language", GIVEN: "given", PICTURE: "picture", RETIMED: "retimed"}
PEER_FFMPEG, PEER_MOVIEPY = "plain ffmpeg, picture alone", "MoviePy, from pictures and sound as given"


@dataclass(frozen=True)
class Spent:
    """What one contender took in one round."""

    wall_seconds: float
    cpu_seconds: float
    peak_mebibytes: float


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--short", action="store_true", help="one round of the first two scenes")
    options = parser.parse_args()
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None or not MOVIEPY.exists():
        sys.stderr.write("bench: ffmpeg or .venv-moviepy is missing; run it by `make bench-render`\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="reporeel-bench-") as name:
        folder = Path(name)
        task = prepare(folder, short=options.short)
        rows = _rounds(folder, task, ffmpeg, 1 if options.short else options.rounds, short=options.short)
        sys.stdout.write("\n".join(_section(folder, task, rows)) + "\n")
    return 0


def _rounds(folder: Path, task: Task, ffmpeg: str, rounds: int, *, short: bool) -> Mapping[str, list[Spent]]:
    flags = ["--short"] if short else []
    ours = [sys.executable, "-m", "tests.bench.render.ours"]
    commands = {name: [*ours, way, str(folder), *flags] for name, way in OURS.items()}
    commands[PEER_FFMPEG] = command(ffmpeg, folder, task)
    commands[PEER_MOVIEPY] = [str(MOVIEPY), "tests/bench/render/moviepy_film.py", str(folder)]
    rows: dict[str, list[Spent]] = {name: [] for name in commands}
    for number in range(rounds):
        shutil.rmtree(folder / "shelf", ignore_errors=True)
        for name, arguments in commands.items():
            rows[name].append(_run(arguments))
            sys.stderr.write(f"round {number + 1}, {name}: {rows[name][-1]}\n")
    return rows


def _run(arguments: Sequence[str]) -> Spent:
    """Run a process to its end; if it prints what it measured itself, that counts for time."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(arguments, stdout=output)
        _, state, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(state)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, arguments)
        output.seek(0)
        inside = json.loads(output.read() or "{}")
    cpu = usage.ru_utime + usage.ru_stime
    return Spent(inside.get("wall", wall), inside.get("cpu", cpu), usage.ru_maxrss / 1024)


def _section(folder: Path, task: Task, rows: Mapping[str, list[Spent]]) -> Iterator[str]:
    files = {
        WHOLE: folder / "whole" / "video.en.mp4",
        GIVEN: folder / "given.mp4",
        PICTURE: folder / "picture.mp4",
        PEER_FFMPEG: folder / "ffmpeg.mp4",
        PEER_MOVIEPY: folder / "moviepy.mp4",
    }
    yield from ("## Drawing and encoding a film", "")
    yield f"A film of {task.seconds:.0f} s, 1920 × 1080, 30 frames/s, {len(task.states)} settled pictures;"
    yield f"`make bench-render`, {len(rows[WHOLE])} rounds interleaved, medians (smallest–largest)."
    yield from (
        "",
        "| | wall s | × real time | CPU s | peak MiB | MB | SSIM |",
        "|---|--:|--:|--:|--:|--:|--:|",
    )
    for name, spent in rows.items():
        wall, cpu = ([getattr(one, field) for one in spent] for field in ("wall_seconds", "cpu_seconds"))
        real = task.seconds / statistics.median(wall)
        peak = max(one.peak_mebibytes for one in spent)
        path = files.get(name)
        size = f"{path.stat().st_size / 1e6:.1f}" if path else ""
        likeness = f"{_likeness(path, folder, task):.4f}" if path else ""
        yield f"| {name} | {_spread(wall)} | {real:.1f} | {_spread(cpu)} | {peak:.0f} | {size} | {likeness} |"
    yield from ("", *_ratios(rows), "", *_where())


def _ratios(rows: Mapping[str, list[Spent]]) -> Iterator[str]:
    whole, given = (
        [m.wall_seconds / o.wall_seconds for m, o in zip(rows[PEER_MOVIEPY], rows[ours], strict=True)]
        for ours in (WHOLE, GIVEN)
    )
    lighter = [f.cpu_seconds / o.cpu_seconds for f, o in zip(rows[PEER_FFMPEG], rows[PICTURE], strict=True)]
    yield f"- MoviePy takes **{_spread(given)}** times as long as Reporeel for the same work."
    yield f"- It takes **{_spread(whole)}** times as long as Reporeel takes for the whole film."
    yield f"- Plain ffmpeg takes **{_spread(lighter)}** times the processor time of Reporeel's picture."


def _where() -> Iterator[str]:
    yield "Reporeel's whole film sets type, masters sound, writes subtitles and a thumbnail; the peers are"
    yield "given the finished pictures and encode the narration as it is (MoviePy) or no sound (ffmpeg)."
    yield "SSIM is of luma, against the settled pictures."
    yield f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."


def _spread(values: Sequence[float]) -> str:
    middle = f"{statistics.median(values):.2f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.2f}–{max(values):.2f})"


def _likeness(film: Path, folder: Path, task: Task) -> float:
    """Mean SSIM of settled frames and the pictures they show, the bar's rows left out."""
    wanted = {}
    for state, after in zip(task.states, task.states[1:], strict=False):
        middle = round((state.start + task.fade_seconds + after.start) / 2 * task.fps)
        if after.start - state.start > 3 * task.fade_seconds:
            wanted[middle] = folder / state.picture
    chosen = dict(list(wanted.items())[:: max(1, len(wanted) // SAMPLED_FRAMES)])
    values = []
    with av.open(str(film)) as file:
        for number, frame in enumerate(file.decode(video=0)):
            if number in chosen:
                values.append(_ssim(_luma(frame), _luma_of(chosen[number])))
    return statistics.mean(values)


def _luma(frame: av.VideoFrame) -> np.ndarray:
    return frame.to_ndarray(format="yuv420p")[: frame.height - 16].astype(np.float64)


def _luma_of(picture: Path) -> np.ndarray:
    with av.open(str(picture)) as file:
        frame = next(file.decode(video=0))
        planes = frame.reformat(format="yuv420p", dst_colorspace=1, dst_color_range=1)
        return planes.to_ndarray()[: frame.height - 16].astype(np.float64)


def _ssim(one: np.ndarray, other: np.ndarray, window: int = 8) -> float:
    """Wang et al. 2004, over blocks of 8 × 8."""
    blocks = [
        picture[: picture.shape[0] // window * window, : picture.shape[1] // window * window]
        .reshape(picture.shape[0] // window, window, -1, window)
        .swapaxes(1, 2)
        .reshape(-1, window * window)
        for picture in (one, other)
    ]
    means, variances = [b.mean(axis=1) for b in blocks], [b.var(axis=1) for b in blocks]
    shared = (blocks[0] * blocks[1]).mean(axis=1) - means[0] * means[1]
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    luminance = (2 * means[0] * means[1] + c1) / (means[0] ** 2 + means[1] ** 2 + c1)
    return float((luminance * (2 * shared + c2) / (variances[0] + variances[1] + c2)).mean())


if __name__ == "__main__":
    sys.exit(main())
