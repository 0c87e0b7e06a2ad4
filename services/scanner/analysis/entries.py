"""Where the programs of a repository begin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from services.scanner.analysis.definitions import Definition, definitions_in
from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.modules import Imports, ModuleKey
from services.scanner.analysis.survey import Survey
from shared.facts import Fact

MAX_ENTRIES = 6
TARGET = re.compile(r"^([A-Za-z_][\w.]*):([A-Za-z_]\w*)")
CUSTOMARY = re.compile(
    r"""(?x) (?:^|/) (?: __main__\.py | main\.(?:go|rs|c|cc|cpp|py|swift|kt|java|dart|zig) | Main\.java
      | Program\.cs | manage\.py | src/bin/[\w-]+\.rs )$
      | ^(?:src/)?(?:server|app|index|main|cli)\.(?:[cm]?js|ts)$ | ^bin/[\w.-]+$"""
)
"""File names by which compilers, interpreters and people know where a program begins."""
STARTING = ("main", "run", "cli", "app", "start", "serve")


class Entry(msgspec.Struct, frozen=True):
    path: str
    symbol: str
    command: str


def entries_of(seen: Survey, manifests: tuple[Manifest, ...], imports: Imports) -> list[Entry]:
    """The files that commands start, then those that are customary."""
    known = {each.path for each in seen.files if each.is_code and not each.is_test}
    found = [entry for each in _declared(manifests, imports) if (entry := each).path in known]
    shallow = sorted(filter(CUSTOMARY.search, known), key=lambda path: (path.count("/"), path))
    taken = {each.path for each in found}
    found += [Entry(path, "", "") for path in shallow if path not in taken]
    return found[:MAX_ENTRIES]


def _declared(manifests: tuple[Manifest, ...], imports: Imports) -> Iterator[Entry]:
    for manifest in manifests:
        for command in manifest.commands:
            target = TARGET.match(command.target)
            if target is None:
                path = "/".join(filter(None, (manifest.folder, command.target.removeprefix("./"))))
                yield Entry(path, "", command.name)
                continue
            module = imports.modules.get(ModuleKey("python", tuple(target.group(1).split("."))))
            if module is not None:
                yield Entry(module.paths[0], target.group(2), command.name)


def starting_definitions(entries: list[Entry], contents: Mapping[str, bytes]) -> dict[str, Definition]:
    """The function each entry's file begins with, as far as one can be told, by path."""
    found: dict[str, Definition] = {}
    for entry in entries:
        named = {each.symbol: each for each in definitions_in(entry.path, contents.get(entry.path, b""))}
        symbol = next((name for name in (entry.symbol, *STARTING) if name in named), None)
        if symbol is not None:
            found.setdefault(entry.path, named[symbol])
    return found


def entry_facts(entries: list[Entry], starts: Mapping[str, Definition]) -> Iterator[Fact]:
    for number, entry in enumerate(entries, start=1):
        start = starts.get(entry.path)
        seen = in_file(entry.path, start.first_line, start.last_line) if start else in_file(entry.path)
        yield from fact(
            f"entry.{number}",
            "entry",
            entry.path,
            seen,
            command=entry.command,
            symbol=start.symbol if start else None,
            line=start.first_line if start else None,
        )
