"""Finds what a source file defines at its top: functions, classes and their kin, with their documentation."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from services.scanner.analysis.classify import is_binary
from services.scanner.analysis.imports.dialect import Dialect, line_of, text_of
from services.scanner.analysis.imports.dialects import dialect_of
from services.scanner.analysis.imports.reading import parse, suffix_of
from services.scanner.analysis.languages import language_of
from services.scanner.analysis.visibility import attached_to, exported_names, is_visible
from shared.lines import lines_of

MAX_DEFINITIONS = 400
MAX_SYMBOL_CHARACTERS = 80
FAULTS = ("Error", "Exception", "Warning", "Fault")
"""How classes end that are raised rather than used."""
KINDS = (
    "class",
    "struct",
    "enum",
    "trait",
    "interface",
    "record",
    "module",
    "impl",
    "type",
    "function",
    "method",
)
WORKING = frozenset(
    {"call", "call_expression", "method_invocation", "macro_invocation", "return_statement"}
    | {
        "invocation_expression",
        "object_creation_expression",
        "function_call_expression",
        "member_call_expression",
    }
)
"""Node types of code that does something; a definition without any is a list of names."""
COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
BODIES = frozenset({"block", "class_body", "declaration_list", "body_statement"})
WRAPPERS = frozenset({"decorated_definition", "export_statement", "template_declaration"})


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    symbol: str
    kind: str
    path: str
    language: str
    first_line: int
    code: str
    works: bool
    """Whether it does something, rather than name things."""
    documented: bool
    public: bool = True
    owner: str = ""
    """The class a method belongs to, or the object a function is assigned to."""
    is_method: bool = False

    @property
    def is_fault(self) -> bool:
        """Whether it is something to raise, or a part of that."""
        return (self.owner or self.symbol).endswith(FAULTS) and (self.is_method or self.kind == "class")

    @property
    def lines(self) -> int:
        return self.code.count("\n") + 1

    @property
    def last_line(self) -> int:
        return self.first_line + self.code.count("\n")

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.symbol}" if self.owner else self.symbol


def definitions_in(path: str, content: bytes) -> Iterator[Definition]:
    """The named definitions at the top of a file, each class followed by its methods."""
    dialect = dialect_of(path)
    if dialect is None or is_binary(content):
        return
    file = _File(path, content, dialect)
    for count, node in enumerate(_top(parse(dialect.grammars[suffix_of(path)], content), dialect)):
        if count >= MAX_DEFINITIONS:
            return
        yield from file.defined(node)


class _File:
    def __init__(self, path: str, content: bytes, dialect: Dialect) -> None:
        self._path = path
        self._lines = lines_of(content.decode("utf-8", "replace"))
        language = language_of(path, content[:128])
        self._language = language.name.lower() if language else ""
        self._family = dialect.family
        self._exported = exported_names(dialect.family, "\n".join(self._lines))

    def defined(self, node: Node) -> Iterator[Definition]:
        outer = self._definition(node, "")
        if outer is None:
            return
        yield outer
        if outer.kind in ("class", "struct", "interface", "impl"):
            for method in self._methods(node):
                inner = self._definition(method, outer.symbol)
                if inner is not None:
                    yield inner

    def _methods(self, node: Node) -> Iterator[Node]:
        inner = _unwrapped(node)
        for body in (child for child in inner.children if child.type in BODIES):
            yield from (
                child for child in body.children if _kind(_unwrapped(child)) in ("function", "method")
            )

    def _definition(self, node: Node, owner: str) -> Definition | None:
        attached = attached_to(node)
        symbol = attached[1] if attached else _symbol(node)
        if not symbol or len(symbol) > MAX_SYMBOL_CHARACTERS or "\n" in symbol:
            return None
        start = _with_comments(node)
        first, last = line_of(start), node.end_point.row + (1 if node.end_point.column else 0)
        lines = [line.rstrip().expandtabs(4) for line in self._lines[first - 1 : last]]
        while lines and not lines[-1]:
            lines.pop()
        comment = "\n".join(self._lines[first - 1 : line_of(node) - 1])
        return Definition(
            symbol=symbol,
            kind="function" if attached else _kind(_unwrapped(node)),
            path=self._path,
            language=self._language,
            first_line=first,
            code="\n".join(lines),
            works=_works(node),
            documented=start != node or _has_docstring(node),
            public=is_visible(_unwrapped(node), symbol, self._family, self._exported_here(node), comment),
            owner=attached[0] if attached else owner,
            is_method=bool(owner),
        )

    def _exported_here(self, node: Node) -> frozenset[str] | None:
        """The names that are passed on, for a definition that does not pass itself on."""
        return None if node.type == "export_statement" else self._exported


def _top(root: Node, dialect: Dialect) -> Iterator[Node]:
    """Definitions at the top, also of files whose language puts all of them in a namespace."""
    left = list(reversed(root.children))
    while left:
        node = left.pop()
        if node.type in dialect.definitions:
            yield node
        elif node.type in dialect.containers:
            left.extend(
                reversed([grandchild for child in node.children for grandchild in (child, *child.children)])
            )


def _unwrapped(node: Node) -> Node:
    """The definition itself, without decorators or `export`."""
    if node.type not in WRAPPERS:
        return node
    inner = node.child_by_field_name("definition") or node.child_by_field_name("declaration")
    return inner or node


def _kind(node: Node) -> str:
    return next((kind for kind in KINDS if kind in node.type), "value")


def _works(node: Node) -> bool:
    # No recursion: foreign code may be nested deeper than Python can call.
    left = [node]
    while left:
        node = left.pop()
        if node.type in WORKING:
            return True
        left.extend(node.children)
    return False


def _has_docstring(node: Node) -> bool:
    body = _unwrapped(node).child_by_field_name("body")
    first = body.named_children[0] if body and body.named_children else None
    if first is not None and first.type == "expression_statement" and first.named_children:
        first = first.named_children[0]
    return first is not None and first.type == "string"


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
    if node.type == "impl_item":
        of = node.child_by_field_name("type")
        return text_of(of).partition("<")[0] if of else ""
    inner = (grandchild for child in node.children for grandchild in child.children)
    names = (each.child_by_field_name("name") for each in (node, *node.children, *inner))
    return next((text_of(name) for name in names if name is not None), "")
