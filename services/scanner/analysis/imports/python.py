"""Python: `import a.b`, `from .a import b`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from services.scanner.analysis.imports.dialect import (
    Captures,
    Dialect,
    Layout,
    Parts,
    RawImport,
    below,
    line_of,
    stem,
    text_of,
)

SOURCE_FOLDERS = ("src", "lib", "python")
"""Folders that hold packages without being one."""

QUERY = """
(import_statement name: (dotted_name) @module)
(import_statement name: (aliased_import name: (dotted_name) @module))
(import_from_statement) @from
"""


def _read(captures: Captures) -> Iterator[RawImport]:
    for node in captures.get("module", []):
        yield RawImport(text_of(node), (), line_of(node))
    for node in captures.get("from", []):
        module = node.child_by_field_name("module_name")
        if module is not None:
            yield RawImport(text_of(module).replace(" ", ""), _names(node), line_of(node))


def _names(node: Node) -> tuple[str, ...]:
    named = (each.child_by_field_name("name") or each for each in node.children_by_field_name("name"))
    return tuple(text_of(each) for each in named)


def _locate(path: str, layout: Layout) -> Parts:
    parts = stem(path)
    root = _root(path, layout)
    inner = parts[len(root) :]
    return inner[:-1] if inner[-1] == "__init__" and len(inner) > 1 else inner


def _root(path: str, layout: Layout) -> Parts:
    """The folder that absolute names of this file start from."""
    package = layout.package_of(path, "pypi")
    root = tuple(package.folder.split("/")) if package and package.folder else ()
    following = stem(path)[len(root) : len(root) + 1]
    source_folder = "/".join((*root, *following))
    is_root = following and following[0] in SOURCE_FOLDERS and source_folder not in layout.python_packages
    return (*root, *following) if is_root and path.startswith(below(source_folder)) else root


def _resolve(path: str, module: Parts, raw: RawImport, layout: Layout) -> Iterator[tuple[Parts, ...]]:
    targets = (
        _relative(path, module, raw) if raw.target.startswith(".") else _absolute(path, module, raw, layout)
    )
    if not raw.names:
        yield tuple(outer for target in targets for outer in _outward(target))
    for name in raw.names:
        yield tuple(found for target in targets for found in ((*target, name), target))


def _outward(target: Parts) -> tuple[Parts, ...]:
    """`import a.b` means a.b; should b not be a module of its own, it means a."""
    return (target, target[:-1]) if len(target) > 1 else (target,)


def _relative(path: str, module: Parts, raw: RawImport) -> tuple[Parts, ...]:
    inner = raw.target.lstrip(".")
    dots = len(raw.target) - len(inner)
    depth = len(module) - dots + path.endswith("__init__.py")
    if depth < 0:
        return ()
    base = module[:depth]
    return ((*base, *inner.split(".")) if inner else base,)


def _absolute(path: str, module: Parts, raw: RawImport, layout: Layout) -> tuple[Parts, ...]:
    """As written; then as seen from each folder around the file that is no package, as a script would."""
    target = tuple(raw.target.split("."))
    folders = path.split("/")[:-1]
    root = len(folders) - len(module) + (0 if path.endswith("__init__.py") else 1)
    from_folders = tuple(
        (*folders[root:depth], *target)
        for depth in range(len(folders), root, -1)
        if "/".join(folders[:depth]) not in layout.python_packages
    )
    from_source = (target[1:],) if target[0] in SOURCE_FOLDERS and len(target) > 1 else ()
    return (target, *from_folders, *from_source)


PYTHON = Dialect(
    family="python",
    grammars={".py": "python", ".pyw": "python"},
    query=QUERY,
    mention=re.compile(rb"^[ \t]*(?:from|import)\b|;\s*import\b|:[ \t]*import\b", re.MULTILINE),
    read=_read,
    locate=_locate,
    resolve=_resolve,
    separator=".",
    definitions=frozenset({"function_definition", "class_definition", "decorated_definition"}),
)
