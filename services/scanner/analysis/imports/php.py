"""PHP: composer says which folder holds a namespace, `use` names a class in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.scanner.analysis.imports.dialect import (
    Captures,
    Dialect,
    Layout,
    Parts,
    RawImport,
    line_of,
    shorter,
    text_of,
)

SOURCE_ROOT = re.compile(r"^(?:src|lib|app)/")
ALIAS = re.compile(r"(?i)\s+as\s+\w+$")
MAX_NAMES = 100


def _read(captures: Captures) -> Iterator[RawImport]:
    for node in captures.get("use", []):
        text = re.sub(r"(?i)^use\s+(?:function\s+|const\s+)?|;$", "", " ".join(text_of(node).split()))
        head, brace, inner = text.partition("{")
        named = (
            [head.strip() + part.strip() for part in inner.rstrip("} ").split(",")]
            if brace
            else text.split(",")
        )
        for name in named[:MAX_NAMES]:
            target = ALIAS.sub("", name.strip()).strip("\\")
            if target:
                yield RawImport(target, (), line_of(node))


def _locate(path: str, layout: Layout) -> Parts:
    """The namespace of the file's folder."""
    folder = path.rpartition("/")[0]
    for namespace, root in layout.roots:
        if f"{folder}/".startswith(f"{root}/" if root else ""):
            inner = folder[len(root) :].strip("/")
            return (*namespace.split("\\"), *(part for part in inner.split("/") if part))
    inner = SOURCE_ROOT.sub("", f"{folder}/").strip("/")
    return tuple(inner.split("/")) if inner else ("main",)


def _resolve(_path: str, _module: Parts, raw: RawImport, _layout: Layout) -> Iterator[tuple[Parts, ...]]:
    yield shorter(tuple(raw.target.split("\\")), 1)


PHP = Dialect(
    family="php",
    grammars={".php": "php"},
    query="(namespace_use_declaration) @use",
    mention=re.compile(rb"^[ \t]*use\s", re.MULTILINE | re.IGNORECASE),
    read=_read,
    locate=_locate,
    resolve=_resolve,
    separator="\\",
    definitions=frozenset(
        {"class_declaration", "interface_declaration", "trait_declaration", "function_definition"}
        | {"enum_declaration"}
    ),
    containers=frozenset({"namespace_definition"}),
)
