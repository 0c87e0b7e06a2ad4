"""`/film` in a comment: what it asks for.

/film
/film en,pt release
/film architecture ref=v2.1
"""

from __future__ import annotations

import re
from typing import Any, get_args

from shared.events import Profile

COMMAND = "/film"
REF = "ref="
LANGUAGES = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?(,[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?)*")
MAX_WORDS = 10


def asked_in(comment: str) -> dict[str, Any] | str | None:
    """Give the wishes of a comment's first line, words on what is not understood, or None for no wish."""
    first = comment.lstrip().split("\n", 1)[0].split()
    if not first or first[0] != COMMAND:
        return None
    asked: dict[str, Any] = {}
    for word in first[1 : MAX_WORDS + 1]:
        if word in get_args(Profile):
            asked["profile"] = word
        elif word.startswith(REF):
            asked["ref"] = word.removeprefix(REF)
        elif LANGUAGES.fullmatch(word):
            asked["languages"] = tuple(word.split(","))
        else:
            return f"{word[:40]!r} is not understood: {COMMAND} [languages] [profile] [{REF}NAME]"
    return asked
