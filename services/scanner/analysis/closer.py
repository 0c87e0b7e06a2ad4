"""A second look at the few files that tell most: names, excerpts, entry points, options."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from services.scanner.analysis.entries import entries_of, entry_facts, starting_definitions
from services.scanner.analysis.excerpts import excerpt_facts
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.modules import Imports
from services.scanner.analysis.options import option_facts, option_paths
from services.scanner.analysis.survey import Survey
from services.scanner.analysis.symbols import paths_of, seen_symbols, symbol_facts, telling_modules
from shared.facts import Fact

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
    yield from excerpt_facts(symbols, starts.values())
