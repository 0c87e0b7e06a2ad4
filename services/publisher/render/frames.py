"""The film as pictures and how many frames each is held; only pictures that differ are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from PIL import Image

from services.publisher.render.pages import Layer
from services.publisher.render.planes import Box, Converter, Planes, bar_top, blended, guard, put
from services.publisher.render.timeline import Shot, Timeline

FADE_FRAMES = 8
CROSS_FADE_FRAMES = 12
NOD = (1, 2, 3, 3, 3, 2, 2, 1, 1)
"""How far a layer that nods goes back, frame by frame, in steps of its appearing."""
RISE_PIXELS = 18
"""A box comes up by this much while it appears."""

_EDGE_ROWS = 2
"""Converted and thrown away: swscale rounds the last row of chroma unlike all others."""

Steps = tuple[int, ...]
"""How far each layer but the base has appeared, in frames; FADE_FRAMES is wholly."""


class Look(NamedTuple):
    """What decides a picture: the shot, how far each layer has appeared, how far the shot before is gone."""

    shot: int
    steps: Steps
    crossing: int
    caption: int = -1
    """Which of the film's captions stands in the picture; -1 is none."""


class Scenery(NamedTuple):
    """A scene's backdrop with everything that does not move, and its layers; the first is the base."""

    ground: Image.Image
    layers: Sequence[Layer]
    captions: Sequence[Layer] = ()
    """Of the whole film, for whichever stands while this scene is seen."""


def looks(timeline: Timeline, number: int) -> Iterator[tuple[Look, int]]:
    """One shot's looks in order, with the number of frames each lasts."""
    shot = timeline.shots[number]
    every = (look_at(timeline, number, frame) for frame in range(shot.start, shot.end))
    for look, run in groupby(every):
        yield look, len(list(run))


def look_at(timeline: Timeline, number: int, frame: int) -> Look:
    shot = timeline.shots[number]
    crossing = CROSS_FADE_FRAMES if number == 0 else min(CROSS_FADE_FRAMES, frame - shot.start + 1)
    return Look(number, _steps(shot, frame), crossing, _caption(shot, frame))


def _caption(shot: Shot, frame: int) -> int:
    return next((beat.layer for beat in reversed(shot.captions) if beat.frame <= frame), -1)


def last_look(timeline: Timeline, number: int) -> Look:
    return look_at(timeline, number, timeline.shots[number].end - 1)


def _steps(shot: Shot, frame: int) -> Steps:
    steps = {beat.layer: max(0, min(FADE_FRAMES, frame - beat.frame + 1)) for beat in shot.beats}
    for nod in shot.nods:
        if 0 <= frame - nod.frame < len(NOD):
            steps[nod.layer] = min(steps[nod.layer], FADE_FRAMES - NOD[frame - nod.frame])
    return tuple(steps[layer] for layer in sorted(steps))


class Drawn(NamedTuple):
    planes: Planes
    """Valid until the next picture is drawn."""
    moved: bool
    """Whether it differs from the picture drawn before; the first one does."""


class Scene:
    """One scene in planes, brought from one look to the next by drawing what changes and nothing else."""

    def __init__(self, scenery: Scenery) -> None:
        self._ground = scenery.ground
        self._layers = [Inked(layer) for layer in scenery.layers]
        self._captions = scenery.captions
        self._caption: int = -1
        self._convert = Converter()
        self._steps: Steps | None = None
        self.planes: Planes = np.empty((0, 0), np.uint8)

    def show(self, steps: Steps, caption: int = -1) -> bool:
        """Bring the planes up to date; tells whether they changed."""
        before, self._steps = self._steps, steps
        said, self._caption = self._caption, caption
        if before is None:
            whole = (0, 0, *self._ground.size)
            self.planes = self._convert.planes(self._composed(whole, steps))
            guard(self.planes)
            return True
        within = (0, 0, self._ground.width, bar_top(self._ground.height))
        changed = [at for at, (old, new) in enumerate(zip(before, steps, strict=True)) if old != new]
        moved = False
        for at in changed:
            moved |= self._redraw(self._layers[1 + at].reach(within), steps)
        for number in {said, caption} - {-1} if said != caption else ():
            moved |= self._redraw(Inked(self._captions[number]).reach(within), steps)
        return moved

    def _redraw(self, box: Box, steps: Steps) -> bool:
        if box[0] >= box[2] or box[1] >= box[3]:
            return False
        left, top, right, bottom = box
        more = (left, top, right, bottom + _EDGE_ROWS)
        return put(self._convert.planes(self._composed(more, steps)), self.planes, box)

    def _composed(self, box: Box, steps: Steps) -> Image.Image:
        picture = self._ground.crop(box).convert("RGBA")
        for layer, step in zip(self._layers, (FADE_FRAMES, *steps), strict=True):
            if step:
                layer.paste(picture, box, _eased(step / FADE_FRAMES))
        if self._caption >= 0:
            Inked(self._captions[self._caption]).paste(picture, box, 1)
        return picture


class Inked:
    """A layer made ready to be pasted often."""

    def __init__(self, layer: Layer) -> None:
        self._alpha = layer.picture.getchannel("A")
        self._colours = layer.picture.copy()
        self._colours.putalpha(255)
        self._x, self._y = layer.x, layer.y

    def reach(self, within: Box) -> Box:
        """Where it may draw while it appears, out to even pixels."""
        left, top = max(within[0], self._x), max(within[1], self._y)
        right = min(within[2], self._x + self._alpha.width + 1)
        bottom = min(within[3], self._y + self._alpha.height + RISE_PIXELS + 1)
        return left // 2 * 2, top // 2 * 2, right // 2 * 2, bottom // 2 * 2

    def paste(self, picture: Image.Image, box: Box, share: float) -> None:
        """Lay it over the picture, which shows `box`, `share` of it visible and accordingly high."""
        x, y = self._x - box[0], self._y - box[1] + round((1 - share) * RISE_PIXELS)
        if (
            x >= picture.width
            or y >= picture.height
            or x + self._alpha.width <= 0
            or y + self._alpha.height <= 0
        ):
            return
        alpha = (
            self._alpha if share == 1 else self._alpha.point([round(share * value) for value in range(256)])
        )
        picture.paste(self._colours, (x, y), alpha)


class Painter:
    """Draws the pictures of one shot."""

    def __init__(self, timeline: Timeline, sceneries: Sequence[Scenery], number: int) -> None:
        self._timeline, self._sceneries, self._number = timeline, sceneries, number
        self._scene = Scene(sceneries[number])
        self._left: Planes | None = None
        self._shown: Planes | None = None
        self.drawn_last: Look | None = None

    def draw(self, look: Look) -> Drawn:
        self.drawn_last = look
        moved = self._scene.show(look.steps, look.caption)
        if look.crossing == CROSS_FADE_FRAMES and self._shown is self._scene.planes:
            return Drawn(self._shown, moved)
        before, self._shown = self._shown, self._scene.planes
        if look.crossing < CROSS_FADE_FRAMES:
            self._shown = blended(
                self._before(), self._scene.planes, _eased(look.crossing / CROSS_FADE_FRAMES)
            )
        if before is None and self._number:
            before = self._before()
        return Drawn(self._shown, before is None or not np.array_equal(before, self._shown))

    def _before(self) -> Planes:
        """The last picture of the shot before."""
        if self._left is None:
            scene = Scene(self._sceneries[self._number - 1])
            last = last_look(self._timeline, self._number - 1)
            scene.show(last.steps, last.caption)
            self._left = scene.planes
        return self._left


def _eased(share: float) -> float:
    return 1 - (1 - share) ** 2


def paste(picture: Image.Image, layer: Layer) -> None:
    picture.paste(layer.picture.convert("RGB"), (layer.x, layer.y), layer.picture.getchannel("A"))
