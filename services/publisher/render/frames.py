"""The film as pictures and how many frames each is held; only pictures that differ are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from PIL import Image, ImageChops

from services.publisher.render.pages import Layer
from services.publisher.render.timeline import Shot, Timeline

FADE_FRAMES = 8
CROSS_FADE_FRAMES = 12
RISE_PIXELS = 18
"""A box comes up by this much while it appears."""


class Held(NamedTuple):
    picture: Image.Image
    frames: int


class Look(NamedTuple):
    """What decides a picture: the shot, how far each layer has appeared, how far the shot before is gone."""

    shot: int
    steps: tuple[int, ...]
    crossing: int


class Scenery(NamedTuple):
    """A scene's backdrop with everything that does not move, and its layers; the first is the base."""

    ground: Image.Image
    layers: Sequence[Layer]


def looks(timeline: Timeline) -> Iterator[tuple[Look, int]]:
    """The film's looks in order, with the number of frames each lasts."""
    every = (look_at(timeline, number, frame) for number, frame in _frames(timeline))
    for look, run in groupby(every):
        yield look, len(list(run))


def _frames(timeline: Timeline) -> Iterator[tuple[int, int]]:
    for number, shot in enumerate(timeline.shots):
        for frame in range(shot.start, shot.end):
            yield number, frame


def look_at(timeline: Timeline, number: int, frame: int) -> Look:
    shot = timeline.shots[number]
    crossing = CROSS_FADE_FRAMES if number == 0 else min(CROSS_FADE_FRAMES, frame - shot.start + 1)
    return Look(number, _steps(shot, frame), crossing)


def _steps(shot: Shot, frame: int) -> tuple[int, ...]:
    steps = {beat.layer: max(0, min(FADE_FRAMES, frame - beat.frame + 1)) for beat in shot.beats}
    return tuple(steps[layer] for layer in sorted(steps))


class Painter:
    """Draws looks. Remembers what stands still, so that a fading box costs only its own pixels."""

    def __init__(self, timeline: Timeline, sceneries: Sequence[Scenery]) -> None:
        self._timeline = timeline
        self._sceneries = sceneries
        self._settled: tuple[object, Image.Image] | None = None
        self._left: tuple[int, Image.Image] | None = None

    def pictures(self) -> Iterator[Held]:
        for look, frames in looks(self._timeline):
            yield Held(self.draw(look), frames)

    def draw(self, look: Look) -> Image.Image:
        picture = self._scene(look.shot, look.steps)
        if look.crossing < CROSS_FADE_FRAMES:
            share = _eased(look.crossing / CROSS_FADE_FRAMES)
            return Image.blend(self._before(look.shot), picture, share)
        return picture

    def _before(self, shot: int) -> Image.Image:
        if self._left is None or self._left[0] != shot:
            last = self._timeline.shots[shot - 1]
            self._left = shot, self._scene(shot - 1, _steps(last, last.end - 1))
        return self._left[1]

    def _scene(self, shot: int, steps: tuple[int, ...]) -> Image.Image:
        layers = self._sceneries[shot].layers[1:]
        whole = frozenset(at for at, step in enumerate(steps) if step == FADE_FRAMES)
        picture = self._standing(shot, whole)
        fading = [at for at, step in enumerate(steps) if 0 < step < FADE_FRAMES]
        if fading:
            picture = picture.copy()
        for at in fading:
            share = _eased(steps[at] / FADE_FRAMES)
            paste(picture, layers[at], share, round((1 - share) * RISE_PIXELS))
        return picture

    def _standing(self, shot: int, whole: frozenset[int]) -> Image.Image:
        if self._settled is None or self._settled[0] != (shot, whole):
            scenery = self._sceneries[shot]
            picture = scenery.ground.copy()
            paste(picture, scenery.layers[0])
            for at in sorted(whole):
                paste(picture, scenery.layers[1 + at])
            self._settled = (shot, whole), picture
        return self._settled[1]


def _eased(share: float) -> float:
    return 1 - (1 - share) ** 2


def paste(picture: Image.Image, layer: Layer, share: float = 1.0, lower: int = 0) -> None:
    """Lay a layer over the picture, `share` of it visible and `lower` pixels down."""
    alpha = layer.picture.getchannel("A")
    if share < 1:
        alpha = ImageChops.multiply(alpha, Image.new("L", alpha.size, round(share * 255)))
    picture.paste(layer.picture.convert("RGB"), (layer.x, layer.y + lower), alpha)
