"""What a slide claims by drawing: shares of a bar, lines of code, arrows between boxes."""

from __future__ import annotations

from collections.abc import Iterator

from shared.facts import Fact, FactBase
from shared.lines import lines_of
from shared.script import (
    ArchitectureSlide,
    CodeSlide,
    GlanceSlide,
    LanguageShare,
    Pin,
    Slide,
    Tile,
    TimelineSlide,
    TreemapSlide,
)

SHARE_TOLERANCE = 0.005
"""Half a per cent of the bar: less than the eye sees."""


def drawn_wrong(slide: Slide, base: FactBase) -> Iterator[tuple[str, str]]:
    """What is drawn and not so, each with the reason."""
    if isinstance(slide, GlanceSlide):
        yield from (wrong for share in slide.languages for wrong in _share(share, base))
    elif isinstance(slide, CodeSlide):
        yield from _code(slide, base)
    elif isinstance(slide, ArchitectureSlide):
        yield from _arrows(slide, base)
    elif isinstance(slide, TreemapSlide):
        yield from (wrong for tile in slide.tiles for wrong in _tile(tile, base))
    elif isinstance(slide, TimelineSlide):
        yield from _bars(slide, base)
        yield from (wrong for pin in slide.pins for wrong in _pin(pin, base))


def _cited(ids: tuple[str, ...], base: FactBase) -> list[Fact]:
    return [fact for fact in map(base.find, ids) if fact is not None]


def _share(share: LanguageShare, base: FactBase) -> Iterator[tuple[str, str]]:
    shares = [fact.attributes.get("share") for fact in _cited(share.name.facts, base)]
    near = any(
        isinstance(seen, float | int) and abs(seen - share.share) <= SHARE_TOLERANCE for seen in shares
    )
    if not near:
        yield f"{share.name.text} {share.share:.1%}", "the bar's share is not the measured one"


def _code(slide: CodeSlide, base: FactBase) -> Iterator[tuple[str, str]]:
    lines = [line.rstrip() for line in lines_of(slide.code.text)]
    for fact in _cited(slide.code.facts, base):
        whole = [line.rstrip() for line in lines_of(str(fact.value))]
        first = first_line(fact)
        for start in range(len(whole) - len(lines) + 1):
            if whole[start : start + len(lines)] == lines and slide.first_line == first + start:
                return
    yield slide.code.text.split("\n", 1)[0], "the code does not stand like this in the excerpt it cites"


def first_line(fact: Fact) -> int:
    """The line of its file where an excerpt begins."""
    given = fact.attributes.get("first_line")
    seen = next((evidence.lines[0] for evidence in fact.evidence if evidence.lines), 1)
    return given if isinstance(given, int) else seen


def _tile(tile: Tile, base: FactBase) -> Iterator[tuple[str, str]]:
    measured = [fact.attributes.get("lines") for fact in _cited(tile.heading.facts, base)]
    if tile.lines not in measured:
        yield f"{tile.heading.text}, {tile.lines} lines", "the area is not the measured one"


def _bars(slide: TimelineSlide, base: FactBase) -> Iterator[tuple[str, str]]:
    drawn = {
        month_after(slide.first_month, number): count for number, count in enumerate(slide.counts) if count
    }
    if drawn not in [commits_by_month(fact) for fact in _cited(slide.facts, base)]:
        yield slide.first_month, "the bars are not the commits that were counted"


def _pin(pin: Pin, base: FactBase) -> Iterator[tuple[str, str]]:
    dates = [str(fact.attributes.get("date", ""))[:7] for fact in _cited(pin.label.facts, base)]
    if pin.month not in dates:
        yield f"{pin.label.text}, {pin.month}", "no cited fact has this date"


def commits_by_month(fact: Fact) -> dict[str, int]:
    """`2018-06: 25` for each month of `commits.by_month`."""
    rows = fact.value if isinstance(fact.value, tuple) else ()
    parted = [str(row).partition(": ") for row in rows]
    return {month: int(count) for month, _, count in parted if count.isdigit()}


def month_after(first: str, months: int) -> str:
    """`2019-02` for `2018-12` and 2."""
    year, month = map(int, first.split("-"))
    total = year * 12 + month - 1 + months
    return f"{total // 12:04}-{total % 12 + 1:02}"


def _arrows(slide: ArchitectureSlide, base: FactBase) -> Iterator[tuple[str, str]]:
    for edge in slide.edges:
        ends = [
            (fact.attributes.get("source"), fact.attributes.get("target"))
            for fact in _cited(edge.facts, base)
        ]
        if not any(_inside(source, edge.source) and _inside(target, edge.target) for source, target in ends):
            yield f"{edge.source} -> {edge.target}", "no cited import joins these two boxes"


def _inside(module: object, box: str) -> bool:
    """A box stands for its module and all below it."""
    return isinstance(module, str) and (
        module == box or module.startswith((f"{box}.", f"{box}/", f"{box}::"))
    )
