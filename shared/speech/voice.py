"""What a voice is: it turns one sentence into sound and says when each word of it is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from shared.errors import ReporeelError
from shared.narration import Word

Samples = npt.NDArray[np.float32]
"""Mono sound, -1 to 1."""

Tier = Literal["good", "readable", "draft"]
"""How well it is understood."""

MAX_TEXT_CHARACTERS = 10_000
"""The longest sentence a voice takes: about ten minutes of speech."""


NATURAL = 1.0
"""The pace of a voice that nobody has asked to hurry or to wait."""


class Unspeakable(ReporeelError):
    """The text is empty, too long, or holds no word that the voice can say."""


class VoiceCard(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a voice without loading it."""

    name: str
    engine: str
    version: str
    licence: str
    tier: Tier
    sample_rate: int
    """Hz."""
    languages: tuple[str, ...]
    repeatable: bool = True
    """Whether the same text gives the same samples."""
    copied: bool = False
    """Whether it is a copy of a person's voice."""

    @property
    def speaks_unasked(self) -> bool:
        """Drafts, and copies of people's voices, speak only when they are asked for by name."""
        return self.tier != "draft" and not self.copied


@dataclass(frozen=True)
class Speech:
    samples: Samples
    words: tuple[Word, ...]
    """As many as `text.split()` gives, in that order; seconds from the first sample. Starts never go back.

    A word that is not heard (a dash, a script the voice cannot read) has no length.
    """


class Voice(Protocol):
    """A loaded engine. Blocking and not thread-safe: it lives in a child process."""

    @property
    def card(self) -> VoiceCard: ...

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        """Say one sentence. Under the natural pace the speaker takes more time; no sound is ever stretched.

        Raises Unspeakable.
        """
        ...


def refuse_unspeakable(text: str) -> None:
    """The checks that are the same for every voice; raises Unspeakable."""
    if not text.strip():
        raise Unspeakable("there is no text to speak")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise Unspeakable(f"a sentence of {len(text)} characters is over the limit of {MAX_TEXT_CHARACTERS}")
