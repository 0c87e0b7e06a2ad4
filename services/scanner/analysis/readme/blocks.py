"""What a README is made of, whatever markup it is written in."""

from __future__ import annotations

from typing import Literal

import msgspec


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a list."""

    text: str
    lead: str = ""
    """The words in bold it begins with."""
    linked_share: float = 0.0
    first_line: int
    last_line: int


class Block(msgspec.Struct, frozen=True, kw_only=True):
    kind: Literal["heading", "paragraph", "list", "code"]
    text: str = ""
    """White space is kept in code only."""
    level: int = 0
    """Of a heading, 1 is the highest."""
    items: tuple[Item, ...] = ()
    language: str = ""
    """Of code, as written."""
    linked_share: float = 0.0
    """The part of the text that is links, 0 to 1."""
    first_line: int
    last_line: int
