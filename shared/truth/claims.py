"""What a text claims that can be looked up: its numbers, dates, identifiers, names and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from shared.truth.dates import Date, find_dates
from shared.truth.numbers import Number, read_number
from shared.truth.tokens import Token, tokens
from shared.truth.vocabulary import COMMON, NAMES, TECHNOLOGIES

Kind = Literal["number", "date", "identifier", "name", "address"]

_ADDRESS = re.compile(
    r"(?:[a-z][a-z+.-]*://|www\.|mailto:)\S+|[^\s@]+@[\w-]+\.\S+|@[A-Za-z0-9][\w-]*"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|app|edu|gov|me)(?:[/:]\S*)?"
)
_IDENTIFIER = re.compile(
    r".*(?:\w[_/\\=<>$#@]|[_/\\=<>$#@]\w|::|->|\(\)|[a-z][A-Z]|[A-Z]{2}[a-rt-z]|\w\.\w"
    r"|\d[^\W\d_]|[^\W\d_][+]*\d|\w\+\+|[^\W\d_]-\d|\d-[^\W\d_]|\d[.,:-]\d).*|--?\w.*"
)
_NOT_IDENTIFIERS = {"e.g", "i.e", "and/or"}
_WORD = re.compile(r"[^\W_]+")
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
"""French and others write 12 431."""
NOUN_DISTANCE = 2
"""How many words after a number may say what was counted ("84 files", "39 test files")."""

CLAUSE_ENDS = (";", ".", ":")
"""What comes after these is not what was counted: "39 tests among 112; 87 people wrote them"."""


class Claim(NamedTuple):
    kind: Kind
    text: str
    number: Number | None = None
    date: Date | None = None
    nouns: tuple[str, ...] = ()
    """The words after a number, which may say what it counts."""
    before: str = ""
    """The word before a number: "line" in "line 252"."""


def claims(text: str, language: str) -> tuple[Claim, ...]:
    if language != "en":
        text = _SPACED_THOUSANDS.sub("", text)
    dates = find_dates(text)
    for date in dates:
        text = text.replace(date.text, "then", 1)
    return tuple(Claim("date", date.text, date=date) for date in dates) + tuple(
        _in_words(tokens(text), language)
    )


def _in_words(words: Sequence[Token], language: str) -> Iterator[Claim]:
    index = 0
    while index < len(words):
        number = read_number(words, index, language) if words[index].core else None
        if number is None:
            yield from _in_word(words[index], language)
            index += 1
        else:
            nouns = tuple(_nouns(words, number.end))
            before = words[index - 1].core.lower() if index else ""
            yield Claim("number", number.text, number=number, nouns=nouns, before=before)
            index = number.end


def _nouns(words: Sequence[Token], start: int) -> Iterator[str]:
    """The words after a number, as far as its clause, or its line, goes."""
    if words[start - 1].raw.endswith(CLAUSE_ENDS):
        return
    for word in words[start : start + NOUN_DISTANCE]:
        if not word.core:
            return
        yield word.core.lower()


def _in_word(word: Token, language: str) -> Iterator[Claim]:
    bare = word.core
    if not bare or bare in NAMES or bare.lower() in _NOT_IDENTIFIERS:
        return
    if _ADDRESS.fullmatch(bare):
        yield Claim("address", bare)
    elif _IDENTIFIER.fullmatch(bare):
        yield Claim("identifier", bare)
    else:
        yield from _names(word, language)


def _names(word: Token, language: str) -> Iterator[Claim]:
    for place, part in enumerate(_WORD.findall(word.core)):
        small = part.lower()
        initial = word.initial and place == 0
        capital = part != small and not (initial and (language != "en" or small in COMMON))
        if part not in NAMES and (capital or small in TECHNOLOGIES):
            yield Claim("name", part)
