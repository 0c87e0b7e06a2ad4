"""Shapes of words that are not said as they are spelled; the first that fits a whole word wins."""

from __future__ import annotations

import re
from collections.abc import Callable

from shared.speech.english import amounts, numbers
from shared.speech.english.amounts import AMOUNT

Say = Callable[[str], str]
Shape = Callable[[re.Match[str], str, Say], str]
"""(match, bare word before, how to say a part) to what is said."""

HASH_CHARACTERS = 7
"""Read out of a commit's id."""

_UNIT = "|".join(sorted(map(re.escape, amounts.units()), key=len, reverse=True))
_TEN = 10


def _rest(match: re.Match[str], _before: str, say: Say) -> str:
    return say(match[1])


def _date(match: re.Match[str], _before: str, _say: Say) -> str:
    return numbers.date(int(match[1]), int(match[2]), int(match[3]))


def _clock(match: re.Match[str], _before: str, _say: Say) -> str:
    minute = int(match[2])
    if minute == 0:
        return f"{numbers.cardinal(match[1].lstrip('0') or '0')} o'clock"
    between = " oh " if minute < _TEN else " "
    return numbers.cardinal(match[1].lstrip("0") or "0") + between + numbers.cardinal(str(minute))


def _decade(match: re.Match[str], _before: str, _say: Say) -> str:
    said = numbers.year(int(match[1]))
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def _version(match: re.Match[str], before: str, say: Say) -> str:
    named = "version " if match[1] and before.lower() != "version" else ""
    rest = "plus" if match[3] == "+" else say(match[3].strip("-.+_~")) if match[3] else ""
    return f"{named}{numbers.version(match[2])} {rest}".strip()


def _range(match: re.Match[str], before: str, say: Say) -> str:
    return f"{amounts.amount(match[1], before)} to {say(match[2])}"


def _commit(match: re.Match[str], _before: str, _say: Say) -> str:
    shown = match[0][:HASH_CHARACTERS]
    return " ".join(numbers.each_digit(sign) if sign.isdigit() else sign.upper() for sign in shown)


def _minus(match: re.Match[str], _before: str, say: Say) -> str:
    return f"minus {say(match[1])}"


def _flag(match: re.Match[str], _before: str, say: Say) -> str:
    return f"{'dash ' * len(match[1])}{say(match[2])}"


def _prefixed(match: re.Match[str], _before: str, say: Say) -> str:
    return f"{say(match[1])} {say(match[2])}"


SHAPES: tuple[tuple[re.Pattern[str], Shape], ...] = tuple(
    (re.compile(pattern), shape)
    for pattern, shape in (
        (r"(?:https?|ftp|ssh|git)://(?:www\.)?(.+?)/?", _rest),
        (r"((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:T.*)?", _date),
        (r"([01]?\d|2[0-3]):([0-5]\d)", _clock),
        (r"(\d{1,15})(?:st|nd|rd|th)", lambda match, _before, _say: numbers.ordinal(int(match[1]))),
        (rf"([$€£])({AMOUNT})([kKMB]?)", lambda match, _before, _say: amounts.money(*match.groups())),
        (r"((?:19|20)\d\d)'?s", _decade),
        (rf"({AMOUNT})-?({_UNIT})", lambda match, _before, _say: amounts.measured(match[1], match[2])),
        (r"([vV]\.?)(\d+(?:\.\d+)*)([-.+_~]?\w*(?:[-.]\w+)*\+?)", _version),
        (r"()(\d+(?:\.\d+){2,})([-.+_~]?\w*(?:[-.]\w+)*\+?)", _version),
        (r"()(\d+(?:\.\d+)+)((?:a|b|rc|dev|alpha|beta)\d*|\.[x*]|\+)", _version),
        (r"(?:19|20)\d\d", lambda match, _before, _say: numbers.year(int(match[0]))),
        (AMOUNT, lambda match, before, _say: amounts.amount(match[0], before)),
        (rf"({AMOUNT})[-—](\d.*)", _range),
        (rf"({AMOUNT})\+", lambda match, before, _say: f"{amounts.amount(match[1], before)} plus"),
        (r"(?=.*\d)(?=.*[a-f])[0-9a-f]{7,64}", _commit),
        (rf"-({AMOUNT}.*)", _minus),
        (r"([<>=!~^]+[^,]+),(.+)", _prefixed),
        (r"(--?)(\w.*)", _flag),
        (r"(>=|<=|==|~=|!=|->|=>|[<>=~^#@&+$])(\w.*)", _prefixed),
        (
            r"(?:[A-Za-z]\.)+[A-Z]\.?",
            lambda match, _before, _say: " ".join(match[0].upper().replace(".", "")),
        ),
    )
)
