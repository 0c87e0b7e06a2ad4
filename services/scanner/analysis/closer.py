"""A second look at the few files that tell most: names, excerpts, entry points, options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator

from services.scanner.analysis.entries import entries_of, entry_facts, starting_definitions
from services.scanner.analysis.excerpts import excerpt_facts
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.modules import Imports
from services.scanner.analysis.options import option_facts, option_paths
from services.scanner.analysis.survey import Survey
from services.scanner.analysis.symbols import paths_of, seen_symbols, symbol_facts, telling_modules
from shared.facts import Fact

LEAST_SHARE = 0.1
"""Of the lines, for a language whose code is shown."""
Read = Callable[[Collection[str]], dict[str, bytes]]


def looked_closer(
    seen: Survey, imports: Imports, manifests: tuple[Manifest, ...], read: Read
) -> Iterator[Fact]:
    modules = telling_modules(imports)
    entries = entries_of(seen, manifests, imports)
    parsers = option_paths(seen, manifests)
    contents = read({*paths_of(modules), *(entry.path for entry in entries), *parsers})
    symbols = seen_symbols(modules, imports, contents)
    starts = starting_definitions(entries, contents)
    yield from symbol_facts(symbols)
    yield from entry_facts(entries, starts)
    yield from option_facts(parsers, contents)
    aside = _in_side_languages(seen)
    shown = [each for each in symbols if each.definition.path not in aside]
    yield from excerpt_facts(shown, (each for each in starts.values() if each.path not in aside))


def _in_side_languages(seen: Survey) -> set[str]:
    """Files in languages that hardly anything else is written in."""
    lines: Counter[str] = Counter()
    for unit in seen.units:
        lines[unit.language] += unit.lines
    rare = {language for language, number in lines.items() if number < LEAST_SHARE * lines.total()}
    return {unit.path for unit in seen.units if unit.language in rare}
