"""C and C++: a module is a header with its source file, `#include` joins them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from services.scanner.analysis.imports.dialect import Dialect, Layout, Parts, RawImport, quoted, stem

INCLUDE_FOLDERS = ("", "include", "src", "lib", "source")


def _locate(path: str, _layout: Layout) -> Parts:
    return stem(path)


def _resolve(path: str, _module: Parts, raw: RawImport, _layout: Layout) -> Iterator[tuple[Parts, ...]]:
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), raw.target))
    elsewhere = (posixpath.normpath(posixpath.join(folder, raw.target)) for folder in INCLUDE_FOLDERS)
    yield tuple(stem(found) for found in (beside, *elsewhere) if not found.startswith(".."))


C = Dialect(
    family="c",
    grammars={
        **dict.fromkeys((".c", ".h"), "c"),
        **dict.fromkeys((".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx", ".ipp", ".inl"), "cpp"),
    },
    query="(preproc_include path: (_) @source)",
    mention=re.compile(rb"^[ \t]*#[ \t]*include\b", re.MULTILINE),
    read=quoted,
    locate=_locate,
    resolve=_resolve,
    separator="/",
    definitions=frozenset({"function_definition", "class_specifier", "struct_specifier"}),
)
