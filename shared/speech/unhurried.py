"""How fast a sentence is spoken and how long the pause after it is, so that its subtitles can be read along.

A reader takes in about as many characters a second as a listener hears. Where a sentence's text is too long
for its sound (subtitles in another language, a language of long words), the speaker takes more time for it:
the voice itself speaks slower, within what sounds natural, and pauses longer after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from shared.narration import Word
from shared.speech.voice import NATURAL, Speech, Voice

BRISK = 17.0
"""Characters a second of a long sentence that is read in the words that are heard."""
LONG, LONGEST = 60, 84
"""Characters of a subtitle that fills two lines; a shorter sentence is one, and stays through the pause."""
BRISK_ELSE = 15.8
COMFORTABLE_ELSE = 15.0
"""The same where other words are read than are heard; and of such a sentence with the pause after it."""
SLOWEST = 0.75
"""Of the natural pace; below it a voice sounds tired."""
LONGEST_PAUSE_SECONDS = 0.5
"""With the silence that speech brings of its own, below 0.6 s of dead air."""


CLAUSE_ENDS = tuple(",;:.!?—…")
QUOTES = "\"'”»)"


class Said(NamedTuple):
    speech: Speech
    pause_seconds: float
    """After it."""


def said(voice: Voice, text: str, shown: str, pause_seconds: float) -> Said:
    """Say `text` so that `shown` can be read meanwhile; the pause is at least the one given.

    Raises Unspeakable.
    """
    speech, pause = voice.speak(text), pause_seconds
    natural = len(speech.samples) / voice.card.sample_rate
    if shown != text:
        wanted = len(shown) / COMFORTABLE_ELSE
        pause = max(pause, min(LONGEST_PAUSE_SECONDS, wanted - natural))
        needed = max(wanted - pause, len(shown) / BRISK_ELSE)
    else:
        needed = natural * _briskest(speech) / BRISK
    pace = max(SLOWEST, round(natural / max(natural, needed), 2))
    return Said(voice.speak(text, pace) if pace < NATURAL else speech, pause)


def _briskest(speech: Speech) -> float:
    """Characters a second of the fastest stretch that may be one subtitle, or of all of it.

    Subtitles break where clauses end; where one is too long for them, anywhere.
    """
    words = speech.words
    borders = [0, *(place for place, word in enumerate(words, start=1) if _ends_clause(word.text))]
    if borders[-1] != len(words):
        borders.append(len(words))
    if any(_characters(words[start:end]) > LONGEST for start, end in pairwise(borders)):
        borders = list(range(len(words) + 1))
    rates = [0.0]
    for start, end in combinations(borders, 2):
        characters = _characters(words[start:end])
        whole = start == 0 and end == len(words)
        if characters > LONG and (whole or characters <= LONGEST):
            until = words[end].start if end < len(words) else words[-1].end
            rates.append(characters / max(0.1, until - words[start].start))
    return max(rates)


def _characters(words: Sequence[Word]) -> int:
    return len(" ".join(word.text for word in words))


def _ends_clause(word: str) -> bool:
    return word.rstrip(QUOTES).endswith(CLAUSE_ENDS)
