"""Which words are ordinary English, by a list of the 10,900 most frequent ones."""

from __future__ import annotations

import functools
import re
from pathlib import Path

LIST = Path(__file__).parent / "data" / "ordinary.en.txt"
_WORD = re.compile(r"[(\"“']*([A-Za-z]+(?:['’-][A-Za-z]+)*)[)\"”'.,;:!?]*")

_CONTRACTED = re.compile(r"(?:(?<=do|es|re|ld|id|is|as|ad|ve)n't|'(?:s|d|m|ll|re|ve))$")


def is_ordinary(word: str, *, first: bool) -> bool:
    """Whether a word as it stands on the page is ordinary; the `first` of a sentence may have a capital.

    A capital elsewhere makes a name, and a digit or a sign inside makes a term.
    """
    match = _WORD.fullmatch(word)
    if match is None:
        return False
    bare = match[1].replace("’", "'")
    if not (bare.islower() or bare in ("I", "A") or (first and bare[1:].islower())):
        return False
    return all(_CONTRACTED.sub("", part) in ordinary() for part in bare.lower().split("-"))


@functools.cache
def ordinary() -> frozenset[str]:
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("# ") for word in line.split())
