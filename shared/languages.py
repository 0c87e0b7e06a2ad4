"""Which languages films can be made in here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

SPOKEN = ("en",)
"""Languages with a good or readable voice in every installation."""


class Refusal(msgspec.Struct, frozen=True):
    message: str
    hint: str


def check_languages(languages: Sequence[str]) -> Refusal | None:
    """Say why a film in these languages cannot be made here; None when it can."""
    missing = [language for language in languages if language not in SPOKEN]
    if not missing:
        return None
    names = ", ".join(repr(language[:20]) for language in missing)
    return Refusal(
        f"No film can be made in {names}: nothing here speaks or translates it.",
        f"This installation has {', '.join(SPOKEN)}; `reporeel languages` lists what it has.",
    )
