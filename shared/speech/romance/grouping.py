"""A number whose groups of digits stand apart, `12 431`: each group is said as its part of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LANGUAGES = ("fr",)
"""Those that write it so."""
MOST_GROUPS = 4
"""As many as `shapes.MOST_DIGITS` holds."""

_HEAD = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_GROUP = re.compile(r"(\d{3})(,\d+)?", re.ASCII)


def parts(words: Sequence[str], parted: Sequence[bool]) -> list[str]:
    """Bare words, the groups of a number replaced: `12` and `031` by `12000` and `31`, `000` by nothing.

    `parted` says of each word whether something stands between it and the next one.
    """
    said, place = list(words), 0
    while place < len(said):
        end = _end(words, parted, place)
        if end > place + 1:
            said[place:end] = _values(words[place:end])
        place = end
    return said


def _end(words: Sequence[str], parted: Sequence[bool], place: int) -> int:
    """Behind the last group of the number that begins here; the one with decimals is the last."""
    end = place + 1
    if not _HEAD.fullmatch(words[place]):
        return end
    while end < min(len(words), place + MOST_GROUPS) and not parted[end - 1]:
        group = _GROUP.fullmatch(words[end])
        if not group:
            break
        end += 1
        if group[2]:
            break
    return end


def _values(groups: Sequence[str]) -> Iterator[str]:
    for behind, group in zip(reversed(range(len(groups))), groups, strict=True):
        whole, comma, fraction = group.partition(",")
        value = whole.lstrip("0") + "000" * behind if whole.strip("0") else ""
        yield (value or "0" * bool(comma)) + comma + fraction


def thousands(digits: str) -> list[str]:
    """`12431` as 12000 and 431; a number without thousands, or with none but them, stays whole."""
    if len(digits) > MOST_GROUPS * 3 or digits.startswith("0"):
        return [digits]
    groups = f"{int(digits):,}".split(",")
    return [value for value in _values(groups) if value]
