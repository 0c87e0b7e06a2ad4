"""`reporeel languages` and `reporeel voices`: what films can be made in here, and who speaks."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from shared.languages import Language, known_languages
from shared.speech.coqui import faults
from shared.speech.piper import voices_folder
from shared.speech.registry import voices as installed_voices
from shared.speech.voice import VoiceCard


async def languages() -> int:
    """One line a language: what films in it are, who speaks and translates, and what to do for more."""
    _print_table(
        [
            ("language", "state", "voice", "translated by", "licence", "to install"),
            *map(_language_row, known_languages()),
        ]
    )
    return 0


async def voices() -> int:
    """One line a voice, the best of each language first; then what could be added."""
    cards = sorted(installed_voices(), key=lambda card: card.languages)
    _print_table([("language", "voice", "quality", "engine", "licence"), *map(_voice_row, cards)])
    sys.stdout.write(
        "\nA draft, or a copy of a person's voice, speaks only when it is asked for: --voice de=espeak-ng.\n"
        f"More: put a Piper voice, NAME.onnx with NAME.onnx.json, into {voices_folder()},\n"
        "or one of Coqui's, VITS or XTTS, into a folder of its own there: docs/speech.md says how.\n"
    )
    for fault in faults():
        sys.stderr.write(f"not offered: {fault}\n")
    return 0


def _print_table(rows: Iterable[tuple[str, ...]]) -> None:
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _language_row(language: Language) -> tuple[str, ...]:
    voice = f"{language.voice} ({language.tier})" if language.voice else "-"
    return (
        language.code,
        language.state,
        voice,
        language.engine or "-",
        language.licence or "-",
        language.install,
    )


def _voice_row(card: VoiceCard) -> tuple[str, ...]:
    return ",".join(card.languages), card.name, card.tier, f"{card.engine} {card.version}", card.licence
