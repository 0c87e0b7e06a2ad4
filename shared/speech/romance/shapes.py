"""Shapes of words that are not said as they are spelled: numbers, versions, dates, units, flags."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.speech.romance.numbers import feminine, wants_feminine
from shared.speech.romance.wording import Wording

MOST_DIGITS = 12
"""A longer number is read digit by digit."""

NUMBER = r"(?:\d{1,3}(?:[.\u00a0\u202f]\d{3})+|\d+)(?:,\d+)?"
_NUMBER = re.compile(NUMBER, re.ASCII)


@dataclass(frozen=True)
class Context:
    language: str
    words: Wording
    before: str
    after: str
    say: Callable[[str], str]
    """How a part is said."""


def shaped(word: str, context: Context) -> str | None:
    """None for a word that has none of the shapes."""
    if word in context.words.units and _NUMBER.fullmatch(context.before):
        return context.words.unit(word, context.before)
    for pattern, shape in _SHAPES:
        if match := pattern.fullmatch(word):
            said = shape(match, context)
            if said is not None:
                return said
    return None


def _rest(match: re.Match[str], context: Context) -> str:
    return context.say(match[1])


def _date(match: re.Match[str], context: Context) -> str:
    month = context.words.months[str(int(match[2]))]
    return context.words.say["date"].format(day=int(match[3]), month=month, year=int(match[1]))


def _measured(match: re.Match[str], context: Context) -> str | None:
    if match[2] not in context.words.units:
        return None
    return f"{_amount(match[1], context)} {context.words.unit(match[2], match[1])}"


def _version(match: re.Match[str], context: Context) -> str:
    word = context.words.say["version"]
    named = f"{word} " if match[1] and context.before.lower() != word else ""
    point = f" {context.words.say['point']} "
    rest = context.say(match[3].strip("-.+_~")) if match[3].strip("-.+_~") else ""
    return f"{named}{point.join(match[2].split('.'))} {rest}".strip()


def _number(match: re.Match[str], context: Context) -> str:
    return _amount(match[0], context)


def _amount(number: str, context: Context) -> str:
    whole, _, fraction = number.partition(",")
    digits = re.sub(r"\D", "", whole)
    if len(digits) > MOST_DIGITS or (digits[0] == "0" and len(digits) > 1):
        return " ".join(digits)
    if fraction:
        return f"{digits} {context.words.say['decimal']} {' '.join(fraction)}"
    if context.language == "pt" and wants_feminine(context.after.lower()):
        return feminine(digits)
    return digits


def _range(match: re.Match[str], context: Context) -> str:
    return f"{_amount(match[1], context)} {context.words.say['range']} {context.say(match[2])}"


def _minus(match: re.Match[str], context: Context) -> str:
    return f"{context.words.say['minus']} {context.say(match[1])}"


def _flag(match: re.Match[str], context: Context) -> str:
    return f"{(context.words.say['dash'] + ' ') * len(match[1])}{context.say(match[2])}"


def _commit(match: re.Match[str], context: Context) -> str:
    letters = context.words.letters
    return " ".join(letters.get(sign, sign) for sign in match[0][:7])


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Context], str | None]], ...] = tuple(
    (re.compile(pattern, re.ASCII), shape)
    for pattern, shape in (
        (r"(?:https?|ftp|ssh|git)://(?:www\.)?(.+?)/?", _rest),
        (r"((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:T.*)?", _date),
        (NUMBER, _number),
        (rf"({NUMBER})-?(\D{{1,4}})", _measured),
        (r"([vV]\.?)(\d+(?:\.\d+)*)([-.+_~]?\w*(?:[-.]\w+)*\+?)", _version),
        (r"()(\d+(?:\.\d+)+)([-.+_~]?\w*(?:[-.]\w+)*\+?)", _version),
        (rf"({NUMBER})[-—](\d.*)", _range),
        (r"(?=.*\d)(?=.*[a-f])[0-9a-f]{7,64}", _commit),
        (rf"-({NUMBER}.*)", _minus),
        (r"(--?)(\w.*)", _flag),
    )
)
