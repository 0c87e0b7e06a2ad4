"""Reads a README of any common markup, without running, loading or believing anything in it."""

from __future__ import annotations

from services.scanner.analysis.readme.blocks import Block
from services.scanner.analysis.readme.markdown import markdown_blocks
from services.scanner.analysis.readme.restructured import restructured_blocks
from services.scanner.analysis.readme.unmarked import unmarked_blocks


def blocks_of(path: str, text: str) -> tuple[Block, ...]:
    """The README's blocks in order, by the markup its name tells."""
    suffix = path.rpartition("/")[2].lower().rpartition(".")[2]
    if suffix in ("md", "markdown"):
        return markdown_blocks(text)
    if suffix == "rst":
        return restructured_blocks(text)
    return unmarked_blocks(text)
