"""A film's slides, set and measured; neither is done again where the pictures are still on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from io import BytesIO
from threading import Lock
from typing import Any

import msgspec
from PIL import Image

from services.publisher.export.pack import whole
from services.publisher.render import glyphs, inspection, logo
from services.publisher.render.backdrop import backdrop
from services.publisher.render.canvas import EDGE, Canvas
from services.publisher.render.design import Design
from services.publisher.render.fonts import MONO, SANS
from services.publisher.render.frames import Scenery, paste
from services.publisher.render.making import key_of
from services.publisher.render.pages import Page, Pages, Painting, TextBox, ink_outside
from services.publisher.render.sheets import Sheet, letters_left_out
from services.publisher.render.typesetter import set_film
from shared.script import Script
from shared.shelf import Shelf

SMALLEST_TYPE = 22.0
"""Pixels of a line of text; a film must be readable on a phone."""
HERO_SLIDES = frozenset({"title", "outro"})


class Known(msgspec.Struct, frozen=True):
    """What every film of a deck needs, whatever its timing: measures, and the bar as two PNG files."""

    drawn: inspection.Drawn
    bar_empty: bytes
    bar_full: bytes


class SetSheet(msgspec.Struct, frozen=True):
    """All that a scenery is painted from."""

    pages: tuple[Page, ...]
    ornament: Page | None
    """Only of the first slide."""
    painting: Painting


class Deck:
    """The slides of one script in one language and design."""

    def __init__(self, script: Script, sheets: Sequence[Sheet], design: Design, shelf: Shelf) -> None:
        self._script, self._sheets, self._design, self._shelf = script, sheets, design, shelf
        self._painting = Lock()
        look = design.inputs(script.language), script.language, logo.digest(design.logo)
        self.identities = tuple(key_of("scenery", look, sheet) for sheet in sheets)
        self._painted: dict[int, Scenery] = {}
        self._backdrops: dict[str, Image.Image] = {}
        self.sceneries = Sceneries(self)

    def known(self) -> Known:
        key = key_of("deck", self.identities, letters_left_out(self._script))
        known = self._shelf.get(key, Known)
        if known is None:
            pages = self.pages
            known = Known(
                _drawn(self._script, self._design.canvas, pages, list(self.sceneries)),
                _png(pages.bar_empty),
                _png(pages.bar_full),
            )
            self._shelf.put(key, known)
        return known

    def scenery(self, number: int) -> Scenery:
        """Painted by whichever thread asks first; set with all others, unless it is on the shelf."""
        with self._painting:
            if number not in self._painted:
                self._painted[number] = self._paint(self._kind(number), self._set(number))
            return self._painted[number]

    @cached_property
    def pages(self) -> Pages:
        return set_film(self._sheets, self._script.language, self._design)

    def _set(self, number: int) -> SetSheet:
        kept = self._shelf.get(self.identities[number], SetSheet)
        if kept is None:
            pages = self.pages
            ornament = pages.ornament if self._kind(number) == "title" else None
            kept = SetSheet(pages.slides[self._sheets[number].index], ornament, pages.painting)
            self._shelf.put(self.identities[number], kept)
        return kept

    def _kind(self, number: int) -> str:
        return str(self._sheets[number].slide["type"])

    def _paint(self, kind: str, sheet: SetSheet) -> Scenery:
        ground = self._backdrop("hero" if kind in HERO_SLIDES else "calm", sheet.painting)
        if sheet.ornament is not None:
            ground = ground.copy()
            paste(ground, sheet.ornament.layer())
        if self._design.logo and kind in HERO_SLIDES:
            ground = ground.copy()
            logo.stamp(ground, self._design.logo, self._design.canvas.logo)
        return Scenery(ground, tuple(page.layer() for page in sheet.pages))

    def _backdrop(self, mood: str, painting: Painting) -> Image.Image:
        if mood not in self._backdrops:
            canvas = self._design.canvas
            self._backdrops[mood] = backdrop(painting, mood, canvas.width, canvas.height)
        return self._backdrops[mood]


class Sceneries(Sequence[Scenery]):
    """A deck's sceneries, each painted when it is first looked at."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck

    def __len__(self) -> int:
        return len(self._deck.identities)

    def __getitem__(self, number: Any) -> Any:
        return self._deck.scenery(range(len(self))[number])


def _png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _drawn(script: Script, canvas: Canvas, pages: Pages, sceneries: Sequence[Scenery]) -> inspection.Drawn:
    layers = [layer for scenery in sceneries for layer in scenery.layers]
    return inspection.Drawn(
        longest_still_frames=0,
        overflow_px=max((text.overflow for text in pages.texts), default=0.0),
        outside_px=max(ink_outside(layer, EDGE, canvas) for layer in layers),
        missing_glyphs=sum(map(_missing, pages.texts)),
        letters_left_out=letters_left_out(script),
        smallest_type_px=min((text.size for text in pages.texts), default=SMALLEST_TYPE),
        least_contrast=min(
            least_contrast(number, scenery, pages) for number, scenery in enumerate(sceneries)
        ),
        texts=len(pages.texts),
    )


def _missing(text: TextBox) -> int:
    return len(glyphs.missing(text.words, MONO if text.mono else SANS))


def least_contrast(slide: int, scenery: Scenery, pages: Pages) -> float:
    """That of the slide's least legible text, with everything on it shown."""
    picture = whole(scenery)
    texts = [text for text in pages.texts if text.slide == slide and text.words.strip()]
    return min((inspection.contrast(text, picture) for text in texts), default=21.0)
