"""A film's cuts as an OpenTimelineIO timeline: one video track a layer, and its sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.publisher.export import otio
from services.publisher.render.frames import CROSS_FADE_FRAMES
from services.publisher.render.timeline import FPS, Shot

Media = Mapping[tuple[int, int], str]
"""The path of each layer's picture, by the shot's place in the film and the layer's number; 0 is the base."""


def timeline(title: str, shots: Sequence[Shot], pictures: Media, sounds: Sequence[str]) -> otio.Timeline:
    """The first sound is heard, the others lie muted below it."""
    deepest = max((layer for _, layer in pictures), default=0)
    frames = shots[-1].end
    video = [_layer(layer, shots, pictures) for layer in range(deepest + 1)]
    audio = [_sound(path, frames, heard=number == 0) for number, path in enumerate(sounds)]
    stack = otio.Stack(name="tracks", children=(*video, *audio), markers=tuple(map(_chapter, shots)))
    return otio.Timeline(name=title, tracks=stack)


def _time(frames: int) -> otio.RationalTime:
    return otio.RationalTime(value=float(frames), rate=float(FPS))


def _range(start: int, frames: int) -> otio.TimeRange:
    return otio.TimeRange(start_time=_time(start), duration=_time(frames))


def _chapter(shot: Shot) -> otio.Marker:
    return otio.Marker(name=shot.heading, marked_range=_range(shot.start, shot.end - shot.start))


def _layer(layer: int, shots: Sequence[Shot], pictures: Media) -> otio.Track:
    """Bases meet in cross-fades; any other layer is there from its beat to the end of its shot."""
    children = tuple(_bases(shots, pictures) if layer == 0 else _boxes(layer, shots, pictures))
    return otio.Track(name=f"layer {layer}", kind="Video", children=children)


def _bases(shots: Sequence[Shot], pictures: Media) -> Iterator[otio.Clip | otio.Transition]:
    for number, shot in enumerate(shots):
        length = shot.end - shot.start
        if number:
            fade = min(CROSS_FADE_FRAMES, length)
            yield otio.Transition(name="cross-fade", in_offset=_time(0), out_offset=_time(fade))
        yield _still(pictures[number, 0], shot.heading, length)


def _boxes(layer: int, shots: Sequence[Shot], pictures: Media) -> Iterator[otio.Clip | otio.Gap]:
    done = 0
    for number, shot in enumerate(shots):
        beat = next((beat.frame for beat in shot.beats if beat.layer == layer), None)
        if beat is not None and (number, layer) in pictures and beat < shot.end:
            if beat > done:
                yield otio.Gap(source_range=_range(0, beat - done))
            yield _still(pictures[number, layer], f"{shot.heading} {layer}", shot.end - beat)
            done = shot.end
    if shots[-1].end > done:
        yield otio.Gap(source_range=_range(0, shots[-1].end - done))


def _still(path: str, name: str, frames: int) -> otio.Clip:
    return _clip(path, name, frames, enabled=True)


def _clip(path: str, name: str, frames: int, *, enabled: bool) -> otio.Clip:
    media = otio.ExternalReference(name=path, target_url=path, available_range=_range(0, frames))
    return otio.Clip(
        name=name, source_range=_range(0, frames), media_references={"DEFAULT_MEDIA": media}, enabled=enabled
    )


def _sound(path: str, frames: int, *, heard: bool) -> otio.Track:
    name = path.rpartition("/")[2]
    return otio.Track(
        name=name, kind="Audio", children=(_clip(path, name, frames, enabled=heard),), enabled=heard
    )
