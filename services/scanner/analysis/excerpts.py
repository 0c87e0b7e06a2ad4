"""Chooses code worth a look, by rules that can be measured. The README's own example is a fact of its own.

1. The symbols that most statements of the repository import; what its front door exports before what it does
   not, the documented before the undocumented. Of a class too long for a slide, its best method.
2. The function that a command starts.

What is shown is public, does something, is 5 to 18 lines long and nothing to raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.scanner.analysis.definitions import Definition
from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.symbols import Seen
from shared.facts import Fact
from shared.lines import lines_of

MAX_LINES = 18
FEWEST_LINES = 5
MAX_COLUMNS = 90
BEST_LINES = range(7, 16)
MAX_SYMBOLS = 2


def excerpt_facts(seen: Iterable[Seen], starts: Iterable[Definition]) -> Iterator[Fact]:
    begin = next(filter(_fits, starts), None)
    place = (begin.path, begin.first_line) if begin else None
    others = [each for each in seen if (each.definition.path, each.definition.first_line) != place]
    chosen = [(each, "symbol") for each in _chosen(others)]
    chosen += [(begin, "entry")] if begin else []
    for number, (each, role) in enumerate(chosen, start=1):
        yield from fact(
            f"excerpt.{number}",
            "excerpt",
            each.code,
            in_file(each.path, each.first_line, each.last_line),
            path=each.path,
            first_line=each.first_line,
            language=each.language,
            symbol=each.name,
            role=role,
        )


def _chosen(seen: list[Seen]) -> list[Definition]:
    """At most one of each module."""
    fitting = [each for each in seen if _fits(each.definition) and each.is_public]
    ranked = sorted(fitting, key=_rank)
    found: dict[str, Definition] = {}
    for each in ranked:
        found.setdefault(each.module, each.definition)
    return list(found.values())[:MAX_SYMBOLS]


def _rank(each: Seen) -> tuple[bool, bool, int, bool, int]:
    definition = each.definition
    return (
        not (each.imports or each.exported),
        not definition.documented,
        -each.imports - 2 * each.exported,
        definition.lines not in BEST_LINES,
        each.order,
    )


def _fits(each: Definition) -> bool:
    lines = lines_of(each.code)
    is_short = FEWEST_LINES <= len(lines) <= MAX_LINES and all(len(line) <= MAX_COLUMNS for line in lines)
    return each.works and is_short and not each.is_fault
