"""How a text about software is said in Portuguese, Spanish, French and Italian.

As in English: the lexicon first, then the first shape that fits, else the word is taken apart at its signs
and humps. The words come from `data/words.<language>.tsv`; plain numbers are left to espeak-ng.
"""

from __future__ import annotations

from shared.speech.lexicon import Lexicon
from shared.speech.romance.names import take_apart
from shared.speech.romance.shapes import Context, shaped
from shared.speech.romance.wording import wording

LANGUAGES = ("pt", "es", "fr", "it")


def say(language: str, word: str, before: str, after: str, lexicon: Lexicon) -> str:
    """What is said for a bare word between its neighbours; empty when there is nothing to say."""
    words = wording(language)
    if said := lexicon.find(word):
        return said
    context = Context(language, words, before, after, lambda part: say(language, part, "", "", lexicon))
    said = shaped(word, context)
    return take_apart(word, before, words, lexicon) if said is None else said
