"""Turns the storyboard's slides into sheets: what the templates draw, in layers that can appear one by one.

Layer 0 of a sheet is its base. Then come the slide's boxes in order, then extras: parts that no reveal can
name (chips, badges, lines of code) and that appear by themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from services.publisher.render import glyphs
from services.publisher.render.bars import chart
from services.publisher.render.canvas import Canvas
from services.publisher.render.diagram import MOST_NODES, draw_diagram, layers_of
from services.publisher.render.fonts import MONO, SANS
from services.publisher.render.treemap import areas
from shared.lines import lines_of
from shared.script import (
    ArchitectureSlide,
    CodeSlide,
    FlowSlide,
    GlanceSlide,
    ListSlide,
    NewsSlide,
    OutroSlide,
    Script,
    Slide,
    Text,
    TimelineSlide,
    TitleSlide,
    TreemapSlide,
    VerdictSlide,
)

MOST_ITEMS = 6
MOST_STATS = 4
MOST_LINES = 18
MAP_SHARE, NARROW_MAP_SHARE = 0.62, 0.5
"""Of a map's room; beside or below it stand the names."""
LINES_A_CHUNK = 4
"""Code appears in runs of about this many lines."""

_ROWS_OF_PILLS = frozenset({"chips", "badges", "people", "credits"})
_MONO_FIELDS = frozenset({"path", "code", "call", "module"})


_BOXES: dict[type, tuple[str, ...]] = {
    TitleSlide: (),
    GlanceSlide: ("stats",),
    ArchitectureSlide: ("pointed",),
    CodeSlide: ("groups",),
    ListSlide: ("items",),
    NewsSlide: ("items",),
    FlowSlide: ("steps",),
    TreemapSlide: ("tiles",),
    TimelineSlide: ("pins",),
    VerdictSlide: ("assets", "burdens"),
    OutroSlide: (),
}
"""The fields whose members are boxes, in their order; a diagram's layers come before those."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    index: int
    boxes: int
    extras: int
    slide: dict[str, Any]
    """The slide as the templates read it: plain drawable strings in place of `Text`."""
    layers: int
    extras_first: bool = False
    """The boxes point into the extras, which must be there before them."""


def sheets_of(script: Script, canvas: Canvas) -> tuple[Sheet, ...]:
    return tuple(_sheet(index, scene.slide, canvas) for index, scene in enumerate(script.scenes))


def _sheet(index: int, slide: Slide, canvas: Canvas) -> Sheet:
    drawn = {**_plain(msgspec.to_builtins(slide)), **_special(slide, canvas)}
    for field in _ROWS_OF_PILLS & drawn.keys():
        drawn[field] = [words for words in drawn[field] if words]
    boxes, extras = _parts(slide, drawn)
    return Sheet(
        index=index,
        boxes=boxes,
        extras=extras,
        slide=drawn,
        layers=1 + boxes + extras,
        extras_first=isinstance(slide, CodeSlide),
    )


def _parts(slide: Slide, drawn: dict[str, Any]) -> tuple[int, int]:
    """How many boxes and how many extras; the templates count the same."""
    boxes = drawn.get("deep", 0) + sum(len(drawn[field]) for field in _BOXES[type(slide)])
    match slide:
        case TitleSlide():
            return boxes, len(drawn["chips"])
        case GlanceSlide():
            return boxes + bool(drawn["languages"]), int(bool(drawn["badges"] or drawn["people"]))
        case CodeSlide():
            return boxes, max(drawn["chunks"], default=-1) + 1
        case OutroSlide():
            return boxes, bool(drawn["call"]) + bool(drawn["credits"])
        case _:
            return boxes, 0


def _special(slide: Slide, canvas: Canvas) -> dict[str, Any]:  # noqa: PLR0911 - one a kind of slide
    match slide:
        case ArchitectureSlide():
            return {
                **_plain(msgspec.to_builtins(draw_diagram(slide, canvas.body))),
                "deep": len(layers_of(slide)),
                "pointed": _pointed(slide),
            }
        case CodeSlide():
            lines = _lines(slide)
            return {"lines": lines, "chunks": _chunks(lines), "groups": _groups(slide, len(lines))}
        case TreemapSlide():
            return _map(slide, canvas)
        case TimelineSlide():
            return dict(_plain(msgspec.to_builtins(chart(slide, canvas))))
        case ListSlide():
            return {"items": _plain(msgspec.to_builtins(slide.items[:MOST_ITEMS]))}
        case GlanceSlide():
            return {"stats": _plain(msgspec.to_builtins(slide.stats[:MOST_STATS]))}
        case _:
            return {}


def _map(slide: TreemapSlide, canvas: Canvas) -> dict[str, Any]:
    """The tiles with their places, and the size of the whole map."""
    body, wide = canvas.body, canvas.width > canvas.height
    width, height = (body.w * MAP_SHARE, body.h) if wide else (body.w, body.h * NARROW_MAP_SHARE)
    places = areas([tile.lines for tile in slide.tiles], width, height)
    tiles = [
        {**_plain(msgspec.to_builtins(tile)), **msgspec.to_builtins(place)}
        for tile, place in zip(slide.tiles, places, strict=True)
    ]
    return {"tiles": tiles, "map_w": width, "map_h": height}


def _pointed(slide: ArchitectureSlide) -> list[int]:
    numbers = {node.id: number for number, node in enumerate(slide.nodes[:MOST_NODES])}
    return [numbers[name] for name in slide.pointed if name in numbers]


def _groups(slide: CodeSlide, count: int) -> list[tuple[int, int]]:
    """Groups of lines that are really shown, as first and last line of the file."""
    last = slide.first_line + count - 1
    return [
        (max(slide.first_line, group.first), min(last, group.last))
        for group in slide.groups
        if group.first <= last and group.last >= slide.first_line
    ]


def _lines(slide: CodeSlide) -> list[str]:
    lines = [glyphs.drawable_code(line) for line in lines_of(slide.code.text.rstrip())[:MOST_LINES]]
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
