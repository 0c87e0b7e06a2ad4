"""Puts an operator's logo on a picture, as large as it fits into its place."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from services.publisher.render.canvas import Room
from shared.errors import Reject

MOST_PIXELS = 16_000_000


def stamp(picture: Image.Image, path: str, room: Room) -> None:
    """Lay the logo over the picture, at the left of its place and in the middle of its height.

    Raises Reject when the file is no picture, or too large a one.
    """
    logo = _fitted(path, room.w, room.h)
    picture.paste(logo, (room.x, room.y + (room.h - logo.height) // 2), logo)


def digest(path: str) -> str:
    """What the logo is, whatever its file is called; empty without one.

    Raises Reject when it cannot be read.
    """
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""
    except OSError as error:
        raise _unusable(path, str(error)) from error


@cache
def _fitted(path: str, width: int, height: int) -> Image.Image:
    try:
        with Image.open(path) as file:
            if file.width * file.height > MOST_PIXELS:
                raise _unusable(path, f"it has more than {MOST_PIXELS:,} pixels")
            logo = file.convert("RGBA")
    except (OSError, UnidentifiedImageError) as error:
        raise _unusable(path, str(error)) from error
    share = min(width / logo.width, height / logo.height)
    return logo.resize(
        (max(1, round(logo.width * share)), max(1, round(logo.height * share))), Image.Resampling.LANCZOS
    )


def _unusable(path: str, why: str) -> Reject:
    return Reject(
        f"REPOREEL_LOGO={path} cannot be drawn: {why}",
        code="logo",
        hint="Give the path of a PNG, WebP or JPEG file.",
    )
