"""A spoken script: the sound, and when each sentence and word is heard."""

from __future__ import annotations

import msgspec


class Word(msgspec.Struct, frozen=True):
    """One word of the script as written, split at white space; seconds from the start of the sound."""

    text: str
    start: float
    end: float


class SpokenSentence(msgspec.Struct, frozen=True, kw_only=True):
    scene: int
    """Index into the script's scenes."""
    text: str
    start: float
    end: float
    words: tuple[Word, ...]
    """As many as `text.split()` gives, in the same order."""


class Narration(msgspec.Struct, frozen=True, kw_only=True):
    language: str
    """Of the words that stand here."""
    heard: str = ""
    """The language of the sound where it is another: a subtitled film, its words at probable times."""
    engine: str
    voice: str
    licence: str
    sample_rate: int
    """Hz; the sound is mono, 16 bit, in a WAV file."""
    duration_seconds: float
    audio: str
    """Key of the WAV file."""
    sentences: tuple[SpokenSentence, ...]
    """In the order of the script; gaps between them are silence."""
