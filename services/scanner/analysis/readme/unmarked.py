"""READMEs in a markup we do not parse: paragraphs between blank lines, headings, bullets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.scanner.analysis.readme.blocks import Block, Item
from shared.lines import lines_of

UNDERLINE = re.compile(r"^([=\-~*#^])\1{2,}\s*$")
MARKED_HEADING = re.compile(r"^(?:(={1,5})|(#{1,5})|(\*{1,5}))\s+(\S.*?)(?:\s+[=#]+)?$")
BULLET = re.compile(r"^\s*(?:[-*•+]|\d+[.)])\s+")


def unmarked_blocks(text: str) -> tuple[Block, ...]:
    return tuple(block for first, lines in _stanzas(text) for block in _blocks(first, lines))


def _stanzas(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines between blank ones, with the number of the first."""
    stanza: list[str] = []
    for number, line in enumerate([*lines_of(text), ""], start=1):
        if line.strip():
            stanza.append(line)
        elif stanza:
            yield number - len(stanza), stanza
            stanza = []


def _blocks(first: int, lines: list[str]) -> Iterator[Block]:
    if len(lines) > 1 and UNDERLINE.match(lines[1]):
        level = 1 if lines[1].startswith(("=", "#", "*")) else 2
        yield Block(kind="heading", text=lines[0].strip(), level=level, first_line=first, last_line=first + 1)
        yield from _blocks(first + 2, lines[2:])
    elif lines and (marked := MARKED_HEADING.match(lines[0])) and not BULLET.match(lines[-1]):
        level = len(next(filter(None, marked.groups()[:3])))
        yield Block(kind="heading", text=marked.group(4), level=level, first_line=first, last_line=first)
        yield from _blocks(first + 1, lines[1:])
    elif lines and BULLET.match(lines[0]):
        items = tuple(_items(first, lines))
        yield Block(kind="list", items=items, first_line=first, last_line=first + len(lines) - 1)
    elif lines:
        yield _paragraph_or_code(first, lines)


def _paragraph_or_code(first: int, lines: list[str]) -> Block:
    last = first + len(lines) - 1
    if all(line.startswith(("    ", "\t", "$ ")) for line in lines):
        text = "\n".join(line.removeprefix("    ").rstrip() for line in lines)
        return Block(kind="code", text=text, first_line=first, last_line=last)
    return Block(kind="paragraph", text=" ".join(lines), first_line=first, last_line=last)


def _items(first: int, lines: list[str]) -> Iterator[Item]:
    """Lines without a bullet go on with the item before."""
    starts = [index for index, line in enumerate(lines) if BULLET.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = BULLET.sub("", " ".join(line.strip() for line in lines[start:end]))
        yield Item(text=text, first_line=first + start, last_line=first + end - 1)
