"""The repository's public names: what its modules define, and how much of the rest uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from services.scanner.analysis.definitions import Definition, definitions_in
from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.modules import Imports, Module, ModuleKey
from shared.facts import Fact

MAX_MODULES = 30
MAX_FILES_A_MODULE = 4
MAX_SYMBOLS = 24


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A definition, and what the repository makes of it."""

    definition: Definition
    module: str
    imports: int
    """Statements that import it, or the class it belongs to."""
    exported: bool
    """Whether the package's front door passes it on."""
    order: int
    is_private: bool = False
    """Whether it stands in a module that is not meant for users."""

    @property
    def is_public(self) -> bool:
        return self.definition.public and (self.exported or not self.is_private)


def telling_modules(imports: Imports) -> list[Module]:
    """The modules whose names are used most; those that nobody imports come last, large ones first."""
    fan_in = imports.fan_in()
    used = dict.fromkeys(imports.modules, 0)
    for (key, _symbol), count in imports.symbols.items():
        used[key] += count
    ranked = sorted(
        imports.modules, key=lambda key: (-used[key], -fan_in[key], -imports.modules[key].lines, key)
    )
    return [imports.modules[key] for key in ranked[:MAX_MODULES]]


def paths_of(modules: list[Module]) -> set[str]:
    return {path for module in modules for path in module.paths[:MAX_FILES_A_MODULE]}


def seen_symbols(modules: list[Module], imports: Imports, contents: Mapping[str, bytes]) -> list[Seen]:
    found: list[Seen] = []
    for module in modules:
        for path in module.paths[:MAX_FILES_A_MODULE]:
            for definition in definitions_in(path, contents.get(path, b"")):
                found.append(_seen(definition, module, imports, len(found)))
    return found


def _seen(definition: Definition, module: Module, imports: Imports, order: int) -> Seen:
    name = module.key, definition.owner if definition.is_method else definition.symbol
    return Seen(
        definition=definition,
        module=module.name,
        imports=imports.symbols[name],
        exported=name in imports.exported,
        order=order,
        is_private=_is_private(module.key),
    )


def symbol_facts(seen: list[Seen]) -> Iterator[Fact]:
    """What users of the code can name: exported names first, then those most imported."""
    named = [each for each in seen if each.is_public and not each.definition.is_method and _is_named(each)]
    used = [each for each in named if each.exported or each.imports]
    ranked = sorted(used or named, key=lambda each: (not each.exported, -each.imports, each.order))
    unique = {each.definition.name: each for each in reversed(ranked)}
    kept = [each for each in ranked if unique[each.definition.name] is each]
    for number, each in enumerate(kept[:MAX_SYMBOLS], start=1):
        definition = each.definition
        yield from fact(
            f"symbol.{number}",
            "symbol",
            definition.name,
            in_file(definition.path, definition.first_line, definition.last_line),
            kind=definition.kind,
            module=each.module,
            path=definition.path,
            line=definition.first_line,
            documented=definition.documented,
            imports=each.imports,
            exported=each.exported or None,
        )


def _is_named(each: Seen) -> bool:
    return each.definition.kind not in ("impl", "value", "module")


def _is_private(key: ModuleKey) -> bool:
    return any(part.startswith("_") for part in key.parts)
