"""The film's picture by one ffmpeg filter graph: each picture is decoded once and looped."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.bench.render.film import Task


def command(ffmpeg: str, folder: Path, task: Task) -> list[str]:
    inputs = [part for state in task.states for part in ("-i", str(folder / state.picture))]
    output = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "19",
        "-threads",
        "2",
        "-movflags",
        "+faststart",
    ]
    return [
        *(ffmpeg, "-y", "-v", "error", *inputs, "-i", str(folder / task.bar)),
        *("-filter_complex", ";".join(_graph(task)), "-map", "[film]", *output, str(folder / "ffmpeg.mp4")),
    ]


def _graph(task: Task) -> list[str]:
    ends = [state.start + task.fade_seconds for state in task.states[1:]] + [task.seconds]
    still = f"loop=loop=-1:size=1,fps={task.fps},setpts=N/{task.fps}/TB"
    steps = [
        f"[{number}]format=yuv420p,{still},trim=duration={end - state.start:.4f}[s{number}]"
        for number, (state, end) in enumerate(zip(task.states, ends, strict=True))
    ]
    last = "s0"
    for number, _ in enumerate(pairwise(task.states), 1):
        start = task.states[number].start
        steps.append(
            f"[{last}][s{number}]xfade=duration={task.fade_seconds:.4f}:offset={start:.4f}[x{number}]"
        )
        last = f"x{number}"
    steps.append(f"[{len(task.states)}]format=yuv420p,{still}[bar]")
    steps.append(
        f"[{last}][bar]overlay=x='W*(t/{task.seconds}-1)':y=H-8:shortest=1,trim=duration={task.seconds:.4f}[film]"
    )
    return steps
