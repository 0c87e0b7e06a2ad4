"""An XTTS model of Coqui's: it speaks many languages in the voice of a sample, or of a speaker of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from TTS.config import load_config
from TTS.tts.models.xtts import Xtts as Model

from shared.packs import PackFault
from shared.speech.assemble import Breath, spoken
from shared.speech.coqui import CONFIG, SEED, THREADS
from shared.speech.lexicon import NONE
from shared.speech.normalise import PAUSES, read
from shared.speech.phonemes import Chunk, even_spans, symbols, word_chunks
from shared.speech.recording import BadRecording, decoded
from shared.speech.voice import NATURAL, Speech, VoiceCard

SAMPLE_RATE = 22_050
"""Hz, of the sample as the model looks at it."""
MOST_SAMPLE_SECONDS = 30
SETTINGS = ("temperature", "length_penalty", "repetition_penalty", "top_k", "top_p")
TRANSLITERATED = ("ja", "ko", "zh")
"""Written in other letters before the model reads it."""
MARKS = frozenset(PAUSES + " '-")
USUAL_CHARACTERS = 250
"""Taken at once in a language the model names no limit for."""


class Xtts:
    """No durations are told, so the words of a run share its sound by their letters."""

    def __init__(
        self,
        card: VoiceCard,
        folder: Path,
        speaker: str,
        sample: str | None,
        own: Mapping[str, str] = NONE,
    ) -> None:
        """Raises PackFault."""
        torch.set_num_threads(THREADS)
        self.card = card
        self._own = own
        (self._language,) = card.languages
        config = load_config(folder / CONFIG)
        self._settings = {name: config[name] for name in SETTINGS}
        self._model = Model(config)
        self._model.load_checkpoint(config, checkpoint_dir=folder, eval=True)
        self._likeness = (
            _of_sample(self._model, folder / sample) if sample else _of_speaker(self._model, speaker)
        )
        self._alphabet = _Alphabet(self._model.tokenizer, self._language)
        self._most = self._model.tokenizer.char_limits.get(self._language, USUAL_CHARACTERS)

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        readings = read(text, self._language, self._own)
        chunks = word_chunks(readings, str.lower, self._alphabet, self._most // 2)
        return spoken(self.card, text, chunks, lambda run: self._say(run, pace), self._most)

    def _say(self, run: Sequence[Chunk], pace: float) -> Breath:
        torch.manual_seed(SEED)
        said = self._model.inference(
            symbols(run), self._language, *self._likeness, speed=pace, **self._settings
        )
        samples = np.ravel(said["wav"]).astype(np.float32)
        return Breath(samples, even_spans(run, len(samples) / self.card.sample_rate))


class _Alphabet:
    """What the model reads: the letters it knows, digits, and marks; of anything else it makes a noise."""

    def __init__(self, tokenizer: Any, language: str) -> None:
        self._letters = {token for token in tokenizer.tokenizer.get_vocab() if len(token) == 1}
        self._any_letter = language in TRANSLITERATED

    def __contains__(self, sign: object) -> bool:
        if not isinstance(sign, str):
            return False
        return (
            sign in self._letters or sign.isdigit() or sign in MARKS or (self._any_letter and sign.isalpha())
        )


def _of_sample(model: Any, path: Path) -> tuple[Any, Any]:
    """How the person in a recording sounds: what the two halves of the model make of it.

    Raises PackFault.
    """
    try:
        samples = torch.from_numpy(decoded(path, SAMPLE_RATE)[None, : SAMPLE_RATE * MOST_SAMPLE_SECONDS])
    except BadRecording as error:
        raise PackFault(str(error)) from error
    return (
        model.get_gpt_cond_latents(samples, SAMPLE_RATE),
        model.get_speaker_embedding(samples, SAMPLE_RATE),
    )


def _of_speaker(model: Any, speaker: str) -> tuple[Any, Any]:
    """Raises PackFault."""
    speakers = model.speaker_manager.speakers if model.speaker_manager else {}
    if speaker not in speakers:
        raise PackFault(f"the model has no speaker {speaker!r}, but: {', '.join(speakers) or 'none'}")
    return tuple(speakers[speaker].values())
