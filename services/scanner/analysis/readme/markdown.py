"""Markdown through markdown-it-py: embedded HTML is text at most, images are nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from services.scanner.analysis.readme.blocks import Block, Item
from services.scanner.analysis.readme.html import html_blocks

FRONT_MATTER = re.compile(r"\A---\s*\n.*?\n---\s*\n", re.DOTALL)
ALERT = re.compile(r"^\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]", re.IGNORECASE)
TASK = re.compile(r"^\[[ xX]\]\s+")
SILENT = ("image", "html_inline", "footnote_ref")


def markdown_blocks(text: str) -> tuple[Block, ...]:
    # Blank lines in the place of front matter keep the line numbers right.
    text = FRONT_MATTER.sub(lambda match: "\n" * match.group().count("\n"), text)
    root = SyntaxTreeNode(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text))
    return tuple(block for node in root.children for block in _blocks(node))


def _blocks(node: SyntaxTreeNode) -> Iterator[Block]:
    first, last = _lines(node)
    if node.type == "heading":
        level = int(node.tag[1:])
        yield Block(kind="heading", text=_text(node), level=level, first_line=first, last_line=last)
    elif node.type == "paragraph":
        yield from _paragraph(node)
    elif node.type in ("fence", "code_block"):
        words = node.info.split()
        inner = (first + 1, max(last - 1, first + 1)) if node.type == "fence" else (first, last)
        yield Block(
            kind="code",
            text=node.content.rstrip("\n"),
            language=words[0].strip("{}.").lower() if words else "",
            first_line=inner[0],
            last_line=inner[1],
        )
    elif node.type in ("bullet_list", "ordered_list"):
        items = tuple(item for child in node.children for item in _item(child))
        yield Block(kind="list", items=items, first_line=first, last_line=last)
    elif node.type == "html_block":
        yield from html_blocks(node.content, first)
    elif node.type == "blockquote" and not ALERT.match(_text(node)):
        yield from (block for child in node.children for block in _blocks(child))


def _paragraph(node: SyntaxTreeNode) -> Iterator[Block]:
    first, last = _lines(node)
    text = _text(node)
    yield Block(
        kind="paragraph",
        text=text,
        linked_share=_linked_share(node, text),
        first_line=first,
        last_line=last,
    )


def _item(node: SyntaxTreeNode) -> Iterator[Item]:
    paragraph = next((child for child in node.children if child.type == "paragraph"), None)
    if paragraph is None:
        return
    first, last = _lines(paragraph)
    text = TASK.sub("", _text(paragraph))
    yield Item(
        text=text,
        lead=_lead(paragraph),
        linked_share=_linked_share(paragraph, text),
        first_line=first,
        last_line=last,
    )


def _lead(paragraph: SyntaxTreeNode) -> str:
    inline = paragraph.children[0] if paragraph.children else None
    visible = [child for child in (inline.children if inline else []) if child.type in SILENT or _text(child)]
    spoken = [child for child in visible if child.type not in SILENT and _text(child).strip()]
    return _text(spoken[0]) if spoken and spoken[0].type == "strong" else ""


def _text(node: SyntaxTreeNode) -> str:
    if node.type in ("text", "code_inline"):
        return str(node.content)
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.type in SILENT:
        return ""
    return "".join(_text(child) for child in node.children)


def _linked_share(node: SyntaxTreeNode, text: str) -> float:
    linked = sum(len(_text(link)) for link in node.walk() if link.type == "link")
    return linked / len(text) if text else 0.0


def _lines(node: SyntaxTreeNode) -> tuple[int, int]:
    """First and last line, counted from 1."""
    first, after = node.map or (0, 1)
    return first + 1, max(after, first + 1)
