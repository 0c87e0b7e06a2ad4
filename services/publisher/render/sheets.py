"""Turns the storyboard's slides into sheets: what the templates draw, in layers that can appear one by one.

Layer 0 of a sheet is its base. Then come the slide's boxes in order, then extras: parts that no reveal can
name (chips, language bar, lines of code) and that appear by themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from services.publisher.render import glyphs
from services.publisher.render.diagram import draw_diagram, layers_of
from services.publisher.render.fonts import MONO, SANS
from shared.script import (
    ArchitectureSlide,
    CodeSlide,
    GlanceSlide,
    ListSlide,
    OutroSlide,
    Script,
    Slide,
    Text,
    TitleSlide,
)

MOST_ITEMS = 6
MOST_STATS = 4
MOST_LINES = 18
LINES_A_CHUNK = 4
"""Code appears in runs of about this many lines."""

_ROWS_OF_PILLS = frozenset({"chips", "people", "credits"})
_MONO_FIELDS = frozenset({"path", "code", "call", "module"})


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    index: int
    boxes: int
    extras: int
    slide: dict[str, Any]
    """The slide as the templates read it: plain drawable strings in place of `Text`."""
    layers: int


def sheets_of(script: Script) -> tuple[Sheet, ...]:
    return tuple(_sheet(index, scene.slide) for index, scene in enumerate(script.scenes))


def _sheet(index: int, slide: Slide) -> Sheet:
    drawn = {**_plain(msgspec.to_builtins(slide)), **_special(slide)}
    for field in _ROWS_OF_PILLS & drawn.keys():
        drawn[field] = [words for words in drawn[field] if words]
    boxes, extras = _parts(slide, drawn)
    return Sheet(index=index, boxes=boxes, extras=extras, slide=drawn, layers=1 + boxes + extras)


def _parts(slide: Slide, drawn: dict[str, Any]) -> tuple[int, int]:
    """How many boxes and how many extras; the templates count the same."""
    match slide:
        case TitleSlide():
            return 0, len(drawn["chips"])
        case GlanceSlide():
            return len(drawn["stats"]), bool(drawn["languages"]) + bool(drawn["people"])
        case ArchitectureSlide():
            return len(layers_of(slide)), 0
        case CodeSlide():
            return 0, max(drawn["chunks"], default=-1) + 1
        case ListSlide():
            return len(drawn["items"]), 0
        case OutroSlide():
            return 0, bool(drawn["call"]) + bool(drawn["credits"])


def _special(slide: Slide) -> dict[str, Any]:
    match slide:
        case ArchitectureSlide():
            return dict(_plain(msgspec.to_builtins(draw_diagram(slide))))
        case CodeSlide():
            lines = _lines(slide)
            return {"lines": lines, "chunks": _chunks(lines)}
        case ListSlide():
            return {"items": _plain(msgspec.to_builtins(slide.items[:MOST_ITEMS]))}
        case GlanceSlide():
            return {"stats": _plain(msgspec.to_builtins(slide.stats[:MOST_STATS]))}
        case _:
            return {}


def _lines(slide: CodeSlide) -> list[str]:
    lines = [glyphs.drawable_code(line) for line in slide.code.text.rstrip().splitlines()[:MOST_LINES]]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return [line[margin:] for line in lines]


def _chunks(lines: list[str]) -> list[int]:
    """For each line the number of its run; a run ends at an empty line or when it is long."""
    chunk, size, numbers = 0, 0, []
    for line in lines:
        if size >= LINES_A_CHUNK or (size > 1 and not line):
            chunk, size = chunk + 1, 0
        numbers.append(chunk)
        size += 1
    return numbers


def _plain(value: Any, field: str = "") -> Any:
    """The slide with each `Text` replaced by the string that is drawn."""
    if isinstance(value, dict) and value.keys() == {"text", "facts"}:
        return glyphs.drawable(value["text"], _chain(field))
    if isinstance(value, dict):
        return {name: _plain(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, field) for inner in value]
    return value


def _chain(field: str) -> tuple[Path, ...]:
    return MONO if field in _MONO_FIELDS else SANS


def letters_left_out(script: Script) -> float:
    """The share of the storyboard's letters that the fonts cannot draw and that are therefore not shown."""
    words = [text.text for scene in script.scenes for text in _texts(scene.slide)]
    lost = sum(map(glyphs.letters_missing, words))
    return lost / max(1, sum(map(glyphs.letters, words)))


def _texts(value: Any) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    if isinstance(value, tuple):
        return [text for inner in value for text in _texts(inner)]
    if isinstance(value, msgspec.Struct):
        return [text for name in value.__struct_fields__ for text in _texts(getattr(value, name))]
    return []
