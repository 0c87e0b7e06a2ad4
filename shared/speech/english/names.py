"""Names in code and addresses, taken apart: `snake_case`, `CamelCase`, `docs/index.md`, `HTTP/2`."""

from __future__ import annotations

import re
import unicodedata

from shared.speech.english import numbers
from shared.speech.lexicon import GAP, SIBILANT, Lexicon

_PART = re.compile(
    r"[A-Z]{2,}(?:'?s)?(?![a-z])|[A-Z]?[a-z]+(?:'[a-z]+)*|[A-Z]|\d[\d,]*(?:\.\d+)*|[^\w\s]", re.ASCII
)
_SHORT = re.compile(r"[A-Z\d]{1,5}(?:\.\d+)?")
_COMPOUND = re.compile(r"[A-Z]?[a-z']+(?:-[a-z']+)+")
_CONSONANTS = re.compile(r"[b-df-hj-np-tv-xz]{2,5}", re.IGNORECASE)
_CAPITALS = re.compile(r"[A-Z]{1,5}")
_FOLD = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "—": "-"}
)
_YEAR_DIGITS = 4
_SEPARATORS = {
    ".": "dot",
    "/": "slash",
    "*": "star",
    "@": "at",
    "+": "plus",
    "=": "equals",
    "&": "and",
    "%": "percent",
    "~": "tilde",
}
"""The others are not heard."""


def take_apart(word: str, lexicon: Lexicon) -> str:
    """Each part as the lexicon has it, or as it is spelled; letters of other scripts are not heard."""
    folded = unicodedata.normalize("NFKD", word.translate(_FOLD)).encode("ascii", "ignore").decode()
    parts = _PART.findall(folded)
    if _COMPOUND.fullmatch(folded) and all(_is_ordinary(part, lexicon) for part in parts):
        return folded
    said = [
        _part(part, left, right, lexicon)
        for left, part, right in zip(["", *parts], parts, [*parts[1:], ""], strict=False)
    ]
    return GAP.join(filter(None, said))


def _is_ordinary(part: str, lexicon: Lexicon) -> bool:
    return part == "-" or (lexicon.find(part) is None and _letters(part) == part)


def _part(part: str, left: str, right: str, lexicon: Lexicon) -> str:
    if part[0].isdigit():
        return _number(part)
    if part[0].isalpha():
        return lexicon.find(part) or _letters(part)
    return _separator(part, left, right)


def _separator(mark: str, left: str, right: str) -> str:
    """A last slash is not heard, nor is that of CI/CD and HTTP/2."""
    if not right or (mark == "/" and _CAPITALS.match(left) and _SHORT.fullmatch(right)):
        return ""
    return _SEPARATORS.get(mark, "")


def _letters(part: str) -> str:
    """Spell what nobody can pronounce; lower what is only written large."""
    stem = part.removesuffix("s").removesuffix("'")
    if stem != part and len(stem) > 1 and _CAPITALS.fullmatch(stem):
        return " ".join(stem) + SIBILANT
    if len(part) == 1 or _CONSONANTS.fullmatch(part):
        return " ".join(part.upper())
    return part.lower() if part.isupper() and not _CAPITALS.fullmatch(part) else part


def _number(digits: str) -> str:
    """`python3.11` three point eleven, `iso8601` eighty six oh one, `base64` sixty four."""
    digits = digits.replace(",", "")
    if "." in digits:
        return numbers.version(digits)
    if len(digits) == _YEAR_DIGITS and digits[0] != "0":
        return numbers.year(int(digits))
    return numbers.cardinal(digits)
