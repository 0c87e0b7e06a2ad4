"""Which voice speaks a language. Knows every engine by its card and loads none until it is asked to speak."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.errors import Reject
from shared.speech import coqui, espeak_voice, hibari, kokoro, piper
from shared.speech.lexicon import NONE
from shared.speech.voice import Tier, Voice, VoiceCard

TIERS: tuple[Tier, ...] = ("good", "readable", "draft")
"""Best first."""


@dataclass(frozen=True)
class Engine:
    """One engine file: what it offers on this machine, and how to load it."""

    cards: Callable[[], tuple[VoiceCard, ...]]
    load: Callable[[VoiceCard, Mapping[str, str]], Voice]


ENGINES = {
    hibari.NAME: Engine(hibari.cards, hibari.load),
    kokoro.NAME: Engine(kokoro.cards, kokoro.load),
    piper.NAME: Engine(piper.cards, piper.load),
    coqui.NAME: Engine(coqui.cards, coqui.load),
    espeak_voice.NAME: Engine(espeak_voice.cards, espeak_voice.load),
}


def voices(language: str | None = None) -> tuple[VoiceCard, ...]:
    """The voices installed here, the best of a language first."""
    cards = [card for engine in ENGINES.values() for card in engine.cards()]
    spoken = [card for card in cards if language is None or base(language) in card.languages]
    return tuple(sorted(spoken, key=lambda card: TIERS.index(card.tier)))


def voice_for(language: str, wish: str | None = None) -> VoiceCard:
    """The voice wished for, by its name or its engine's; without a wish the best that speaks unasked.

    Raises Reject with code "voice_missing".
    """
    offered = voices(language)
    for card in offered:
        if wish in (card.name, card.engine) or (wish is None and card.speaks_unasked):
            return card
    who = f"voice {wish!r}" if wish else "voice"
    raise Reject(f"no {who} speaks {language!r} here", code="voice_missing", hint=_hint(offered))


def load(card: VoiceCard, own: Mapping[str, str] = NONE) -> Voice:
    """Load the engine; takes memory and a second, so it belongs in a child process.

    `own` says how terms are pronounced that the lexicon does not have, or has otherwise.
    """
    return ENGINES[card.engine].load(card, own)


def base(language: str) -> str:
    """`en` of `en-GB`."""
    return language.partition("-")[0].lower()


def _hint(offered: tuple[VoiceCard, ...]) -> str:
    if offered:
        return "ask for one of: " + ", ".join(f"{card.name} ({card.tier})" for card in offered)
    languages = sorted({language for card in voices() for language in card.languages})
    return "languages spoken here: " + (", ".join(languages) or "none; install hibari-tts for English")
