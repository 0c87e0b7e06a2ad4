"""Draws the still that stands for the film in lists: not a frame of it, but a poster of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from services.publisher.render import glyphs
from services.publisher.render.backdrop import backdrop
from services.publisher.render.design import Design
from services.publisher.render.typesetter import set_thumbnail
from shared.script import GlanceSlide, Script, Stat, TitleSlide

SIZE = (1280, 720)
MOST_BYTES = 2 * 1024 * 1024
QUALITIES = (92, 85, 75, 60)


def write_thumbnail(script: Script, design: Design, path: Path) -> None:
    """A JPEG of at most 2 MiB, 4:4:4 so that coloured type stays sharp."""
    page, _texts, painting = set_thumbnail(_words(script), script.language, design)
    picture = Image.alpha_composite(backdrop(painting, "hero", *SIZE).convert("RGBA"), page).convert("RGB")
    for quality in QUALITIES:
        picture.save(path, "JPEG", quality=quality, optimize=True, subsampling=0)
        if path.stat().st_size <= MOST_BYTES:
            return


def _words(script: Script) -> dict[str, Any]:
    titles = [scene.slide for scene in script.scenes if isinstance(scene.slide, TitleSlide)]
    glances = [scene.slide for scene in script.scenes if isinstance(scene.slide, GlanceSlide)]
    kicker, title, subtitle = (
        (titles[0].kicker.text, titles[0].title.text, titles[0].subtitle.text)
        if titles
        else ("", script.title.text, script.description.text)
    )
    figure = _largest(glances[0].stats) if glances else None
    words = {
        "kicker": kicker,
        "title": title,
        "subtitle": subtitle,
        "value": figure.value.text if figure else "",
        "label": figure.label.text if figure else "",
    }
    languages = msgspec.to_builtins(glances[0].languages) if glances else []
    drawn: dict[str, Any] = {name: glyphs.drawable(text) for name, text in words.items()}
    return drawn | {"languages": languages}


def _largest(stats: tuple[Stat, ...]) -> Stat | None:
    """The figure that makes one look: the one with the most digits, the later the better."""
    return max(reversed(stats), key=lambda stat: sum(map(str.isdigit, stat.value.text)), default=None)
