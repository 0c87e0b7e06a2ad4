"""What a listener is: it turns recorded speech into words with times, and says which language it heard."""

from __future__ import annotations

from typing import Protocol

import msgspec

from shared.narration import Word
from shared.speech.voice import Samples


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard."""

    language: str
    """As asked for, or as heard."""
    certainty: float
    """Of the language, 0 to 1; 1 when it was asked for."""
    seconds: float
    """Length of the sound, with its silence."""
    listener: str
    """Name and version of the engine and its model."""
    sentences: tuple[tuple[Word, ...], ...]
    """The words as the listener writes them, marks at their ends; seconds from the start of the sound."""

    @property
    def text(self) -> str:
        return " ".join(word.text for sentence in self.sentences for word in sentence)


class Listener(Protocol):
    """A loaded engine. Blocking and heavy: it lives in a child process."""

    @property
    def name(self) -> str: ...

    def hear(self, samples: Samples, language: str | None) -> Transcript:
        """The words in mono sound of `recording.RATE`; without a language the one that is heard.

        The same samples give the same transcript.
        """
        ...
