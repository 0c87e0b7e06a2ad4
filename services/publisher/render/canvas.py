"""The film's shapes: how large a picture is, where slides may draw, and where spoken words may stand.

The figures are a designer's: they stand in `templates/formats.json`, which the templates read too.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from shared.events import Format

TEMPLATES = Path(__file__).parent / "templates"
EDGE = 24
"""Nothing of a slide comes nearer to the picture's edge, in pixels."""


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle of the picture, in pixels."""

    x: int
    y: int
    w: int
    h: int


class Canvas(msgspec.Struct, frozen=True, kw_only=True):
    """One shape. Slides keep between `left` and `right`, `top` and `bottom`; the body begins at `content`."""

    width: int = msgspec.field(name="w")
    height: int = msgspec.field(name="h")
    left: int
    right: int
    top: int
    content: int
    bottom: int
    caption: Room
    """Kept free by every slide: subtitles and the words of a reel are drawn here."""
    logo: Room
    """Where a logo stands on the first and the last slide, as large as it fits."""
    tall: bool
    """Whether it is much higher than wide, so that things stand below each other."""

    @property
    def body(self) -> Room:
        """Where a slide draws what its heading announces."""
        return Room(x=self.left, y=self.content, w=self.right - self.left, h=self.bottom - self.content)


@cache
def canvases() -> dict[Format, Canvas]:
    """Every shape that can be drawn, by its name."""
    return msgspec.json.decode((TEMPLATES / "formats.json").read_bytes(), type=dict[Format, Canvas])
