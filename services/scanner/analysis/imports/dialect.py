"""What the scanner must know of a family of languages to read its imports. The table is `dialects.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import msgspec
from tree_sitter import Node

Captures = Mapping[str, list[Node]]
Parts = tuple[str, ...]
"""A module's name, from the outermost package inward."""


class RawImport(msgspec.Struct, frozen=True):
    """What one statement asks for, as written."""

    target: str
    names: tuple[str, ...]
    """Names taken out of the target, where the language says so."""
    line: int


class Package(msgspec.Struct, frozen=True):
    """A folder that a manifest declares to be a package."""

    ecosystem: str
    name: str
    folder: str


@dataclass(frozen=True)
class Layout:
    """What naming and resolving need to know about the repository as a whole."""

    packages: tuple[Package, ...] = ()
    """Deepest folder first."""
    python_packages: frozenset[str] = frozenset()
    """Folders that hold an `__init__.py`."""
    roots: tuple[tuple[str, str], ...] = ()
    """Namespaces and the folders that hold them, the deepest folder first."""

    def package_of(self, path: str, ecosystem: str) -> Package | None:
        """The declared package a file lies in."""
        candidates = (package for package in self.packages if package.ecosystem == ecosystem)
        return next((found for found in candidates if path.startswith(below(found.folder))), None)


@dataclass(frozen=True)
class Dialect:
    """How one family of languages imports."""

    family: str
    grammars: Mapping[str, str]
    """tree-sitter grammar, by suffix."""
    query: str
    mention: re.Pattern[bytes]
    """Where an import may begin: what follows the last match in a file is not parsed."""
    read: Callable[[Captures], Iterator[RawImport]]
    locate: Callable[[str, Layout], Parts]
    """The module a file belongs to."""
    resolve: Callable[[str, Parts, RawImport, Layout], Iterator[tuple[Parts, ...]]]
    """Of a file, its module and an import: for each thing imported, where it may be, likeliest first."""
    separator: str
    definitions: frozenset[str]
    """Node types that define something worth showing at the top of a file."""
    containers: frozenset[str] = frozenset()
    """Node types that only hold definitions, such as a namespace."""


def below(folder: str) -> str:
    return f"{folder}/" if folder else ""


def stem(path: str) -> Parts:
    """A path's parts without the file's suffix."""
    *folders, name = path.split("/")
    return (*folders, name[: name.rfind(".")] if "." in name[1:] else name)


def shorter(parts: Parts, at_least: int = 1) -> tuple[Parts, ...]:
    """A name and its outer names, longest first."""
    return tuple(parts[:length] for length in range(len(parts), at_least - 1, -1))


def text_of(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def line_of(node: Node) -> int:
    """Counted from 1."""
    return node.start_point.row + 1


def quoted(captures: Captures, name: str = "source") -> Iterator[RawImport]:
    """Imports whose target is a string."""
    for node in captures.get(name, []):
        yield RawImport(text_of(node).strip("\"'`<>"), (), line_of(node))
