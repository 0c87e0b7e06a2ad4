"""What the templates leave behind: transparent layers, measured texts, and the theme's backdrop."""

from __future__ import annotations

import av
import msgspec
import numpy as np
from numpy.typing import NDArray
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


class Page(msgspec.Struct, frozen=True):
    """A layer as it was set: a PNG file of one region."""

    png: bytes
    region: Region

    def layer(self) -> Layer:
        pixels = pixels_of(self.png)
        rows, columns = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return Layer(Image.new("RGBA", (1, 1)), 0, 0)
        top, left = int(rows[0]), int(columns[0])
        inked = pixels[top : rows[-1] + 1, left : columns[-1] + 1]
        picture = Image.fromarray(np.ascontiguousarray(inked), "RGBA")
        return Layer(picture, self.region.x + left, self.region.y + top)


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    slides: tuple[tuple[Page, ...], ...]
    ornament: Page
    bar_empty: Image.Image
    bar_full: Image.Image
    texts: tuple[TextBox, ...]
    painting: Painting


def pixels_of(png: bytes) -> NDArray[np.uint8]:
    """Of height x width x 4, red, green, blue, alpha."""
    decoder = av.CodecContext.create("png", "r")
    decoder.thread_count = 1
    frames = [*decoder.decode(av.Packet(png)), *decoder.decode(None)]
    return frames[0].to_ndarray(format="rgba").astype(np.uint8, copy=False)


def ink_outside(layer: Layer, margin: int, canvas: Canvas) -> int:
    """How many pixels the layer's ink reaches into the page's margin, or into the room of the captions."""
    right, bottom = layer.x + layer.picture.width, layer.y + layer.picture.height
    if not np.asarray(layer.picture.getchannel("A")).any():
        return 0
    return max(
        0, margin - layer.x, margin - layer.y, right - (canvas.width - margin), bottom - canvas.caption.y
    )
