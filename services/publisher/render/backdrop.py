"""Paints the backdrop: soft lights on a dark ground, dithered so that no bands show after encoding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from services.publisher.render.pages import Light, Painting

_SEED = 20_240_229
_COARSE = 4
"""Lights are so soft that they are painted on every fourth pixel and drawn out."""


def backdrop(painting: Painting, mood: str, width: int, height: int) -> Image.Image:
    """The backdrop of one mood of the theme; the same bytes each time."""
    small = np.empty((height // _COARSE, width // _COARSE, 3), np.float32)
    small[:] = ImageColor.getrgb(painting.ground)[:3]
    for light in painting.lights[mood]:
        _shine(small, light)
    noise = np.random.default_rng(_SEED).random((2, height, width), np.float32)
    dither = noise[0] + noise[1] - 0.5
    channels = [_drawn_out(small[..., channel], dither) for channel in range(3)]
    return Image.merge("RGB", channels)


def _drawn_out(channel: NDArray[np.float32], dither: NDArray[np.float32]) -> Image.Image:
    height, width = dither.shape
    large = Image.fromarray(channel, "F").resize((width, height), Image.Resampling.BICUBIC)
    return Image.fromarray(np.clip(np.asarray(large) + dither, 0, 255).astype(np.uint8), "L")


def _shine(picture: NDArray[np.float32], light: Light) -> None:
    height, width, _ = picture.shape
    y, x = np.ogrid[0:height, 0:width]
    away = np.hypot(x + 0.5 - light.x * width, y + 0.5 - light.y * height) / (light.r * width)
    near = np.clip(1 - away, 0, 1)
    strength = (near**2 * (3 - 2 * near) * light.a).astype(np.float32)
    colour = np.array(ImageColor.getrgb(light.c)[:3], np.float32)
    picture += strength[..., None] * (colour - picture)
