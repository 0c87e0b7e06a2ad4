"""`reporeel languages` and `reporeel voices`: what films can be made in here, and who speaks."""

from __future__ import annotations

import sys

from shared.languages import known_languages
from shared.speech.registry import voices as installed_voices
from shared.speech.voice import VoiceCard


async def languages() -> int:
    for language in known_languages():
        why = f"  needs {language.why}" if language.why else ""
        sys.stdout.write(f"{language.code}  {language.state}{why}\n")
    return 0


async def voices() -> int:
    """One line a voice, the best of each language first."""
    cards = sorted(installed_voices(), key=lambda card: card.languages)
    rows = [("language", "voice", "quality", "engine", "licence"), *map(_row, cards)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    return 0


def _row(card: VoiceCard) -> tuple[str, str, str, str, str]:
    return ",".join(card.languages), card.name, card.tier, f"{card.engine} {card.version}", card.licence
