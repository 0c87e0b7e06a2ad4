"""How an English text about software is said: numbers, versions, paths, calls, names in code.

A word is looked up in the lexicon; if it is not there, the first shape that fits decides; if none fits, the
word is taken apart at its dots, slashes and humps, and each part is looked up again.
"""

from __future__ import annotations

from shared.speech.english.amounts import follows_number, unit, units
from shared.speech.english.names import take_apart
from shared.speech.english.shapes import SHAPES
from shared.speech.lexicon import Lexicon


def say(word: str, before: str, lexicon: Lexicon) -> str:
    """What is said for a bare word, given the one before it; empty when there is nothing to say."""
    if word == "a" or (word == "A" and not before):
        return "a"
    if said := lexicon.find(word):
        return said
    if len(word) > 1 and word in units() and follows_number(before):
        return unit(word, before)
    for pattern, shape in SHAPES:
        if match := pattern.fullmatch(word):
            return shape(match, before, lambda part: say(part, "", lexicon))
    return take_apart(word, lexicon)
