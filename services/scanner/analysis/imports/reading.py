"""Finds the import statements of one source file through tree-sitter."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from tree_sitter import Node, Parser, Query, QueryCursor
from tree_sitter_language_pack import SupportedLanguage, get_language

from services.scanner.analysis.imports.dialect import Dialect, RawImport

TOP_LEVEL = re.compile(rb"\n(?=[A-Za-z@#])")
"""Where a file may be cut: before a line that is not indented."""
MAX_IMPORTS = 500


def imports_of(dialect: Dialect, path: str, content: bytes) -> tuple[RawImport, ...]:
    """The file's imports in the order of their lines."""
    needed_bytes = max((match.end() for match in dialect.mention.finditer(content)), default=0)
    if not needed_bytes:
        return ()
    grammar = dialect.grammars[suffix_of(path)]
    tree = _parsed(grammar, content, needed_bytes)
    captures = QueryCursor(_query(grammar, dialect.query)).captures(tree)
    found = sorted(dialect.read(captures), key=lambda each: (each.line, each.target, each.names))
    return tuple(found[:MAX_IMPORTS])


def parse(grammar: str, content: bytes) -> Node:
    return _parser(grammar).parse(content).root_node


def suffix_of(path: str) -> str:
    return path[path.rfind(".") :].lower()


def _parsed(grammar: str, content: bytes, needed_bytes: int) -> Node:
    """Parses no more than it must: most imports stand at a file's top.

    A cut can fall into a string and turn its text into code; so a head that does not parse is not trusted.
    """
    cut = TOP_LEVEL.search(content, needed_bytes)
    if cut is None:
        return parse(grammar, content)
    head = parse(grammar, content[: cut.end()])
    return parse(grammar, content) if head.has_error else head


@cache
def _parser(grammar: str) -> Parser:
    return Parser(get_language(cast("SupportedLanguage", grammar)))


@cache
def _query(grammar: str, query: str) -> Query:
    return Query(get_language(cast("SupportedLanguage", grammar)), query)
