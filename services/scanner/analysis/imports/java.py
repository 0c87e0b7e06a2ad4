"""Java, Kotlin and Scala: a package is a folder below the source root, `import` names what is in it."""

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

SOURCE_ROOT = re.compile(
    r"^(?:.*/)?src/(?:main|commonMain|jvmMain)/(?:java|kotlin|scala)/|^(?:.*/)?src/|^java/"
)
NOISE = re.compile(r"^import\s+(?:static\s+)?|\s+as\s+\w+|[\s;*`]")


def _read(captures: Captures) -> Iterator[RawImport]:
    for node in captures.get("import", []):
        target = NOISE.sub("", text_of(node)).strip(".")
        if target:
            yield RawImport(target, (), line_of(node))


def _locate(path: str, _layout: Layout) -> Parts:
    folder = SOURCE_ROOT.sub("", path).rpartition("/")[0]
    return tuple(folder.split("/")) if folder else ("main",)


def _resolve(_path: str, _module: Parts, raw: RawImport, _layout: Layout) -> Iterator[tuple[Parts, ...]]:
    yield shorter(tuple(raw.target.split(".")), 2)


JAVA = Dialect(
    family="java",
    grammars={".java": "java"},
    query="(import_declaration) @import",
    mention=re.compile(rb"^import\b", re.MULTILINE),
    read=_read,
    locate=_locate,
    resolve=_resolve,
    separator=".",
    definitions=frozenset(
        {"class_declaration", "interface_declaration", "record_declaration", "enum_declaration"}
    ),
)
