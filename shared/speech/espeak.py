"""Phonemes of whole phrases from espeak-ng, whose library and rules for a hundred languages come in a wheel.

A phrase is looked at as a whole, so that words change each other as they do when spoken: `les enfants` has a
z in the middle. Only its phonemes are used; its voice is not.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Sequence
from typing import Any

from shared.errors import ReporeelError

_RETRIEVAL = 2
"""AUDIO_OUTPUT_RETRIEVAL: no sound device is opened."""
_DO_NOT_EXIT = 0x8000
_UTF_8 = 1
_TIE = "^"
_IPA_WITH_TIES = 0x02 | 0x80 | ord(_TIE) << 8

_AS_TRAINED = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "d^z": "ʣ",
    "d^ʒ": "ʤ",
    "e^ɪ": "A",
    "o^ʊ": "O",
    "s^s": "S",
    "t^s": "ʦ",
    "t^ʃ": "ʧ",
    "ə^ʊ": "Q",
    "ɔ^ɪ": "Y",
    _TIE: "",
    "-": "",
}
"""Two sounds in one sign: so the models' authors wrote what espeak-ng gave them (misaki, Apache-2.0)."""


class EspeakFailed(ReporeelError):
    """espeak-ng could not be started, or has no rules for a language."""


class _Library:
    """The C library, started once a process; it knows but one language at a time."""

    def __init__(self) -> None:
        import espeakng_loader  # noqa: PLC0415 - only a process that speaks loads it

        self._calls: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        self._calls.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._language = ""
        rules = espeakng_loader.get_data_path().encode()
        if self._calls.espeak_Initialize(_RETRIEVAL, 0, rules, _DO_NOT_EXIT) < 0:
            raise EspeakFailed("espeak-ng does not start: install espeakng-loader again")

    def speak(self, language: str) -> None:
        """Without a language it has rules for, its other calls crash."""
        if language == self._language:
            return
        self._language = ""
        if self._calls.espeak_SetVoiceByName(language.encode()) != 0:
            raise EspeakFailed(f"espeak-ng has no rules for {language!r}")
        self._language = language

    def phonemes(self, text: str) -> str:
        line = ctypes.create_string_buffer(text.replace("\0", "").encode())
        place = ctypes.c_void_p(ctypes.addressof(line))
        said = []
        while place.value:
            clause = self._calls.espeak_TextToPhonemes(ctypes.byref(place), _UTF_8, _IPA_WITH_TIES)
            said.append((clause or b"").decode())
        return " ".join(said)


_library = functools.cache(_Library)


class Espeak:
    """One language's phonemes."""

    def __init__(self, language: str) -> None:
        self._language = language
        _library().speak(language)

    def phonemes(self, words: Sequence[str]) -> list[str]:
        """One string for each word of a phrase without marks; empty for one it cannot say.

        Where it runs words together, the phrase is halved until the words can be told apart.
        """
        found = self._said(" ".join(words)).split()
        if len(found) == len(words):
            return found
        if len(words) == 1:
            return [" ".join(found)]
        half = len(words) // 2
        return self.phonemes(words[:half]) + self.phonemes(words[half:])

    def _said(self, text: str) -> str:
        library = _library()
        library.speak(self._language)
        return _as_trained(library.phonemes(text))


def _as_trained(ipa: str) -> str:
    for given, sign in _AS_TRAINED.items():
        ipa = ipa.replace(given, sign)
    return ipa
