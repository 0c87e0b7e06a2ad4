"""Turns written text into text that can be spoken: plain, on one line, ending where a sentence ends."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u061c]")
PICTURES = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f\u200d]"
)
SHORTCODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?![\w:])")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>)\]]+", re.IGNORECASE)
EMPTY_BRACKETS = re.compile(r"\(\s*[,;:–-]?\s*\)|\[\s*\]")
SPACE_BEFORE_STOP = re.compile(r"\s+([,.;:!?)](?:\s|$))")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]?\s+(?=[\"'(`]?[A-Z0-9])")
ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|Mr|Ms|Dr|Inc|Ltd|No|al)\.|\b[A-Z]\.)[\"')\]]?\s*$"
)
PERSONAL = re.compile(r"\b(?:I|I'm|I've|I’m|I’ve|my)\b|(?<![\w/])@\w+(?![\w/-])")
"""An author about himself, or a person's handle."""
POINTER = re.compile(
    r"""(?ix) ^ (?: (?:please\s+)?(?:see|check(?:\s+out)?|refer\s+to|read|visit|consult)\s+
          (?:the|our|also|below|above|here|this|more|its|\w+'s|\[|docs|documentation|the\s+full)\b
        | click\s+(?:here|on|the|this|below)\b
        | for\s+(?:more|further|full|complete|detailed|additional|a\s+full)\b | for\s+an?\b.*\bsee\b
        | please\b | join\s+(?:us|our|the)\b | follow\s+(?:us|the)\b | (?:to\s+)?learn\s+more\b
        | more\s+(?:information|details|info)\b | (?:full\s+|the\s+)?(?:documentation|docs)\s+(?:is|are|can|:)
        | this\s+(?:branch|readme|document|page|file)\b | the\s+(?:main|master)\s+branch\b
        | (?:note|warning|tip)\s*: | thanks?\b )"""
)
"""How sentences begin that point elsewhere: of use to a reader, not to a listener."""


def plain(text: str) -> str:
    """One line of visible text, without pictograms and their shortcodes."""
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    text = SHORTCODE.sub(" ", PICTURES.sub(" ", text))
    text = "".join(character if character.isprintable() else " " for character in text)
    text = EMPTY_BRACKETS.sub("", " ".join(text.split()))
    return SPACE_BEFORE_STOP.sub(r"\1", text).strip()


def sentences(text: str) -> tuple[str, ...]:
    """Splits at sentence ends, not at abbreviations."""
    found: list[str] = []
    for piece in SENTENCE_END.split(text):
        if found and ABBREVIATED.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return tuple(part.strip() for part in found if part.strip())


def spoken(text: str, limit: int) -> str:
    """The leading sentences that fit into `limit` characters; empty when none fits.

    Left out are sentences with web addresses, those that only point elsewhere, and those about persons.
    """
    kept: list[str] = []
    for sentence in sentences(plain(text)):
        if _is_for_readers(sentence):
            continue
        if len(" ".join([*kept, sentence])) > limit:
            break
        kept.append(sentence)
    return " ".join(kept)


def _is_for_readers(sentence: str) -> bool:
    found = ADDRESS.search(sentence) or POINTER.match(sentence) or PERSONAL.search(sentence)
    return found is not None


def words(text: str) -> int:
    return sum(1 for word in text.split() if any(character.isalpha() for character in word))
