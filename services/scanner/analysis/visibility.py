"""Which definitions of a file its language lets others use."""

from __future__ import annotations

import re

from tree_sitter import Node

from services.scanner.analysis.imports.dialect import text_of

PRIVATE_MARK = re.compile(r"@(?:private|internal|api private)\b")
EXPORTED = re.compile(
    r"\bexports(?:\.(?P<property>\w+))?\s*=\s*(?:module\.exports\s*=\s*)?(?P<value>\w+)"
    r"|\bexport\s+default\s+(?P<default>\w+)|\bexport\s*\{(?P<listed>[^}]{0,4000})\}"
    r"|\bmodule\.exports\s*=\s*\{(?P<object>[^}]{0,4000})\}"
)
NAME = re.compile(r"\w+")
HEAD_BYTES = 300
OBJECTS_OF_EXPORTS = ("exports", "module.exports")


def exported_names(family: str, text: str) -> frozenset[str] | None:
    """The names a script passes on; None where the language has another way to say so."""
    if family != "javascript":
        return None
    found: set[str] = set()
    for match in EXPORTED.finditer(text):
        found.update(name for part in match.groups() if part for name in NAME.findall(part))
    return frozenset(found)


def is_visible(node: Node, symbol: str, family: str, exported: frozenset[str] | None, comment: str) -> bool:
    if not symbol or symbol.startswith(("_", "#")) or PRIVATE_MARK.search(comment):
        return False
    if family == "go":
        return symbol[:1].isupper()
    if family == "rust":
        return node.type == "impl_item" or any(child.type == "visibility_modifier" for child in node.children)
    if family in ("java", "csharp"):
        return "public" in text_of(node)[:HEAD_BYTES].partition("{")[0].split()
    if exported is not None and node.type in ("function_declaration", "class_declaration"):
        return symbol in exported
    return True


def attached_to(node: Node) -> tuple[str, str] | None:
    """Of `res.status = function …`: `res` and `status`; of what is assigned to `exports` only the name."""
    assignment = (
        node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    )
    if assignment is None or assignment.type != "assignment_expression":
        return None
    left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
    if left is None or right is None or left.type != "member_expression" or not _is_callable(right):
        return None
    holder, name = left.child_by_field_name("object"), left.child_by_field_name("property")
    if holder is None or name is None:
        return None
    owner = text_of(holder).removesuffix(".prototype")
    return ("" if owner in OBJECTS_OF_EXPORTS else owner, text_of(name))


def _is_callable(node: Node) -> bool:
    return node.type in ("function_expression", "function", "arrow_function", "class", "generator_function")
