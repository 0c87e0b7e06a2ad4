"""Numbers, dates and lists as one says them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()
ROUNDED_FROM = 1000
"""Below it, a number is said exactly."""
SIGNIFICANT_DIGITS = 2


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


def month(day: str) -> str:
    """`March 2019` for `2019-03-02`; empty when it is no date."""
    try:
        return f"{date.fromisoformat(day[:10]):%B %Y}"
    except ValueError:
        return ""


def percent(part: float) -> str:
    """A share of 1, in whole per cent."""
    return f"{part * 100:.0f}"


def words(text: str) -> int:
    return len(text.split())


def article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
