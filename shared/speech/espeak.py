"""espeak-ng, whose library and rules for a hundred languages come in a wheel: phonemes, and speech.

A phrase is looked at as a whole, so that words change each other as they do when spoken: `les enfants` has a
z in the middle.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.errors import ReporeelError
from shared.speech.voice import Samples

_SYNCHRONOUS = 2
"""AUDIO_OUTPUT_SYNCHRONOUS: no sound device is opened, and a call returns when all is said."""
_WORD_STARTS = 1
_CHARACTERS = 1
"""POS_CHARACTER"""
_RATE = 1
"""espeakRATE"""
WORDS_A_MINUTE = 175
"""Its own natural pace."""
_DO_NOT_EXIT = 0x8000
_UTF_8 = 1
FULL_SCALE = 32768
_TIE = "^"
_IPA_WITH_TIES = 0x02 | 0x80 | ord(_TIE) << 8

_SWITCH = re.compile(r"\([^()]*\)")
"""Where its rules say a word as another language does: `(en)pˈakɪdʒɪŋ(fr)`."""

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


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Start:
    """Where a word of the text begins, and when it is heard."""

    character: int
    seconds: float


class _Library:
    """The C library, started once a process; it knows but one language at a time."""

    def __init__(self) -> None:
        import espeakng_loader  # noqa: PLC0415 - only a process that speaks loads it

        self._calls: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        self._calls.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._language = ""
        rules = espeakng_loader.get_data_path().encode()
        self.rate: int = self._calls.espeak_Initialize(_SYNCHRONOUS, 0, rules, _DO_NOT_EXIT)
        if self.rate < 0:
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

    def synthesised(self, text: str, pace: float) -> tuple[Samples, tuple[Start, ...]]:
        """The sound of a text, and when its words start, in the order they are heard."""
        pieces: list[Samples] = []
        starts: list[Start] = []

        def heard(sound: Any, count: int, events: Any) -> int:
            if sound and count > 0:
                shorts = np.ctypeslib.as_array(sound, (count,))
                pieces.append((shorts / FULL_SCALE).astype(np.float32))
            told = itertools.takewhile(lambda event: event.type, events)
            starts.extend(
                Start(event.text_position - 1, event.audio_position / 1000)
                for event in told
                if event.type == _WORD_STARTS
            )
            return 0

        callback = _Heard(heard)
        self._calls.espeak_SetParameter(_RATE, round(pace * WORDS_A_MINUTE), 0)
        self._calls.espeak_SetSynthCallback(callback)
        line = text.replace("\0", "").encode() + b"\0"
        if self._calls.espeak_Synth(line, len(line), 0, _CHARACTERS, 0, _UTF_8, None, None) != 0:
            raise EspeakFailed(f"espeak-ng cannot say {text[:80]!r}")
        self._calls.espeak_Synchronize()
        return np.concatenate(pieces or [np.zeros(0, np.float32)]), tuple(starts)


_library = functools.cache(_Library)


class Espeak:
    """One language's phonemes: as Kokoro was trained on them, or as they are, without ties."""

    def __init__(self, language: str, *, as_trained: bool = True) -> None:
        self._language = language
        self._as_trained = as_trained
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

    def transcribed(self, text: str) -> str:
        """A text by itself, as one word."""
        return "".join(self._said(text).split())

    @property
    def rate(self) -> int:
        return _library().rate

    def synthesised(self, text: str, pace: float) -> tuple[Samples, tuple[Start, ...]]:
        """Its own voice's sound, at `rate`, and when the words start."""
        library = _library()
        library.speak(self._language)
        return library.synthesised(text, pace)

    def _said(self, text: str) -> str:
        library = _library()
        library.speak(self._language)
        said = _SWITCH.sub("", library.phonemes(text))
        return _as_trained(said) if self._as_trained else said.replace(_TIE, "")


def _as_trained(ipa: str) -> str:
    for given, sign in _AS_TRAINED.items():
        ipa = ipa.replace(given, sign)
    return ipa
