"""The film by MoviePy 2, in an environment of its own, without ours: `python moviepy_film.py FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

from moviepy import AudioFileClip, ColorClip, CompositeVideoClip, ImageClip, vfx


def main(folder: Path) -> None:
    task = json.loads(
        (folder / "task.json").read_text(), object_hook=lambda fields: SimpleNamespace(**fields)
    )
    ends = [state.start + task.fade_seconds for state in task.states[1:]] + [task.seconds]
    clips = [
        _clip(folder / state.picture, state.start, min(end, task.seconds), task.fade_seconds if number else 0)
        for number, (state, end) in enumerate(zip(task.states, ends, strict=True))
    ]
    empty = (
        ColorClip((task.width, 8), (40, 44, 80))
        .with_duration(task.seconds)
        .with_position((0, task.height - 8))
    )
    full = ImageClip(str(folder / task.bar)).with_duration(task.seconds)
    full = full.with_position(lambda t: (round(task.width * (t / task.seconds - 1)), task.height - 8))
    film = CompositeVideoClip([*clips, empty, full], size=(task.width, task.height)).with_duration(
        task.seconds
    )
    film.with_audio(AudioFileClip(str(folder / task.sound))).write_videofile(
        str(folder / "moviepy.mp4"),
        fps=task.fps,
        codec="libx264",
        preset="ultrafast",
        audio_codec="aac",
        threads=2,
        ffmpeg_params=["-crf", "19", "-pix_fmt", "yuv420p"],
        logger=None,
    )


def _clip(picture: Path, start: float, end: float, fade: float) -> ImageClip:
    clip = ImageClip(str(picture)).with_start(start).with_duration(end - start)
    return clip.with_effects([vfx.CrossFadeIn(fade)]) if fade else clip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
