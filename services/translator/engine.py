"""What a translation engine is, and which of them serve a language here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.translator import firefox


class Engine(Protocol):
    """A loaded engine. Blocking and bound to its thread: it lives in a child process."""

    name: str
    max_characters: int
    """Of one sentence: the end of a longer one might be lost."""

    def translate(self, sentence: str) -> str:
        """One sentence of English, with placeholders such as `X0Y` that it keeps."""
        ...


def engines_for(language: str) -> Sequence[Engine]:
    """Load the engines for a language, the best first; none for one nobody translates to."""
    if language in firefox.LANGUAGES:
        return (firefox.load(language),)
    return ()
