"""Which languages films can be made in here, and how: told from what is installed.

A language is *spoken* where something translates to it and a voice that is no draft speaks it; *subtitled*
where it is only translated: the source language is heard, subtitles and pictures are translated; else
*unavailable*. A wish `es:spoken` will not have subtitles instead.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

import msgspec

from shared.packs import packs
from shared.pipeline import SOURCE_LANGUAGE
from shared.routes import ROUTES, open_routes
from shared.settings import load
from shared.speech.registry import base, voices
from shared.speech.voice import Tier

State = Literal["spoken", "subtitled", "unavailable"]

INSISTS = ":spoken"
SUBTITLED = ":subtitled"


class LanguageSettings(msgspec.Struct, frozen=True, kw_only=True):
    declared: tuple[str, ...] = msgspec.field(name="REPOREEL_LANGUAGES", default=())
    """What the installation can do, `en`, `pt` or `ca:subtitled`, for a process whose engines are elsewhere:
    a gateway in a container. Unset, it is what is installed beside this process."""


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One language as `GET /languages` tells it."""

    code: str
    state: State
    tier: Tier | None = None
    """Of the best voice."""
    voice: str = ""
    engine: str = ""
    """What translates to it; empty for the language scripts are written in."""
    licence: str = ""
    """Of what translates."""
    missing: str = ""
    """What it would take to speak it; empty for a language that is spoken."""
    install: str = ""
    """The command that brings what is missing, where there is one."""


class Refusal(msgspec.Struct, frozen=True):
    message: str
    hint: str


def language(code: str) -> Language:
    """What can be done in a language here; `code` may be one that nobody knows."""
    cards = [card for card in voices(code) if card.speaks_unasked]
    is_source = base(code) == SOURCE_LANGUAGE
    engine, licence = ("", "") if is_source else _translation(base(code))
    missing = ["a translation from English"] * (not (engine or is_source)) + ["a voice"] * (not cards)
    state: State = "spoken" if not missing else "subtitled" if engine else "unavailable"
    return Language(
        code=code,
        state=state,
        tier=cards[0].tier if cards else None,
        voice=cards[0].name if cards else "",
        engine=engine,
        licence=licence,
        missing=" and ".join(missing),
        install=_command(base(code)) if state == "unavailable" else "",
    )


@cache
def known_languages() -> tuple[Language, ...]:
    """Every language declared; else every one that an engine speaks or translates to, here or once installed.

    What is installed stays as it is while a process runs; finding it out takes milliseconds of reading.
    """
    return declared_languages(os.environ) or _installed_languages()


def declared_languages(environ: Mapping[str, str]) -> tuple[Language, ...]:
    """Those the operator names; none where that is left to what is installed."""
    wishes = load(LanguageSettings, environ).declared
    return tuple(
        Language(
            code=wish.removesuffix(SUBTITLED), state="subtitled" if wish.endswith(SUBTITLED) else "spoken"
        )
        for wish in wishes
    )


def _installed_languages() -> tuple[Language, ...]:
    spoken = {code for card in voices() for code in card.languages}
    codes = sorted({*spoken, *ROUTES, *(pack.target for pack in packs())} - {SOURCE_LANGUAGE})
    return tuple(map(language, (SOURCE_LANGUAGE, *codes)))


def spoken_languages() -> tuple[str, ...]:
    return tuple(one.code for one in known_languages() if one.state == "spoken")


def available_languages() -> tuple[str, ...]:
    """Those in which a film can be made, spoken or subtitled."""
    return tuple(one.code for one in known_languages() if one.state != "unavailable")


def plain(wish: str) -> str:
    """`es` of `es:spoken`."""
    return wish.removesuffix(INSISTS)


def check_languages(languages: Sequence[str]) -> Refusal | None:
    """Say why a film in these languages cannot be made here; None when it can."""
    here, spoken = available_languages(), spoken_languages()
    missing = [wish for wish in languages if plain(wish) not in here]
    if missing:
        return Refusal(
            f"No film can be made in {_listed(missing)}: nothing here translates to it.",
            f"This installation has {', '.join(here)}; {_what_to_do(missing)}",
        )
    silent = [plain(wish) for wish in languages if wish.endswith(INSISTS) and plain(wish) not in spoken]
    if silent:
        return Refusal(
            f"No voice speaks {_listed(silent)} well enough here.",
            f"Without `{INSISTS}` they get English sound, translated subtitles and pictures.",
        )
    return None


def _listed(wishes: Sequence[str]) -> str:
    return ", ".join(repr(wish[:20]) for wish in wishes)


def _what_to_do(missing: Sequence[str]) -> str:
    general = sorted({base(wish) for wish in missing} & set(available_languages()))
    if general:
        return f"ask for {', '.join(general)}."
    commands = dict.fromkeys(_command(base(plain(wish))) for wish in missing)
    known = [command for command in commands if command]
    if known:
        return f"install more with {' and '.join(f'`{command}`' for command in known)}."
    return "`reporeel languages` lists what it has."


def _translation(code: str) -> tuple[str, str]:
    """What translates to a language here, and its licence: the best way there is."""
    for pack in packs():
        if pack.target == code and pack.source == SOURCE_LANGUAGE:
            return pack.name, pack.licence
    for route in open_routes(code):
        return route.name, route.licence
    return "", ""


def _command(code: str) -> str:
    if code in ROUTES:
        return "make languages"
    return f"reporeel languages install {code}" if len(code) in (2, 3) and code.isalpha() else ""
