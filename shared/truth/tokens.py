"""Text cut into words, each with the punctuation it stood in taken off."""

from __future__ import annotations

import re
from typing import NamedTuple

_OPENING = "([{\"'“‘«‹¿¡„`"
_CLOSING = ")]}\"'”’»›.,;:!?…`"
_POSSESSIVE = re.compile(r"['’]s?$")
_PAUSE = re.compile(r"[.!?:…|][\"'”’»)\]]*$")
_SEPARATORS = {"·", "—", "-", "–", "|", "•"}
_JOINED = re.compile(r"\s*(?:[—…]|\n)\s*")


class Token(NamedTuple):
    raw: str
    core: str
    """Without surrounding punctuation and a possessive ending; empty for a lone dash."""
    initial: bool
    """Begins a sentence, a quotation or a piece of a list, where any word has a capital."""


def tokens(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    initial = True
    for raw in _JOINED.sub(" — ", text).split():
        found.append(Token(raw, _core(raw), initial or raw[0] in '“«„"('))
        initial = raw in _SEPARATORS or bool(_PAUSE.search(raw))
    return tuple(found)


def _core(raw: str) -> str:
    core = raw.lstrip(_OPENING)
    call = core.rstrip('.,;:!?…`"”’').endswith("()")
    core = core.rstrip(_CLOSING)
    if call:
        return core.rstrip("()") + "()"
    return _POSSESSIVE.sub("", core) if any(map(str.isalnum, core)) else ""
