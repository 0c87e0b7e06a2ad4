"""A VITS model of Coqui's: one network from phonemes or letters to sound, which tells how long each lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from TTS.config import load_config
from TTS.tts.models.vits import Vits as Model
from TTS.tts.utils.text.characters import IPAPhonemes

from shared.packs import PackFault
from shared.speech.assemble import Breath, spoken
from shared.speech.coqui import CONFIG, MODEL, SEED, THREADS
from shared.speech.espeak import Espeak
from shared.speech.lexicon import NONE
from shared.speech.normalise import read
from shared.speech.phonemes import Chunk, spans, symbols, word_chunks
from shared.speech.voice import NATURAL, Speech, VoiceCard

MOST_SIGNS = 300
IPA = "TTS.tts.utils.text.characters.IPAPhonemes"
"""The alphabet of a model that reads phonemes and names none."""


class Vits:
    def __init__(self, card: VoiceCard, folder: Path, speaker: str, own: Mapping[str, str] = NONE) -> None:
        """Raises PackFault, EspeakFailed."""
        self.card = card
        self._own = own
        (self._language,) = card.languages
        config = load_config(folder / CONFIG)
        phonemes_of = config.phoneme_language if config.use_phonemes else ""
        self._model = _model(config, folder / MODEL)
        self._whose = _whose(self._model, speaker, self._language)
        self._natural = self._model.length_scale
        self._tokens = self._model.tokenizer
        letters = partial(self._tokens.text_cleaner or _as_it_is, lang=self._language)
        self._transcribed = Espeak(phonemes_of, as_trained=False).transcribed if phonemes_of else letters
        self._tokens.text_cleaner = None  # what it is given from here on is clean
        self._alphabet = frozenset(self._tokens.characters.vocab)
        if " " not in self._alphabet:
            raise PackFault(f"{folder / CONFIG} has no sign for the blank between words")

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        readings = read(text, self._language, self._own)
        chunks = word_chunks(readings, self._transcribed, self._alphabet, MOST_SIGNS)
        return spoken(self.card, text, chunks, lambda run: self._say(run, pace), MOST_SIGNS)

    def _say(self, run: Sequence[Chunk], pace: float) -> Breath:
        self._model.length_scale = self._natural / pace
        torch.manual_seed(SEED)
        with torch.inference_mode():
            said = self._model.synthesize(symbols(run), **self._whose)
        samples = np.ravel(said["wav"]).astype(np.float32)
        frames = self._frames(said["outputs"]["durations"].numpy().ravel())
        frame_seconds = len(samples) / self.card.sample_rate / frames.sum()
        return Breath(samples, spans(run, (frames * frame_seconds).tolist()))

    def _frames(self, durations: Any) -> Any:
        """The length of each sign, with the blank after it, between those of the silence at both ends."""
        before = after = 0.0
        if self._tokens.use_eos_bos:
            before, durations, after = durations[0], durations[1:-1], durations[-1]
        if self._tokens.add_blank:
            before, durations = before + durations[0], durations[1::2] + durations[2::2]
        return np.array([before, *durations, after])


def _model(config: Any, path: Path) -> Any:
    """The network. Its phonemes are ours: Coqui's own way runs a program for every word."""
    torch.set_num_threads(THREADS)
    if config.use_phonemes and not (config.characters and config.characters.characters_class):
        _, config = IPAPhonemes.init_from_config(config)
        config.characters.characters_class = IPA
    config.use_phonemes = False
    model = Model(config)
    model.load_checkpoint(config, path, eval=True)
    return model


def _whose(model: Any, speaker: str, language: str) -> dict[str, str]:
    """Which of a model's speakers and languages: the first speaker, unless one is named.

    Raises PackFault.
    """
    chosen: dict[str, str] = {}
    speakers = list(model.speaker_manager.speaker_names) if model.speaker_manager else []
    if speaker and speaker not in speakers:
        raise PackFault(f"the model has no speaker {speaker!r}, but: {', '.join(speakers) or 'one'}")
    if speakers:
        chosen["speaker"] = speaker or speakers[0]
    if model.language_manager and model.language_manager.num_languages > 1:
        chosen["language"] = language
    return chosen


def _as_it_is(text: str, lang: str) -> str:  # noqa: ARG001 - a cleaner is called so
    return text
