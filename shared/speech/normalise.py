"""How each word of a sentence is said: one reading for every word that stands on the page, in order.

`v2.15.1,` is read "version two point fifteen point one" and then a comma's pause; a dash is only a pause.
How a bare word is said is each language's own affair (`english/`, `romance/`); the bookkeeping here is the
same for all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from shared.speech import english, romance
from shared.speech.lexicon import NONE, SIBILANT, Lexicon, lexicon
from shared.speech.romance import grouping

Say = Callable[[str, str, str, Lexicon], str]
"""(bare word, the one before it, the one after it, lexicon) to what is said, written as in the lexicon."""

SAY: dict[str, Say] = {
    "en": lambda word, before, _after, terms: english.say(word, before, terms),
    **{language: partial(romance.say, language) for language in romance.LANGUAGES},
}

MOST_CHARACTERS = 60
"""Read out of one word without a blank, such as a key or an encoded file; its rest is silent."""

ENDS = ".!?…"
PAUSES = ENDS + ",;:—"

_ALIKE = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "−": "-", "–": "—", "―": "—", "⁄": "/"})
_UNHEARD = re.compile(r'["“”„«»`™®©\u200b-\u200f\ufeff]')
_OPENING = re.compile(r"(?:['(\[{¿¡,;:!?…—|_]|\*(?![.\w]*$)|<(?![=\d])|\.(?!\w))+")
_CLOSING = re.compile(r"['()\[\]{}>*_|,.;:!?…—]+$")
_SIGNS = re.compile(r"[\W_]*")
_ABBREVIATED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_SAID = re.compile(rf"(?:/([^/]+)/|([A-Z](?: [A-Z](?![\w/]))*(?![\w'-]))|([^\s+]+))({re.escape(SIBILANT)})?")


@dataclass(frozen=True)
class Token:
    """One thing to say: a word, letters to spell, or ready phonemes."""

    text: str
    phonemes: str = ""
    spelled: bool = False
    sibilant: bool = False
    """One more s at its end, as plurals and possessives have."""


@dataclass(frozen=True)
class Reading:
    word: str
    """As it stands on the page."""
    tokens: tuple[Token, ...]
    """None, for a word that is only seen."""
    pause: str
    """The mark after it that makes the voice pause or end; empty for none."""


def read(text: str, language: str, own: Mapping[str, str] = NONE) -> tuple[Reading, ...]:
    """One reading for each word of `text.split()`; the last one said ends the sentence.

    `own` are terms that go before those of the lexicon.
    """
    terms, words = lexicon(language).with_own(own), text.split()
    stripped = [bared(word, terms) for word in words]
    bare_words = ["", *(bare for bare, _, _ in stripped), ""]
    readings: list[Reading] = []
    for word, bare, (_, pause, opens), before, after in zip(
        words, _heard(stripped, language), stripped, bare_words, bare_words[2:], strict=False
    ):
        if readings and (opens or not bare):
            readings[-1] = _pausing(readings[-1], pause or opens)
        said = SAY.get(language, _as_listed)(bare[:MOST_CHARACTERS], before, after, terms) if bare else ""
        tokens = tuple(_tokens(said))
        readings.append(Reading(word, tokens, pause if tokens else ""))
    return _ended(readings)


def as_text(reading: Reading) -> Iterator[str]:
    """What a voice is given that reads words, not phonemes.

    Ready phonemes are of another alphabet: that word is read as it is written.
    """
    if any(token.phonemes for token in reading.tokens):
        yield "".join(sign if sign.isalnum() else " " for sign in reading.word).strip()
        return
    for token in reading.tokens:
        letters = " ".join(token.text) if token.spelled else token.text
        yield letters + ("s" if token.sibilant else "")


def _heard(stripped: Sequence[tuple[str, str, str]], language: str) -> list[str]:
    """The bare words, those that are one number in several groups as its parts."""
    bare_words = [bare for bare, _, _ in stripped]
    if language not in grouping.LANGUAGES:
        return bare_words
    opens = [*(opens for _, _, opens in stripped[1:]), ""]
    return grouping.parts(
        bare_words, [bool(pause or after) for (_, pause, _), after in zip(stripped, opens, strict=True)]
    )


def _as_listed(word: str, _before: str, _after: str, terms: Lexicon) -> str:
    """For languages without rules of ours: as the lexicon says, or as it is written."""
    return terms.find(word) or word


def bared(word: str, terms: Lexicon) -> tuple[str, str, str]:
    """The word without quotes, brackets and marks; the pause after it; the pause before it."""
    plain = unicodedata.normalize("NFKC", _UNHEARD.sub("", word)).translate(_ALIKE).replace("...", "…")
    if _SIGNS.fullmatch(plain):
        return (plain, "", "") if terms.find(plain) else ("", _pause(plain), "")
    opening = _OPENING.match(plain)
    start = opening.end() if opening else 0
    closing = _CLOSING.search(plain, start)
    end = closing.start() if closing else len(plain)
    bare, marks = plain[start:end], plain[end:]
    if marks.startswith(".") and (terms.find(bare + ".") or _ABBREVIATED.fullmatch(bare)):
        bare, marks = bare + ".", marks[1:]
    return bare, _pause(marks, bare), "," if "(" in plain[:start] else ""


def _pause(marks: str, bare: str = "") -> str:
    heard = [mark for mark in marks if mark in PAUSES]
    if heard:
        return heard[-1]
    return "," if ")" in marks and "(" not in marks + bare else ""


def _pausing(reading: Reading, pause: str) -> Reading:
    return replace(reading, pause=reading.pause or pause) if reading.tokens else reading


def _tokens(said: str) -> Iterator[Token]:
    for phonemes, letters, word, sibilant in _SAID.findall(said):
        if phonemes:
            yield Token(phonemes, phonemes=phonemes, sibilant=bool(sibilant))
        elif letters and letters != "I":
            yield Token(letters.replace(" ", ""), spelled=True, sibilant=bool(sibilant))
        else:
            yield Token(letters or word, sibilant=bool(sibilant))


def _ended(readings: list[Reading]) -> tuple[Reading, ...]:
    """The last word that is said takes a full stop, where it has no other end."""
    for index in reversed(range(len(readings))):
        if readings[index].tokens:
            if readings[index].pause not in tuple(ENDS):
                readings[index] = replace(readings[index], pause=".")
            break
    return tuple(readings)
