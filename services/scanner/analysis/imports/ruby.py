"""Ruby: `require "a/b"` from the lib folder, `require_relative "c"` from beside."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from services.scanner.analysis.imports.dialect import (
    Captures,
    Dialect,
    Layout,
    Parts,
    RawImport,
    line_of,
    stem,
    text_of,
)

QUERY = """
(call method: (identifier) @method arguments: (argument_list . (string (string_content) @source))
  (#match? @method "^require(_relative)?$"))
"""


def _read(captures: Captures) -> Iterator[RawImport]:
    methods = sorted(captures.get("method", []), key=lambda node: node.start_byte)
    sources = sorted(captures.get("source", []), key=lambda node: node.start_byte)
    for method, source in zip(methods, sources, strict=False):
        prefix = "./" if text_of(method) == "require_relative" else ""
        yield RawImport(prefix + text_of(source), (), line_of(source))


def _locate(path: str, _layout: Layout) -> Parts:
    parts = stem(path)
    return parts[1:] if parts[0] == "lib" and len(parts) > 1 else parts


def _resolve(path: str, _module: Parts, raw: RawImport, layout: Layout) -> Iterator[tuple[Parts, ...]]:
    target = raw.target.removesuffix(".rb")
    if not target.startswith("."):
        yield (tuple(target.split("/")),)
        return
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if not beside.startswith(".."):
        yield (_locate(f"{beside}.rb", layout),)


RUBY = Dialect(
    family="ruby",
    grammars={".rb": "ruby"},
    query=QUERY,
    mention=re.compile(rb"\brequire"),
    read=_read,
    locate=_locate,
    resolve=_resolve,
    separator="/",
    definitions=frozenset({"class", "method"}),
    containers=frozenset({"module"}),
)
