"""A voice that says nothing twice: what it said before comes from a folder, to the same samples.

A sentence's name there is made of everything that decides its sound: the voice and its version, how each word
is read (so also the lexicon, as far as it concerns the sentence), and the code and libraries that speak.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
import numpy as np

from shared import shelf
from shared.narration import Word
from shared.settings import SpeechCacheSettings
from shared.shelf import Shelf
from shared.speech.normalise import read
from shared.speech.voice import NATURAL, Speech, Voice, VoiceCard

_MAKERS = ("numpy", "onnxruntime", "hibari-tts", "espeakng-loader", "coqui-tts", "torch")
FULL_SCALE = 32767
"""Sixteen bits, as on the tape."""


class Said(msgspec.Struct, frozen=True):
    samples: bytes
    """Sixteen bits each, little-endian."""
    words: tuple[Word, ...]


class KeptVoice:
    """Loads the engine when the first sentence is missing."""

    def __init__(
        self, card: VoiceCard, own: Mapping[str, str], load: Callable[[], Voice], kept: Shelf
    ) -> None:
        self.card = card
        self._own, self._load, self._kept = dict(own), load, kept
        self._voice: Voice | None = None

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        (language, *_) = self.card.languages
        key = shelf.key_of(_makers(), self.card, pace, text, read(text, language, self._own))
        said = self._kept.get(key, Said)
        if said is None:
            said = _said(self._loaded().speak(text, pace))
            self._kept.put(key, said)
        samples = np.frombuffer(said.samples, "<i2").astype(np.float32) / np.float32(FULL_SCALE)
        return Speech(samples, said.words)

    def _loaded(self) -> Voice:
        if self._voice is None:
            self._voice = self._load()
        return self._voice


def speech_shelf(settings: SpeechCacheSettings) -> Shelf:
    return Shelf(settings.folder, settings.most_bytes)


def _said(speech: Speech) -> Said:
    samples = (np.clip(speech.samples, -1, 1) * FULL_SCALE).round().astype("<i2")
    return Said(samples.tobytes(), speech.words)


@cache
def _makers() -> str:
    return shelf.digest_of([_version(maker) for maker in _MAKERS], Path(__file__).parent.rglob("*.py"))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
