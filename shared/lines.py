"""The lines of a file as editors, Git and tree-sitter number them."""

from __future__ import annotations


def lines_of(text: str) -> list[str]:
    r"""Split at line feeds alone.

    `str.splitlines` also splits at form feeds, which many C and Python files have, and at seven more
    characters; after the first of them every number would be off.
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines if lines[-1] else lines[:-1]
