"""Pictures that try an encoder: films in any size, with motion down to the progress bar."""

from __future__ import annotations

import numpy as np
from PIL import Image

from services.publisher.render.bar import Bar
from services.publisher.render.encoder import Size
from services.publisher.render.frames import Scenery
from services.publisher.render.pages import Layer
from services.publisher.render.picture import PictureStream
from services.publisher.render.segments import Film
from services.publisher.render.timeline import Beat, Shot, Timeline
from shared.shelf import Shelf


def timeline(*shots: tuple[int, tuple[int, ...]]) -> Timeline:
    """`timeline((60, (20, 30)), …)`: shots by their length and the frames at which their layers appear."""
    made, start = [], 0
    for number, (frames, beats) in enumerate(shots):
        places = tuple(Beat(start + beat, layer) for layer, beat in enumerate(beats, 1))
        made.append(
            Shot(scene=number, heading=f"Shot {number}", start=start, end=start + frames, beats=places)
        )
        start += frames
    return Timeline(tuple(made))


def sceneries(plan: Timeline, size: Size, seed: int = 1) -> list[Scenery]:
    """Each shot another sloping ground, and layers of noise that reach down into the bar."""
    random = np.random.default_rng(seed)
    return [
        Scenery(
            _ground(size, number),
            [_noise(size, random, 0.1), *[_noise(size, random, 0.3) for _ in shot.beats]],
        )
        for number, shot in enumerate(plan.shots)
    ]


def _ground(size: Size, number: int) -> Image.Image:
    y, x = np.mgrid[0 : size.height, 0 : size.width]
    slope = (x * (number + 1) // 9 + y * 3 // (number + 2)) % 200
    return Image.fromarray(np.stack([slope, slope // 2, 200 - slope], axis=2).astype(np.uint8), "RGB")


def _noise(size: Size, random: np.random.Generator, share: float) -> Layer:
    width, height = int(size.width * 0.4) // 2 * 2, int(size.height * share)
    pixels = random.integers(0, 256, (height // 4 + 1, width // 4 + 1, 4), np.uint8)
    picture = Image.fromarray(pixels, "RGBA").resize((width, height))
    return Layer(picture, int(random.integers(0, size.width - width)), size.height - height - 10)


def bar(plan: Timeline, size: Size) -> Bar:
    colours = np.linspace((80, 120, 250), (110, 240, 210), size.width).astype(np.uint8)
    full = Image.fromarray(np.tile(colours, (8, 1, 1)), "RGB")
    return Bar(Image.new("RGB", (size.width, 8), (40, 44, 80)), full, plan.shots)


def stream(
    plan: Timeline, size: Size, *, plain: bool = False, shelf: Shelf | None = None, seed: int = 1
) -> PictureStream:
    drawn = sceneries(plan, size, seed)
    film = Film(plan, drawn, size)
    if shelf:
        film = film._replace(identities=[f"{seed}-{number}" for number in range(len(drawn))], shelf=shelf)
    return PictureStream(film, bar(plan, size), plain=plain)
