"""Piper's voices: one ONNX file a voice, with its settings beside it, put by hand into `models/voices`.

    voices/de_DE-thorsten-medium.onnx
    voices/de_DE-thorsten-medium.onnx.json    its settings, as Piper publishes them
    voices/de_DE-thorsten-medium.licence      one line; a voice without it is shown as of unknown licence

Phonemes come from espeak-ng, as the models were trained. The graph tells no durations, so words share the
sound by their phonemes, and meet the pauses that are heard in it. The graph draws noise of its own, so no two
takes are alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from shared.packs import models_folder
from shared.speech.assemble import Breath, spoken
from shared.speech.espeak import Espeak
from shared.speech.lexicon import NONE
from shared.speech.normalise import read
from shared.speech.phonemes import Chunk, even_spans, symbols, word_chunks
from shared.speech.voice import NATURAL, Samples, Speech, VoiceCard

NAME = "piper"
MOST_VOICES = 100
MOST_SETTINGS_BYTES = 256 << 10
MOST_PHONEMES = 300
THREADS = 2
PAD, START, END = "_", "^", "$"
UNKNOWN = "unknown: see the voice's MODEL_CARD"


class Audio(msgspec.Struct, frozen=True):
    sample_rate: int


class Rules(msgspec.Struct, frozen=True):
    voice: str
    """The language in espeak-ng's words."""


class Inference(msgspec.Struct, frozen=True):
    noise_scale: float = 0.667
    length_scale: float = 1.0
    noise_w: float = 0.8


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What is used of a voice's `.onnx.json`."""

    audio: Audio
    espeak: Rules
    phoneme_id_map: dict[str, list[int]]
    inference: Inference = Inference()
    num_speakers: int = 1


def voices_folder() -> Path:
    return models_folder() / "voices"


def cards() -> tuple[VoiceCard, ...]:
    """The voices in the folder; one whose settings cannot be read counts as none."""
    models = sorted(voices_folder().glob("*.onnx"))[:MOST_VOICES]
    return tuple(card_of(model) for model in models if _is_readable(model))


def _is_readable(model: Path) -> bool:
    try:
        settings_of(model)
    except (OSError, msgspec.DecodeError):
        return False
    return True


def card_of(model: Path) -> VoiceCard:
    """Raises as `settings_of`."""
    settings = settings_of(model)
    licence = model.with_suffix(".licence")
    return VoiceCard(
        name=model.stem,
        engine=NAME,
        version="1",
        licence=licence.read_text("utf-8").strip()[:100] if licence.is_file() else UNKNOWN,
        tier="readable",
        sample_rate=settings.audio.sample_rate,
        languages=(settings.espeak.voice.partition("-")[0],),
        repeatable=False,
    )


def settings_of(model: Path) -> Settings:
    """Raises OSError, msgspec.DecodeError."""
    with model.with_suffix(".onnx.json").open("rb") as file:
        return msgspec.json.decode(file.read(MOST_SETTINGS_BYTES), type=Settings)


def load(card: VoiceCard, own: Mapping[str, str] = NONE) -> Piper:
    """Raises EspeakFailed."""
    return Piper(card, voices_folder() / f"{card.name}.onnx", own)


class Piper:
    def __init__(self, card: VoiceCard, model: Path, own: Mapping[str, str] = NONE) -> None:
        self.card = card
        self._own = own
        (self._language,) = card.languages
        self._settings = settings_of(model)
        self._espeak = Espeak(self._settings.espeak.voice, as_trained=False)
        self._session = _session(model)

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        readings, ids = read(text, self._language, self._own), self._settings.phoneme_id_map
        chunks = word_chunks(readings, self._espeak.transcribed, ids, MOST_PHONEMES)
        return spoken(self.card, text, chunks, lambda run: self._say(run, pace), MOST_PHONEMES)

    def _say(self, run: Sequence[Chunk], pace: float) -> Breath:
        samples = self._run(symbols(run), pace)
        return Breath(samples, even_spans(run, len(samples) / self.card.sample_rate))

    def _run(self, line: str, pace: float) -> Samples:
        ids = self._settings.phoneme_id_map
        numbers = [
            *ids[START],
            *(number for sign in line for number in (*ids[PAD], *ids.get(sign, ()))),
            *ids[END],
        ]
        scales = self._settings.inference
        inputs: dict[str, Any] = {
            "input": np.array([numbers], np.int64),
            "input_lengths": np.array([len(numbers)], np.int64),
            "scales": np.array([scales.noise_scale, scales.length_scale / pace, scales.noise_w], np.float32),
        }
        if self._settings.num_speakers > 1:
            inputs["sid"] = np.zeros(1, np.int64)
        samples: Samples = self._session.run(None, inputs)[0].ravel()
        return samples


def _session(model: Path) -> Any:
    import onnxruntime  # noqa: PLC0415 - only a process that speaks loads it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
