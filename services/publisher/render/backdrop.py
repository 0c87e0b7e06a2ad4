"""Paints the backdrop: soft lights on a dark ground, dithered so that no bands show after encoding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from services.publisher.render.pages import Light, Painting

_SEED = 20_240_229


def backdrop(painting: Painting, mood: str, width: int, height: int) -> Image.Image:
    """The backdrop of one mood of the theme; the same bytes each time."""
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = ImageColor.getrgb(painting.ground)[:3]
    for light in painting.lights[mood]:
        _shine(picture, light)
    noise = np.random.default_rng(_SEED).random((2, height, width, 1), np.float32)
    picture += noise[0] + noise[1] - 0.5
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8), "RGB")


def _shine(picture: NDArray[np.float32], light: Light) -> None:
    height, width, _ = picture.shape
    y, x = np.ogrid[0:height, 0:width]
    away = np.hypot(x - light.x * width, y - light.y * height) / (light.r * width)
    strength = (np.clip(1 - away, 0, 1) ** 2 * (3 - 2 * np.clip(1 - away, 0, 1)) * light.a).astype(np.float32)
    colour = np.array(ImageColor.getrgb(light.c)[:3], np.float32)
    picture += strength[..., None] * (colour - picture)
