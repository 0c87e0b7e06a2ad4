"""Numbers, dates and lists as one says them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()
ROUNDED_FROM = 1000
"""Below it, a number is said exactly."""
SIGNIFICANT_DIGITS = 2

_VOWEL = re.compile(r"[aeioAEIO](?!ne\b)(?![A-Z])|[AEFHILMNORSX](?=[A-Z]+\b|\b)|[uU](?:n(?!i)|p)")
"""A noun that begins with a vowel's sound; letters are spelled out in capitals."""


def count(number: int, one: str, many: str = "") -> str:
    """`three files`, `1,204 files`: the exact number with its noun."""
    return f"{numeral(number)} {one if number == 1 else many or one + 's'}"


def numeral(number: int) -> str:
    return _SMALL[number] if 0 <= number < len(_SMALL) else f"{number:,}"


def about(number: int) -> str:
    """`840`, `about 12,000`: rounded to two digits, and said to be."""
    if number < ROUNDED_FROM:
        return numeral(number)
    rounded = round(number, SIGNIFICANT_DIGITS - len(str(number)))
    return f"{number:,}" if rounded == number else f"about {rounded:,}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)


def series(names: Sequence[str]) -> str:
    """`a, b, and c`, for names that are clauses themselves."""
    if len(names) <= 2:  # noqa: PLR2004 - two need no comma
        return listed(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def month(day: str) -> str:
    """`March 2019` for `2019-03-02`; empty when it is no date."""
    found = read_date(day)
    return f"{found:%B %Y}" if found else ""


def read_date(day: str) -> date | None:
    try:
        return date.fromisoformat(day[:10])
    except ValueError:
        return None


def years(first: str, last: str) -> int:
    """Whole years from one date to another; 0 when one of them is none."""
    start, end = read_date(first), read_date(last)
    if start is None or end is None:
        return 0
    return max(0, end.year - start.year - ((end.month, end.day) < (start.month, start.day)))


def percent(part: float) -> str:
    """A share of 1, in whole per cent."""
    return f"{part * 100:.0f}"


def words(text: str) -> int:
    return len(text.split())


def article(noun: str) -> str:
    """`a Go tool`, `an HTTPS server`: by its sound, as far as its spelling tells."""
    return f"{'an' if _VOWEL.match(noun) else 'a'} {noun}"


def capital(clause: str, *kept: str) -> str:
    """The clause as a sentence begins; a name among `kept` keeps the letter its owner gave it."""
    start = next((place for place, letter in enumerate(clause) if letter.isalnum()), 0)
    if any(name and clause.startswith(name, start) for name in kept):
        return clause
    return clause[:start] + clause[start : start + 1].upper() + clause[start + 1 :]
