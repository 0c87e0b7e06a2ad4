"""reStructuredText through docutils, with file insertion and raw markup switched off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from docutils.core import publish_doctree
from docutils.utils import SystemMessage

from services.scanner.analysis.readme.blocks import Block, Item
from services.scanner.analysis.readme.unmarked import unmarked_blocks

SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "sectsubtitle_xform": False,
    "syntax_highlight": "none",
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "input_encoding": "unicode",
    "line_length_limit": 20_000,
}
UNKNOWN_ROLE = re.compile(r":[\w:+-]+:`~?([^`<]+?)(?:\s*<[^>]*>)?`")
SILENT = (
    nodes.image,
    nodes.system_message,
    nodes.footnote_reference,
    nodes.citation_reference,
    nodes.comment,
)


def restructured_blocks(text: str) -> tuple[Block, ...]:
    try:
        document = publish_doctree(text, settings_overrides=SETTINGS, config_section=None)
    except (SystemMessage, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # docutils fails on some malformed documents; their plain lines can still be read.
        return unmarked_blocks(text)
    finder = _Lines(text)
    return tuple(_blocks(document, 0, finder))


class _Lines:
    """Finds where a node's text stands: docutils' own line numbers are often off."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._at = 0

    def of(self, source: str) -> tuple[int, int]:
        """First and last line of a text that stands behind those asked for before."""
        wanted = [line.strip() for line in source.strip().splitlines()] or [""]
        for index in range(self._at, len(self._lines)):
            if wanted[0] and wanted[0] in self._lines[index]:
                self._at = index
                break
        return self._at + 1, self._at + len(wanted)


def _blocks(parent: nodes.Element, level: int, finder: _Lines) -> Iterator[Block]:
    for node in parent.children:
        if isinstance(node, nodes.section):
            yield from _blocks(node, level + 1, finder)
        elif isinstance(node, nodes.block_quote):
            yield from _blocks(node, level, finder)
        elif isinstance(node, nodes.Element):
            yield from _block(node, level, finder)


def _block(node: nodes.Element, level: int, finder: _Lines) -> Iterator[Block]:
    first, last = finder.of(node.rawsource or node.astext())
    if isinstance(node, nodes.title):
        yield Block(kind="heading", text=_text(node), level=max(level, 1), first_line=first, last_line=last)
    elif isinstance(node, nodes.paragraph):
        share = _linked_share(node)
        yield Block(kind="paragraph", text=_text(node), linked_share=share, first_line=first, last_line=last)
    elif isinstance(node, (nodes.literal_block, nodes.doctest_block)):
        yield Block(
            kind="code", text=node.astext(), language=_language(node), first_line=first, last_line=last
        )
    elif isinstance(node, (nodes.bullet_list, nodes.enumerated_list)):
        items = tuple(item for child in node.children for item in _item(child, finder))
        last_line = items[-1].last_line if items else last
        yield Block(kind="list", items=items, first_line=first, last_line=last_line)


def _item(node: nodes.Node, finder: _Lines) -> Iterator[Item]:
    paragraph = next((child for child in node.children if isinstance(child, nodes.paragraph)), None)
    if paragraph is None:
        return
    first, last = finder.of(paragraph.rawsource or paragraph.astext())
    lead = paragraph.children[0] if paragraph.children else None
    yield Item(
        text=_text(paragraph),
        lead=lead.astext() if isinstance(lead, nodes.strong) else "",
        linked_share=_linked_share(paragraph),
        first_line=first,
        last_line=last,
    )


def _text(node: nodes.Node) -> str:
    if isinstance(node, SILENT):
        return ""
    if isinstance(node, nodes.problematic):
        return UNKNOWN_ROLE.sub(r"\1", node.astext())
    if isinstance(node, nodes.Text):
        return str(node.astext())
    return "".join(_text(child) for child in node.children)


def _linked_share(node: nodes.Element) -> float:
    text = _text(node)
    linked = sum(len(_text(link)) for link in node.findall(nodes.reference))
    return linked / len(text) if text else 0.0


def _language(node: nodes.Element) -> str:
    if isinstance(node, nodes.doctest_block):
        return "pycon"
    classes = [name for name in node.get("classes", []) if name != "code"]
    return str(classes[0]).lower() if classes else ""
