"""Finds the list that says what a project can do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from services.scanner.analysis.readme.blocks import Block, Item
from services.scanner.analysis.readme.headings import (
    hints_at_features,
    may_hold_features,
    postpones,
    promises_features,
)
from services.scanner.analysis.text import plain, sentences, spoken, words

MAX_FEATURES = 10
MAX_FEATURE_CHARACTERS = 180
DASHES = (" - ", " – ", " — ")
FEWEST_ITEMS = 3
UNPROMISED_WITHIN_LINES = 120
UNPROMISED_CONFIDENCE = 0.6
"""Of lists that no heading calls features: they may list something else."""
FEWEST_WORDS = 2
MOST_LINKED = 0.8
TELLING_SHARE = 0.6

FEWEST_PROMISED = 2
STEP = re.compile(r"(?i)^(?:first|next|then|finally|if you|for|run|open|clone|install|and others?)\b")
"""How items begin that tell what to do, or that there is more."""
CODE = re.compile(r"[\w.$]+\(.*\)[\w.()'\"]*;?")
TERM_AND_REST = re.compile(r"^(?P<term>[^.:;()]{2,60}?)(?:\s*[:–—]\s+|\s+-+\s+)(?P<rest>\S.*)$")


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    lead: str
    """What the feature is called, where the list says so."""
    first_line: int
    last_line: int
    confidence: float = 1.0


def find_features(blocks: tuple[Block, ...]) -> tuple[Feature, ...]:
    """The lists below the heading that promises most; without one, a good list where the README begins."""
    sections = list(_sections(blocks))
    for is_promising in (promises_features, hints_at_features):
        for heading, lists in sections:
            found = [feature for block in lists for feature in _features(block)]
            if is_promising(heading) and len(found) >= FEWEST_PROMISED:
                return tuple(found[:MAX_FEATURES])
    return _unpromised(sections)


def _unpromised(sections: list[tuple[str, list[Block]]]) -> tuple[Feature, ...]:
    """From above the second heading, or below one that promises prose about the project."""
    fitting = [
        lists for number, (heading, lists) in enumerate(sections) if number <= 1 or may_hold_features(heading)
    ]
    near_top = [block for lists in fitting for block in lists if block.first_line <= UNPROMISED_WITHIN_LINES]
    good = next((found for block in near_top if _is_good(block, found := _features(block))), [])
    return tuple(
        msgspec.structs.replace(each, confidence=UNPROMISED_CONFIDENCE) for each in good[:MAX_FEATURES]
    )


def _sections(blocks: tuple[Block, ...]) -> Iterator[tuple[str, list[Block]]]:
    """Each heading with the lists below it; headings of lower rank belong to the one above."""
    headings = [index for index, block in enumerate(blocks) if block.kind == "heading"]
    for start, end in zip([-1, *headings], [*headings, len(blocks)], strict=True):
        heading = blocks[start].text if start >= 0 else ""
        level = blocks[start].level if start >= 0 else 0
        if promises_features(heading):
            last = next((at for at in headings if at > start and blocks[at].level <= level), len(blocks))
        else:
            last = end
        yield heading, list(_lists(blocks[start + 1 : last]))


def _lists(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Lists of what there is; those introduced as plans are left out."""
    introduction = ""
    for block in blocks:
        if block.kind == "list" and not postpones(introduction):
            yield block
        introduction = block.text if block.kind == "paragraph" else ""


def _features(block: Block) -> list[Feature]:
    return [feature for item in block.items if (feature := _feature(item))]


def _is_good(block: Block, features: list[Feature]) -> bool:
    telling = [feature for feature in features if words(feature.text) > FEWEST_WORDS]
    return len(telling) >= max(FEWEST_ITEMS, TELLING_SHARE * len(block.items))


def _feature(item: Item) -> Feature | None:
    whole = plain(item.text)
    if item.linked_share > MOST_LINKED or CODE.fullmatch(whole) or STEP.match(whole):
        return None
    lead, rest = _parted(whole, plain(item.lead).rstrip(" :.–—-"))
    text = _bounded(f"{lead}: {rest}" if lead and rest else whole, lead)
    if words(text) < FEWEST_WORDS or text.endswith(":"):
        return None
    return Feature(text=text, lead=lead, first_line=item.first_line, last_line=item.last_line)


def _parted(whole: str, lead: str) -> tuple[str, str]:
    """A feature's name and what is said about it; both empty when it has no name."""
    if lead and whole.startswith(lead):
        rest = whole[len(lead) :].lstrip(" :.,–—-")
        follows = whole[len(lead) : len(lead) + 3]
        is_name = not rest or not follows.startswith(" ") or follows in DASHES
        return (lead, rest) if is_name else ("", "")
    match = TERM_AND_REST.match(whole)
    return (match["term"].strip(), match["rest"]) if match else ("", "")


def _bounded(text: str, lead: str) -> str:
    """Whole sentences within the limit; failing that, the feature's name alone."""
    short = spoken(text, MAX_FEATURE_CHARACTERS)
    if short:
        return short
    return lead if any(len(sentence) > MAX_FEATURE_CHARACTERS for sentence in sentences(text)) else ""
