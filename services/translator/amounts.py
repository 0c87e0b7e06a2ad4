"""Numbers and dates, read in English and written as the other language writes them."""

from __future__ import annotations

import re

from services.translator.slots import MARK

_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_VALUES = {word: str(value) for value, word in enumerate(_WORDS, start=2)}
MONTHS = "January February March April May June July August September October November December".split()

NUMBER = (
    r"(?<![\w.,-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|"
    + "|".join(f"[{word[0]}{word[0].upper()}]{word[1:]}" for word in sorted(_WORDS, key=len, reverse=True))
    + r")(?=%|[^\w-]|$|-[a-z])(?![.,]\d)"
)
MONTH = rf"(?P<month>{'|'.join(MONTHS)}) (?P<inside>{MARK}*)(?P<year>\d{{4}})(?!\w)"

_SIGNS = {
    **dict.fromkeys(("pt", "es", "it", "ca", "gl"), (".", ",")),
    "fr": (" ", ","),
}
"""Between groups of digits, and before decimals; a language that is not listed keeps the English ones."""


def written(number: str, language: str) -> str:
    """`12,431.5` as 12.431,5; `three` as 3; a number written without groups stays without."""
    group, decimal = _SIGNS.get(language, (",", "."))
    digits = _VALUES.get(number.lower(), number)
    return "".join({",": group, ".": decimal}.get(sign, sign) for sign in digits)


def digits(text: str) -> list[str]:
    """The digits of each number in a text, without groups and points, in order of size."""
    return sorted(re.sub(r"\D", "", number) for number in re.findall(r"\d[\d.,\u00a0\u202f]*", text))
