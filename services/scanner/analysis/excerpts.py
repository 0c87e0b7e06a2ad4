"""Chooses code worth a look: what the repository itself imports most, if it fits a slide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import msgspec
from tree_sitter import Node

from services.scanner.analysis.classify import is_binary
from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.imports.dialect import line_of, text_of
from services.scanner.analysis.imports.dialects import dialect_of
from services.scanner.analysis.imports.reading import parse, suffix_of
from services.scanner.analysis.languages import language_of
from services.scanner.analysis.modules import Imports, Module, ModuleKey
from shared.facts import Fact

MAX_LINES = 18
FEWEST_LINES = 5
MAX_COLUMNS = 90
MAX_MODULES_LOOKED_AT = 6
MAX_FILES_A_MODULE = 3
MAX_EXCERPTS = 2
WORKING = frozenset({"call", "call_expression", "method_invocation", "macro_invocation", "return_statement"})
"""Node types of code that does something; a definition without any is a list of names."""
COMMENTS = frozenset({"comment", "line_comment", "block_comment"})

Read = Callable[[Collection[str]], dict[str, bytes]]


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    symbol: str
    path: str
    language: str
    first_line: int
    code: str
    works: bool
    """Whether it does something, rather than name things."""

    @property
    def fits(self) -> bool:
        lines = self.code.splitlines()
        is_short = FEWEST_LINES <= len(lines) <= MAX_LINES
        return self.works and is_short and all(len(line) <= MAX_COLUMNS for line in lines)


def excerpt_facts(imports: Imports, read: Read) -> Iterator[Fact]:
    chosen = _chosen(imports, read)
    for number, each in enumerate(chosen, start=1):
        last_line = each.first_line + each.code.count("\n")
        yield from fact(
            f"excerpt.{number}",
            "excerpt",
            each.code,
            in_file(each.path, each.first_line, last_line),
            path=each.path,
            first_line=each.first_line,
            language=each.language,
            symbol=each.symbol,
        )


def _chosen(imports: Imports, read: Read) -> list[Definition]:
    """Of the most imported public modules one fitting definition each, the most imported symbols first."""
    fan_in = imports.fan_in()
    public = [key for key in imports.modules if not _is_private(key)]
    ranked = sorted(public, key=lambda key: (-fan_in[key], -imports.modules[key].lines, key))
    looked_at = [imports.modules[key] for key in ranked[:MAX_MODULES_LOOKED_AT]]
    contents = read({path for module in looked_at for path in module.paths[:MAX_FILES_A_MODULE]})
    best: list[tuple[int, Definition]] = []
    for module in looked_at:
        fitting = [each for each in _definitions(module, contents) if each.fits]
        # max() and sorted() keep to the first of equals: what is defined first, in the module imported most.
        counted = [(imports.symbols[module.key, each.symbol], each) for each in fitting]
        best.extend([max(counted, key=lambda pair: pair[0])] if counted else [])
    return [each for _count, each in sorted(best, key=lambda pair: -pair[0])[:MAX_EXCERPTS]]


def _is_private(key: ModuleKey) -> bool:
    return any(part.startswith("_") for part in key.parts)


def _definitions(module: Module, contents: dict[str, bytes]) -> Iterator[Definition]:
    """The public definitions at the top of the module's files."""
    for path in module.paths:
        content = contents.get(path)
        dialect = dialect_of(path)
        if content is None or dialect is None or is_binary(content):
            continue
        root = parse(dialect.grammars[suffix_of(path)], content)
        for node in root.children:
            if node.type in dialect.definitions:
                definition = _definition(node, path, content)
                if definition.symbol and not definition.symbol.startswith("_"):
                    yield definition


def _definition(node: Node, path: str, content: bytes) -> Definition:
    start = _with_comments(node)
    lines = content.decode("utf-8", "replace").splitlines()
    language = language_of(path, content[:128])
    first, last = line_of(start), node.end_point.row + (1 if node.end_point.column else 0)
    return Definition(
        symbol=_symbol(node),
        path=path,
        language=language.name.lower() if language else "",
        first_line=first,
        code="\n".join(line.rstrip().expandtabs(4) for line in lines[first - 1 : last]),
        works=_works(node),
    )


def _works(node: Node) -> bool:
    # No recursion: foreign code may be nested deeper than Python can call.
    left = [node]
    while left:
        node = left.pop()
        if node.type in WORKING:
            return True
        left.extend(node.children)
    return False


def _with_comments(node: Node) -> Node:
    """The first of the comments that stand right above."""
    start = node
    while (above := start.prev_sibling) and above.type in COMMENTS and _touch(above, start):
        start = above
    return start


def _touch(above: Node, node: Node) -> bool:
    # A line comment of some grammars ends where the next line begins.
    return node.start_point.row - above.end_point.row <= (1 if above.end_point.column else 0)


def _symbol(node: Node) -> str:
    """The defined name, wherever the grammar keeps it."""
    inner = (grandchild for child in node.children for grandchild in child.children)
    names = (each.child_by_field_name("name") for each in (node, *node.children, *inner))
    return next((text_of(name) for name in names if name is not None), "")
