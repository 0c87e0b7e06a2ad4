"""A picture of each chapter, as it stands when everything in it has been said."""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL.Image import Image

from services.publisher.files.film import Film
from shared.errors import Reject
from shared.offload import Progress, run_in_child

MOST_PIXELS = 1280
"""Of the longer side."""
QUALITY = 82
LIMIT_SECONDS = 300.0
"""Of all pictures of a film; half a second each."""
BEFORE_END_SECONDS = 0.4
"""Nothing fades yet."""


async def chapter_pictures(film: Film, folder: Path, into: Path, progress: Progress) -> tuple[Path, ...]:
    """Take them in a child process."""
    video, at = folder / film.video, moments(film)
    return await run_in_child(take_pictures, progress, LIMIT_SECONDS, video, at, into)


def moments(film: Film) -> tuple[float, ...]:
    """When to look, in seconds: shortly before the last word of each chapter ends."""
    return tuple(
        max(chapter.start, chapter.lines[-1].end - BEFORE_END_SECONDS)
        for chapter in film.chapters
        if chapter.lines
    )


def take_pictures(report: Progress, video: Path, at: tuple[float, ...], folder: Path) -> tuple[Path, ...]:
    """Write `scene-1.jpg` and so on into a folder; the last picture stands for whatever is after the end."""
    taken = []
    with av.open(video) as container:
        for number, moment in enumerate(at, 1):
            picture: Image = _frame(container, moment).to_image()  # type: ignore[no-untyped-call]
            picture.thumbnail((MOST_PIXELS, MOST_PIXELS))
            taken.append(folder / f"scene-{number}.jpg")
            picture.save(taken[-1], quality=QUALITY)
            report(100.0 * number / len(at))
    return tuple(taken)


def _frame(container: InputContainer, moment: float) -> VideoFrame:
    """The first picture from that moment on; decoding begins at the key picture before it."""
    container.seek(int(moment * av.time_base))
    found = None
    for found in container.decode(video=0):
        if found.time is not None and found.time >= moment:
            break
    if found is None:
        raise Reject("the film has no picture", code="file_missing")
    return found
