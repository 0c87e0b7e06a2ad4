"""C#: a namespace follows the project's name and its folders, `using` names what is in it."""

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
    text_of,
)

SOURCE_ROOT = re.compile(r"^(?:src|source|lib)/")
ALIAS = re.compile(r"^[\w.]+\s*=\s*")
NOISE = re.compile(r"^(?:global\s+)?using\s+(?:static\s+|unsafe\s+)*|[\s;]")


def _read(captures: Captures) -> Iterator[RawImport]:
    for node in captures.get("using", []):
        target = NOISE.sub("", ALIAS.sub("", NOISE.sub("", text_of(node), count=1)))
        if target and "<" not in target:
            yield RawImport(target, (), line_of(node))


def _locate(path: str, layout: Layout) -> Parts:
    package = layout.package_of(path, "nuget")
    folder = path.rpartition("/")[0]
    if package is None:
        inner = SOURCE_ROOT.sub("", folder)
        return tuple(inner.split("/")) if inner else ("main",)
    rest = folder[len(below(package.folder)) :] if folder != package.folder else ""
    return (*package.name.split("."), *(part for part in rest.split("/") if part))


def _resolve(_path: str, _module: Parts, raw: RawImport, _layout: Layout) -> Iterator[tuple[Parts, ...]]:
    # Two names at least: the outermost namespace is that of everything.
    yield shorter(tuple(raw.target.split(".")), 2)


CSHARP = Dialect(
    family="csharp",
    grammars={".cs": "csharp"},
    query="(using_directive) @using",
    mention=re.compile(rb"^[ \t]*(?:global[ \t]+)?using\b", re.MULTILINE),
    read=_read,
    locate=_locate,
    resolve=_resolve,
    separator=".",
    definitions=frozenset(
        {"class_declaration", "interface_declaration", "record_declaration", "struct_declaration"}
        | {"enum_declaration"}
    ),
    containers=frozenset({"namespace_declaration", "file_scoped_namespace_declaration"}),
)
