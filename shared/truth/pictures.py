"""What a slide claims by drawing: shares of a bar, lines of code, arrows between boxes."""

from __future__ import annotations

from collections.abc import Iterator

from shared.facts import Fact, FactBase
from shared.script import ArchitectureSlide, CodeSlide, GlanceSlide, LanguageShare, Slide

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
    lines = [line.rstrip() for line in slide.code.text.splitlines()]
    for fact in _cited(slide.code.facts, base):
        whole = [line.rstrip() for line in str(fact.value).splitlines()]
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
