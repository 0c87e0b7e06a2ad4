"""Go: a package is a folder, its name starts with the module path of go.mod."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.scanner.analysis.imports.dialect import (
    Dialect,
    Layout,
    Package,
    Parts,
    RawImport,
    below,
    quoted,
)

VERSION_PART = re.compile(r"v\d+")


def _locate(path: str, layout: Layout) -> Parts:
    package = layout.package_of(path, "go")
    folder = path.rpartition("/")[0]
    if package is None:
        return tuple(folder.split("/")) if folder else ("main",)
    return _named(package, folder[len(below(package.folder)) :] if folder != package.folder else "")


def _named(package: Package, inner: str) -> Parts:
    """The module path's last telling part, then the folders."""
    telling = [part for part in package.name.split("/") if not VERSION_PART.fullmatch(part)]
    return (telling[-1] if telling else package.name, *(part for part in inner.split("/") if part))


def _resolve(_path: str, _module: Parts, raw: RawImport, layout: Layout) -> Iterator[tuple[Parts, ...]]:
    for package in layout.packages:
        if package.ecosystem == "go" and f"{raw.target}/".startswith(f"{package.name}/"):
            yield (_named(package, raw.target[len(package.name) :].strip("/")),)
            return


GO = Dialect(
    family="go",
    grammars={".go": "go"},
    query="(import_spec path: (_) @source)",
    mention=re.compile(rb"^(?:import\b|[ \t]+(?:[\w.]+[ \t]+)?\"[^\"\n]+\"[ \t]*$|\))", re.MULTILINE),
    read=quoted,
    locate=_locate,
    resolve=_resolve,
    separator="/",
    definitions=frozenset({"function_declaration", "method_declaration", "type_declaration"}),
)
