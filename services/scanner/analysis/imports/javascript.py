"""JavaScript and TypeScript: `import`, `export … from`, `require()`, `import()`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from services.scanner.analysis.imports.dialect import Dialect, Layout, Parts, RawImport, below, quoted

SUFFIX = re.compile(r"\.(?:d\.)?[cm]?[jt]sx?$")
ROOT_ALIASES = ("@/", "~/", "src/")
"""What bundlers are commonly told to read as the source folder."""

COMMON = """
(import_statement source: (string) @source)
(export_statement source: (string) @source)
(call_expression function: (identifier) @function arguments: (arguments . (string) @source)
  (#eq? @function "require"))
(call_expression function: (import) arguments: (arguments . (string) @source))
"""


def _locate(path: str, _layout: Layout) -> Parts:
    return _module(SUFFIX.sub("", path))


def _module(path: str) -> Parts:
    """A folder's index stands for the folder, except at the very top."""
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if parts and parts[-1] == "index" and len(parts) > 1:
        return parts[:-1]
    return parts or ("index",)


def _resolve(path: str, _importer: Parts, raw: RawImport, layout: Layout) -> Iterator[tuple[Parts, ...]]:
    target = SUFFIX.sub("", raw.target)
    if target.startswith("."):
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        yield () if joined.startswith("..") else (_module(joined),)
    else:
        yield (*_aliased(path, target, layout), *_of_workspace(target, layout))


def _aliased(path: str, target: str, layout: Layout) -> Iterator[Parts]:
    alias = next((alias for alias in ROOT_ALIASES if target.startswith(alias)), None)
    if alias:
        package = layout.package_of(path, "npm")
        folder = below(package.folder) if package else ""
        rest = target.removeprefix(alias)
        yield _module(f"{folder}src/{rest}")
        yield _module(f"{folder}{rest}")


def _of_workspace(target: str, layout: Layout) -> Iterator[Parts]:
    for package in layout.packages:
        if package.ecosystem != "npm" or not package.folder:
            continue
        if target == package.name or target.startswith(f"{package.name}/"):
            inner = target[len(package.name) :].strip("/")
            for folder in ("src", "lib", "source", ""):
                yield _module("/".join(filter(None, (package.folder, folder, inner))))
                yield _module("/".join(filter(None, (package.folder, folder, inner, "index"))))


JAVASCRIPT = Dialect(
    family="javascript",
    grammars={
        **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), "javascript"),
        **dict.fromkeys((".ts", ".mts", ".cts"), "typescript"),
        ".tsx": "tsx",
    },
    query=COMMON,
    mention=re.compile(rb"\b(?:import\b|require[ \t]*\(|from[ \t]*[\"'])"),
    read=quoted,
    locate=_locate,
    resolve=_resolve,
    separator="/",
    definitions=frozenset(
        {"function_declaration", "class_declaration", "export_statement", "expression_statement"}
        | {"interface_declaration", "abstract_class_declaration", "generator_function_declaration"}
    ),
)
