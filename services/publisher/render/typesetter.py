"""Runs the templates: sheets in, one transparent picture a layer out, and a measurement of every text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import typst
from PIL import Image

from services.publisher.render.canvas import TEMPLATES
from services.publisher.render.design import Design
from services.publisher.render.fonts import FOLDERS
from services.publisher.render.pages import Ink, Layer, Page, Pages, Painting, Region, TextBox, pixels_of
from services.publisher.render.sheets import Sheet

PIXELS_PER_INCH = 72.0
"""A Typst point is a pixel."""
AIR = 12
"""Pixels around the ink of a page, for strokes and overhanging letters."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in FOLDERS],
    )


def set_film(sheets: Sequence[Sheet], language: str, design: Design, *, cutting: bool = True) -> Pages:
    """Set all layers of all sheets. `cutting` off leaves text as long as it is, to try the measurements."""
    deck = {"language": language, "sheets": [msgspec.to_builtins(sheet) for sheet in sheets]}
    inputs = {**design.inputs(language), "deck": json.dumps(deck), "cutting": "on" if cutting else "off"}
    compiler = _compiler("film.typ", inputs)
    texts, painting = _texts(compiler), _painting(compiler)
    regions = _regions(compiler, texts, 1 + sum(sheet.layers for sheet in sheets))
    inputs["regions"] = json.dumps([msgspec.to_builtins(region) for region in regions])
    *inked, empty, full = _pictures(compiler, inputs)
    layers = iter([Page(page, region) for page, region in zip(inked, regions, strict=True)])
    return Pages(
        slides=tuple(tuple(next(layers) for _ in range(sheet.layers)) for sheet in sheets),
        ornament=next(layers),
        bar_empty=_picture(empty).convert("RGB"),
        bar_full=_picture(full).convert("RGB"),
        texts=texts,
        painting=painting,
    )


def set_thumbnail(
    fields: dict[str, Any], language: str, design: Design
) -> tuple[Image.Image, tuple[TextBox, ...], Painting]:
    inputs = {**design.inputs(language), "thumbnail": json.dumps({**fields, "language": language})}
    compiler = _compiler("thumbnail.typ", inputs)
    return _picture(_pictures(compiler, inputs)[0]), _texts(compiler), _painting(compiler)


def set_captions(states: Sequence[msgspec.Struct], language: str, design: Design) -> tuple[Layer, ...]:
    """The spoken words as they stand, one layer a state."""
    if not states:
        return ()
    inputs = {**design.inputs(language), "captions": json.dumps(msgspec.to_builtins(states))}
    room = design.canvas.caption
    region = Region(x=room.x, y=room.y, w=room.w, h=room.h)
    return tuple(Page(page, region).layer() for page in _pictures(_compiler("captions.typ", inputs), inputs))


def _compiler(template: str, inputs: dict[str, str]) -> typst.Compiler:
    return typst.Compiler(
        input=str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
    )


def _pictures(compiler: typst.Compiler, inputs: dict[str, str]) -> list[bytes]:
    made = compiler.compile(format="png", ppi=PIXELS_PER_INCH, sys_inputs=inputs)
    return [page for page in (made if isinstance(made, list) else [made]) if page]


def _regions(compiler: typst.Compiler, texts: Sequence[TextBox], count: int) -> list[Region]:
    """For each page the part of it that is drawn on, with some air around."""
    inks: list[list[Ink]] = [[] for _ in range(count)]
    for ink in (*msgspec.convert(_query(compiler, "ink"), tuple[Ink, ...]), *map(_ink, texts)):
        inks[ink.page - 1].append(ink)
    return [_around(page) for page in inks]


def _ink(text: TextBox) -> Ink:
    return Ink(page=text.page, x=text.x, y=text.y, w=max(text.w, text.room_w), h=text.h)


def _around(inks: Sequence[Ink]) -> Region:
    if not inks:
        return Region(x=0, y=0, w=8, h=8)
    left, top = (int(min(ink.x for ink in inks)) - AIR, int(min(ink.y for ink in inks)) - AIR)
    right, bottom = max(ink.x + ink.w for ink in inks), max(ink.y + ink.h for ink in inks)
    return Region(x=left, y=top, w=int(right) + AIR - left, h=int(bottom) + AIR - top)


def _query(compiler: typst.Compiler, label: str) -> Any:
    return json.loads(compiler.query(f"<{label}>", field="value"))


def _texts(compiler: typst.Compiler) -> tuple[TextBox, ...]:
    return msgspec.convert(_query(compiler, "text"), tuple[TextBox, ...])


def _painting(compiler: typst.Compiler) -> Painting:
    return msgspec.convert(_query(compiler, "painting")[0], Painting)


def _picture(page: bytes) -> Image.Image:
    return Image.fromarray(pixels_of(page), "RGBA")
