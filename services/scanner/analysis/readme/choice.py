"""Chooses from a README what a film can use: title, summary, paragraphs, features, install line, example."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.readme.blocks import Block
from services.scanner.analysis.readme.commands import find_example, find_install
from services.scanner.analysis.readme.features import find_features
from services.scanner.analysis.readme.headings import GENERIC, is_telling
from services.scanner.analysis.text import plain, spoken, words
from shared.facts import Fact

MAX_TITLE_CHARACTERS = 80
MAX_SUMMARY_CHARACTERS = 360
MAX_PARAGRAPHS = 5
NAVIGATION = re.compile(r"\S\s*[•·|]\s*\S.*\S\s*[•·|]\s*\S")
UNFINISHED = re.compile(r"(?i)^(?:or|and|plus|which|but|then|also|so|alternatively)\b|(?::|\.\.\.|…)$")
"""How paragraphs begin or end that say something only together with what stands around them."""
BEGINNING = re.compile(r"[^\W_]|\{\w+\}\s")
"""A word, or a name in the braces its project writes it in."""
FEWEST_WORDS = 4
MOST_LINKED = 0.5
"""A paragraph with a larger part of links is navigation."""
TITLE_WITHIN_LINES = 60
TOP_LINES = 10
README_PREFIX = re.compile(r"(?i)^readme\s*[:–-]\s*")


def readme_facts(path: str, blocks: tuple[Block, ...]) -> Iterator[Fact]:
    yield from _title(path, blocks)
    for number, (text, block) in enumerate(_prose(blocks)):
        name = f"readme.paragraph.{number}" if number else "readme.summary"
        yield from fact(name, "readme", text, in_file(path, block.first_line, block.last_line))
    for number, feature in enumerate(find_features(blocks), start=1):
        seen = in_file(path, feature.first_line, feature.last_line)
        yield from fact(
            f"readme.feature.{number}",
            "readme",
            feature.text,
            seen,
            confidence=feature.confidence,
            lead=feature.lead,
        )
    yield from find_install(path, blocks)
    yield from find_example(path, blocks)


def _title(path: str, blocks: tuple[Block, ...]) -> Iterator[Fact]:
    """The first heading of the highest rank; without one, a heading right at the top."""
    headings = [block for block in blocks if block.kind == "heading" and plain(block.text)]
    highest = [block for block in headings if block.level == 1 and block.first_line <= TITLE_WITHIN_LINES]
    at_top = [block for block in headings if block.first_line <= TOP_LINES]
    for block in (highest or at_top)[:1]:
        text = README_PREFIX.sub("", plain(block.text))
        if not GENERIC.fullmatch(text) and len(text) <= MAX_TITLE_CHARACTERS:
            yield from fact("readme.title", "readme", text, in_file(path, block.first_line, block.last_line))


def _prose(blocks: tuple[Block, ...]) -> list[tuple[str, Block]]:
    """The telling paragraphs, first ones first; none said twice."""
    found: dict[str, Block] = {}
    for block in _candidates(blocks):
        text = _speakable(block)
        if text and text not in found:
            found[text] = block
        if len(found) > MAX_PARAGRAPHS:
            break
    return list(found.items())


def _candidates(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Paragraphs above the second heading, and below headings that promise prose about the project."""
    headings_seen = 0
    telling = True
    for block in blocks:
        if block.kind == "heading":
            headings_seen += bool(plain(block.text))
            telling = headings_seen <= 1 or is_telling(block.text)
        elif block.kind == "paragraph" and telling:
            yield block


def _speakable(block: Block) -> str:
    text = plain(block.text)
    if block.linked_share > MOST_LINKED or UNFINISHED.search(text) or NAVIGATION.search(text):
        return ""
    text = spoken(text, MAX_SUMMARY_CHARACTERS)
    return text if words(text) >= FEWEST_WORDS and BEGINNING.match(text) else ""
