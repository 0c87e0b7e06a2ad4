"""Ordinary words as they stand; names in code and addresses taken apart: `snake_case`, `docs/index.md`."""

from __future__ import annotations

import re

from shared.speech.lexicon import Lexicon
from shared.speech.romance.wording import Wording

_SMALL, _LARGE = "a-zß-öø-ɏ", "A-ZÀ-ÖØ-Þ"
_WORD = re.compile(
    rf"[{_LARGE}]?[{_SMALL}]+(?:['-][{_LARGE}]?[{_SMALL}]+)*|[{_LARGE}]'[{_LARGE}]?[{_SMALL}]+"
)
_PART = re.compile(
    rf"[{_LARGE}]{{2,}}(?![{_SMALL}])|[{_LARGE}]?[{_SMALL}]+(?:'[{_SMALL}]+)*|[{_LARGE}]|[0-9]+|[^\w\s]"
)
_VOWEL = re.compile(r"[aeiouyà-öø-ɏ]", re.IGNORECASE)
_SPELLED = re.compile(r"[A-Z]{2,5}")
_CODED = re.compile(r"[b-df-hj-np-tv-z]{2,4}y?")
"""Extensions and the like: `py`, `js`, `md`, `html`."""


def take_apart(word: str, before: str, words: Wording, lexicon: Lexicon) -> str:
    """Each part as the lexicon has it, or as it is spelled; letters of other scripts are not heard."""
    if len(word) == 1 and word.isalpha():
        return _letter(word, before, words)
    if _WORD.fullmatch(word) and not _CODED.fullmatch(word):
        return word.lower()
    parts = _PART.findall(word)
    said = (
        _part(part, last=place == len(parts), words=words, lexicon=lexicon)
        for place, part in enumerate(parts, start=1)
    )
    return " ".join(filter(None, said))


def _letter(letter: str, before: str, words: Wording) -> str:
    """`A` begins a sentence as a word; behind another word it is a name."""
    small = letter.lower()
    if small in words.say["alone"] and (letter == small or not before):
        return small
    return words.letters.get(small, "")


def _part(part: str, *, last: bool, words: Wording, lexicon: Lexicon) -> str:
    if part.isdigit():
        return part if len(part) < 5 else " ".join(part)  # noqa: PLR2004 - as far as it is a number one says
    if part[0].isalpha():
        return lexicon.find(part) or _spelled(part, words)
    return "" if last else words.signs.get(part, "")


def _spelled(part: str, words: Wording) -> str:
    """Letter by letter what nobody can pronounce."""
    if len(part) == 1 or _SPELLED.fullmatch(part) or _CODED.fullmatch(part) or not _VOWEL.search(part):
        return " ".join(words.letters.get(letter, letter) for letter in part.lower())
    return part.lower()
