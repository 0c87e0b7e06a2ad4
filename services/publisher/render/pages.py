"""What the templates leave behind: transparent layers, measured texts, and the theme's backdrop."""

from __future__ import annotations

import msgspec
import numpy as np
from PIL import Image

from services.publisher.render.canvas import Canvas


class TextBox(msgspec.Struct, frozen=True, kw_only=True):
    """One text as it was set: where, how large, and how much room it had."""

    page: int
    slide: int
    layer: int
    x: float
    y: float
    w: float
    h: float
    room_w: float
    room_h: float
    size: float
    fill: str
    mono: bool
    words: str

    @property
    def overflow(self) -> float:
        """Pixels it reaches beyond its room, 0 when it fits."""
        return max(0.0, self.w - self.room_w - 1, self.h - self.room_h - 1)


class Light(msgspec.Struct, frozen=True):
    x: float
    y: float
    r: float
    c: str
    a: float


class Painting(msgspec.Struct, frozen=True):
    """The backdrop as the theme describes it."""

    ground: str
    lights: dict[str, tuple[Light, ...]]


class Ink(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle of a page on which something is drawn."""

    page: int
    x: float
    y: float
    w: float
    h: float


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the picture, in whole pixels; it may reach beyond the edges."""

    x: int
    y: int
    w: int
    h: int


class Layer(msgspec.Struct, frozen=True):
    """The inked part of a transparent page, and where it belongs."""

    picture: Image.Image
    x: int
    y: int


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    slides: tuple[tuple[Layer, ...], ...]
    ornament: Layer
    bar_empty: Image.Image
    bar_full: Image.Image
    texts: tuple[TextBox, ...]
    painting: Painting


def ink_outside(layer: Layer, margin: int, canvas: Canvas) -> int:
    """How many pixels the layer's ink reaches into the page's margin, or into the room of the captions."""
    right, bottom = layer.x + layer.picture.width, layer.y + layer.picture.height
    if not np.asarray(layer.picture.getchannel("A")).any():
        return 0
    return max(
        0, margin - layer.x, margin - layer.y, right - (canvas.width - margin), bottom - canvas.caption.y
    )
