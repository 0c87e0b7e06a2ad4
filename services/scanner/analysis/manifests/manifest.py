"""What the manifests of all ecosystems say alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, TypeGuard

import msgspec

from shared.lines import lines_of

Scope = Literal["runtime", "optional", "build", "test", "dev"]
"""What a dependency is for, in the order of interest: running it, extras, building, testing, developing."""


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    requirement: str = ""
    scope: Scope = "runtime"
    line: int = 1


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A program that installing the package brings."""

    name: str
    target: str
    line: int = 1


class Field(msgspec.Struct, frozen=True):
    """One value, with the line it stands in."""

    value: str
    line: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    ecosystem: str
    name: Field | None = None
    version: Field | None = None
    description: Field | None = None
    homepage: Field | None = None
    license: Field | None = None
    repository: Field | None = None
    """Address of the source."""
    dependencies: tuple[Dependency, ...] = ()
    commands: tuple[Command, ...] = ()
    roots: tuple[tuple[str, str], ...] = ()
    """Namespaces and the folders that hold them, where the manifest says so."""

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def says_something(self) -> bool:
        known = self.name or self.version or self.description or self.dependencies or self.commands
        return bool(known)


def scoped(manifest: Manifest, scope: Scope) -> Manifest:
    """The manifest with what it calls needed to run given another scope."""
    given = tuple(
        msgspec.structs.replace(each, scope=scope) if each.scope == "runtime" else each
        for each in manifest.dependencies
    )
    return msgspec.structs.replace(manifest, dependencies=given)


class Lines:
    """Finds the line of a value that a parser took out of a text."""

    def __init__(self, text: str) -> None:
        self._lines = lines_of(text)

    def of(self, *needles: str) -> int:
        """The first line that holds all of these as whole words; the first line when none does."""
        patterns = [re.compile(rf"(?<![\w-]){re.escape(needle)}(?![\w-])") for needle in needles if needle]
        lines = enumerate(self._lines, start=1)
        return next((number for number, line in lines if all(each.search(line) for each in patterns)), 1)

    def field(self, key: str, value: object) -> Field | None:
        """The value, if it is a text, as seen beside its key or by itself."""
        if not isinstance(value, str) or not value.strip():
            return None
        first = lines_of(value.strip())[0]
        beside = self.of(key, first)
        return Field(" ".join(value.split()), beside if beside > 1 else self.of(first))


def table(value: object, *keys: str) -> Mapping[str, object]:
    """The table below these keys; empty when a foreign file has something else there."""
    for key in keys:
        value = value.get(key) if is_table(value) else None
    return value if is_table(value) else {}


def is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def without_doubles(dependencies: Iterable[Dependency]) -> tuple[Dependency, ...]:
    kept: dict[str, Dependency] = {}
    for dependency in dependencies:
        kept.setdefault(dependency.name.lower(), dependency)
    return tuple(kept.values())
