"""Rust: `use crate::a::b`, `use super::c`, `use other_crate::d`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.scanner.analysis.imports.dialect import (
    Captures,
    Dialect,
    Layout,
    Parts,
    RawImport,
    below,
    line_of,
    shorter,
    stem,
    text_of,
)

ROOT_FILES = ("lib", "main", "mod")
MAX_NAMES = 100
MAX_BRACES = 10


def _read(captures: Captures) -> Iterator[RawImport]:
    for node in captures.get("use", []):
        for path in _expanded("".join(text_of(node).split(" as ")[0].split()))[:MAX_NAMES]:
            yield RawImport(path, (), line_of(node))


def _expanded(text: str, depth: int = 0) -> list[str]:
    """`a::{b,c::{d}}` as `a::b` and `a::c::d`."""
    opening = text.find("{")
    if opening < 0:
        return [text]
    if depth > MAX_BRACES:
        return []
    head, inner = text[:opening], text[opening + 1 : text.rfind("}")]
    return [path for part in _split(inner) for path in _expanded(head + part, depth + 1)]


def _split(inner: str) -> Iterator[str]:
    """At the commas that stand in no inner braces."""
    depth = start = 0
    for position, character in enumerate(inner):
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            yield inner[start:position]
            start = position + 1
    if inner[start:]:
        yield inner[start:]


def _crate(path: str, layout: Layout) -> tuple[str, str]:
    """The crate's name as code writes it, and its folder."""
    package = layout.package_of(path, "cargo")
    return (package.name.replace("-", "_"), package.folder) if package else ("crate", "")


def _locate(path: str, layout: Layout) -> Parts:
    name, folder = _crate(path, layout)
    inner = stem(path[len(below(folder)) :])
    inner = inner[1:] if inner[0] == "src" and len(inner) > 1 else inner
    return (name, *(inner[:-1] if inner[-1] in ROOT_FILES else inner))


def _resolve(path: str, module: Parts, raw: RawImport, layout: Layout) -> Iterator[tuple[Parts, ...]]:
    first, *rest = [part for part in raw.target.split("::") if part and part != "*"] or ["crate"]
    name, _folder = _crate(path, layout)
    crates = {package.name.replace("-", "_") for package in layout.packages if package.ecosystem == "cargo"}
    if first == "crate":
        yield shorter((name, *rest))
    elif first == "self":
        yield shorter((*module, *rest), len(module) + 1)
    elif first == "super":
        ups = 1 + sum(1 for part in rest if part == "super")
        base = module[: max(len(module) - ups, 1)]
        yield shorter((*base, *rest[ups - 1 :]), len(base))
    elif first in crates:
        yield shorter((first, *rest))
    else:
        yield shorter((*module, first, *rest), len(module) + 1)


RUST = Dialect(
    family="rust",
    grammars={".rs": "rust"},
    query="(use_declaration argument: (_) @use)",
    mention=re.compile(rb"\buse\s"),
    read=_read,
    locate=_locate,
    resolve=_resolve,
    separator="::",
    definitions=frozenset({"function_item", "struct_item", "enum_item", "trait_item", "impl_item"}),
)
