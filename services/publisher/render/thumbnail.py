"""Draws the still that stands for the film in lists."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from services.publisher.render import glyphs
from services.publisher.render.backdrop import backdrop
from services.publisher.render.typesetter import set_thumbnail
from shared.script import Script, TitleSlide

SIZE = (1280, 720)
MOST_BYTES = 2 * 1024 * 1024
QUALITIES = (92, 85, 75, 60)


def write_thumbnail(script: Script, path: Path) -> None:
    """A JPEG of at most 2 MiB, 4:4:4 so that coloured type stays sharp."""
    page, _texts, painting = set_thumbnail(_words(script))
    picture = Image.alpha_composite(backdrop(painting, "hero", *SIZE).convert("RGBA"), page).convert("RGB")
    for quality in QUALITIES:
        picture.save(path, "JPEG", quality=quality, optimize=True, subsampling=0)
        if path.stat().st_size <= MOST_BYTES:
            return


def _words(script: Script) -> dict[str, str]:
    titles = [scene.slide for scene in script.scenes if isinstance(scene.slide, TitleSlide)]
    kicker, title, subtitle = (
        (titles[0].kicker.text, titles[0].title.text, titles[0].subtitle.text)
        if titles
        else ("", script.title.text, script.description.text)
    )
    words = {"kicker": kicker, "title": title, "subtitle": subtitle}
    return {name: glyphs.drawable(text) for name, text in words.items()} | {"language": script.language}
