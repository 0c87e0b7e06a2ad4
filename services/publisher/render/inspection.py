"""Measures the pictures while they are made: how long one stands, and a text's contrast."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from services.publisher.render.pages import TextBox


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured while the pictures were made."""

    longest_still_frames: int
    overflow_px: float
    outside_px: float
    missing_glyphs: int
    """Characters drawn as empty boxes."""
    letters_left_out: float
    """Share of the letters that no font has and that were not drawn."""
    smallest_type_px: float
    least_contrast: float
    texts: int
    """How many texts were drawn."""
    voice_over_music_db: float | None = None
    """None where there is no music."""


def contrast(text: TextBox, picture: Image.Image) -> float:
    """The WCAG ratio of a text's colour and what lies behind it: the half of its pixels least like ink."""
    area = (int(text.x), int(text.y), int(text.x + text.w) + 1, int(text.y + text.h) + 1)
    pixels = np.asarray(picture.crop(area)).reshape(-1, 3)
    colour = np.array(ImageColor.getrgb(text.fill)[:3])
    unlike = np.abs(pixels - colour.astype(np.int16)).sum(axis=1)
    ink, behind = _luminance(colour), _luminance(np.median(pixels[unlike >= np.median(unlike)], axis=0))
    return (max(ink, behind) + 0.05) / (min(ink, behind) + 0.05)


def _luminance(colour: NDArray[Any]) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    share = np.asarray(colour, np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
