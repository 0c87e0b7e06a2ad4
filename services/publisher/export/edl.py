"""A film's cuts as a CMX 3600 edit decision list, for editors that read nothing newer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.publisher.render.timeline import FPS, Shot

REEL = "AX"
"""Of material without a tape."""
HOUR = 3600 * FPS
MOST_EVENTS = 999
"""Event numbers have three digits."""


def edit_decision_list(title: str, shots: Sequence[Shot], scenes: Sequence[str], sound: str) -> str:
    """`scenes` are the paths of each shot's picture with all its boxes, `sound` that of the mix."""
    head = [f"TITLE: {' '.join(title.split())[:70]}", "FCM: NON-DROP FRAME", ""]
    return "\n".join([*head, *_events(shots[: MOST_EVENTS - 1], scenes, sound)]) + "\n"


def _events(shots: Sequence[Shot], scenes: Sequence[str], sound: str) -> Iterator[str]:
    for number, (shot, scene) in enumerate(zip(shots, scenes, strict=False), start=1):
        yield from _event(number, "V", shot.start, shot.end, scene, shot.heading)
    yield from _event(len(shots) + 1, "A", shots[0].start, shots[-1].end, sound, "Sound")


def _event(number: int, channel: str, start: int, end: int, path: str, name: str) -> Iterator[str]:
    times = " ".join(map(timecode, (0, end - start, HOUR + start, HOUR + end)))
    yield f"{number:03}  {REEL:<8} {channel:<5} C        {times}"
    yield f"* FROM CLIP NAME: {' '.join(name.split())}"
    yield f"* FROM FILE: {path}"


def timecode(frames: int) -> str:
    """`01:00:02:15`: hours, minutes, seconds, frames."""
    seconds, frame = divmod(frames, FPS)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}:{frame:02}"
