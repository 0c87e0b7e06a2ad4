"""English number words, American style: no "and"."""

from __future__ import annotations

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]
SCALES = ["", "thousand", "million", "billion", "trillion"]
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MONTHS = ("January February March April May June July August September October November December").split()

MOST_DIGITS = 15
"""A longer number is read digit by digit."""


def cardinal(digits: str) -> str:
    """`12,345` or `12345`: twelve thousand three hundred forty five. A leading zero means digits."""
    digits = digits.replace(",", "").replace("_", "")
    if len(digits) > MOST_DIGITS or (digits[0] == "0" and len(digits) > 1):
        return each_digit(digits)
    return _words(int(digits))


def ordinal(number: int) -> str:
    head, _, last = cardinal(str(number)).rpartition(" ")
    if last not in ORDINALS:
        last = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return f"{head} {ORDINALS.get(last, last)}".strip()


def year(number: int) -> str:
    """1987: nineteen eighty seven; 2005: two thousand five; 1905: nineteen oh five."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < 10:  # noqa: PLR2004 - the first decade of a millennium
        return _words(number)
    if rest == 0:
        return f"{_words(century)} hundred"
    return f"{_words(century)} {'oh ' if rest < 10 else ''}{_words(rest)}"  # noqa: PLR2004


def each_digit(digits: str) -> str:
    return " ".join(ONES[int(digit)] for digit in digits)


def decimal(number: str) -> str:
    """`3.14`: three point one four."""
    whole, _, fraction = number.partition(".")
    return f"{cardinal(whole or '0')} point {each_digit(fraction)}"


def version(number: str) -> str:
    """`2.15.1`: two point fifteen point one."""
    return " point ".join(cardinal(part) for part in number.split("."))


def date(year_number: int, month: int, day: int) -> str:
    return f"{MONTHS[month - 1]} {ordinal(day)}, {year(year_number)}"


def _words(number: int) -> str:
    groups: list[str] = []
    for scale in SCALES:
        number, group = divmod(number, 1000)
        if group:
            groups.insert(0, f"{_below_thousand(group)} {scale}".strip())
    return " ".join(groups) or ONES[0]


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [ONES[hundreds], "hundred"] if hundreds else []
    if rest >= len(ONES):
        words.append(TENS[rest // 10])
        rest %= 10
    if rest:
        words.append(ONES[rest])
    return " ".join(words)
