"""Resolves imports to modules of the same repository: who imports whom, and where it says so."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from services.scanner.analysis.imports.dialect import Dialect, Layout, Parts, RawImport
from services.scanner.analysis.imports.dialects import dialect_of
from services.scanner.analysis.survey import Unit

FRONT_DOOR = re.compile(r"^(?:packages/[^/]+/)?(?:src/|lib/)?(?:index\.[cm]?[jt]s|lib\.rs)$")


class ModuleKey(msgspec.Struct, frozen=True, order=True):
    """A module's name; families of languages share none."""

    family: str
    parts: Parts


class Module(msgspec.Struct):
    """One or more files that are imported under one name."""

    key: ModuleKey
    separator: str
    paths: list[str] = []
    lines: int = 0

    @property
    def name(self) -> str:
        return self.separator.join(self.key.parts)


class Sighting(msgspec.Struct, frozen=True, order=True):
    """Where one module imports another."""

    path: str
    line: int


class Imports(msgspec.Struct):
    """The modules of a repository and the imports between them."""

    modules: dict[ModuleKey, Module] = {}
    edges: dict[tuple[ModuleKey, ModuleKey], list[Sighting]] = {}
    symbols: Counter[tuple[ModuleKey, str]] = msgspec.field(default_factory=Counter)
    """How many statements take this name out of that module."""
    exported: set[tuple[ModuleKey, str]] = set()
    """The names that a package's front door takes out of its modules, to pass them on."""

    def fan_in(self) -> dict[ModuleKey, int]:
        """How many other modules import each."""
        counts = dict.fromkeys(self.modules, 0)
        for _source, target in self.edges:
            counts[target] += 1
        return counts


def resolve_imports(units: Iterable[Unit], layout: Layout) -> Imports:
    placed = [(unit, dialect) for unit in units if (dialect := dialect_of(unit.path))]
    found = Imports()
    for unit, dialect in placed:
        _add_module(found, unit, dialect, layout)
    edges: defaultdict[tuple[ModuleKey, ModuleKey], list[Sighting]] = defaultdict(list)
    for unit, dialect in placed:
        source = ModuleKey(dialect.family, dialect.locate(unit.path, layout))
        is_front_door = _is_front_door(unit.path, layout)
        for target, raw, symbol in _targets(unit, dialect, source, found, layout):
            if symbol:
                found.symbols[target, symbol] += 1
                if is_front_door:
                    found.exported.add((target, symbol))
            if target != source:
                edges[source, target].append(Sighting(unit.path, raw.line))
    found.edges = {edge: sorted(set(sightings)) for edge, sightings in sorted(edges.items())}
    return found


def _is_front_door(path: str, layout: Layout) -> bool:
    """Whether users of the package import this file."""
    folder, _slash, name = path.rpartition("/")
    if name == "__init__.py":
        return folder.rpartition("/")[0] not in layout.python_packages
    return FRONT_DOOR.match(path) is not None


def _add_module(found: Imports, unit: Unit, dialect: Dialect, layout: Layout) -> None:
    key = ModuleKey(dialect.family, dialect.locate(unit.path, layout))
    module = found.modules.setdefault(key, Module(key, dialect.separator))
    module.paths.append(unit.path)
    module.lines += unit.lines


def _targets(
    unit: Unit, dialect: Dialect, source: ModuleKey, found: Imports, layout: Layout
) -> Iterator[tuple[ModuleKey, RawImport, str]]:
    """Each module that an import of this file means, with the name taken out of it, if one is."""
    for raw in unit.imports:
        resolved = dialect.resolve(unit.path, source.parts, raw, layout)
        for number, candidates in enumerate(resolved):
            target = _first(candidates, dialect.family, found)
            if target is not None:
                name = raw.names[number] if number < len(raw.names) else ""
                yield target, raw, "" if target.parts[-1:] == (name,) else name


def _first(candidates: Iterable[Parts], family: str, found: Imports) -> ModuleKey | None:
    keys = (ModuleKey(family, parts) for parts in candidates if parts)
    return next((key for key in keys if key in found.modules), None)
