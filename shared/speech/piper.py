"""Piper's voices: one ONNX file a voice, with its settings beside it, put by hand into `models/voices`.

    voices/de_DE-thorsten-medium.onnx
    voices/de_DE-thorsten-medium.onnx.json    its settings, as Piper publishes them
    voices/de_DE-thorsten-medium.licence      one line; a voice without it is shown as of unknown licence

Phonemes come from espeak-ng, as the models were trained. The graph tells no durations, so words share the
sound by their phonemes, and meet the pauses that are heard in it. The graph draws noise of its own, so no two
takes are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from shared.packs import models_folder
from shared.speech.assemble import Breath, assemble
from shared.speech.espeak import Espeak
from shared.speech.lexicon import NONE
from shared.speech.normalise import read
from shared.speech.phonemes import Chunk, breaths, spans
from shared.speech.voice import NATURAL, Samples, Speech, Unspeakable, VoiceCard, refuse_unspeakable

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
        refuse_unspeakable(text)
        chunks = list(self._chunks(text))
        if not chunks:
            raise Unspeakable(f"no word that {NAME} can say: {text[:80]!r}")
        runs = (self._say(run, pace) for run in breaths(chunks, MOST_PHONEMES))
        return assemble(text, runs, self.card.sample_rate)

    def _chunks(self, text: str) -> Iterator[Chunk]:
        known = self._settings.phoneme_id_map
        for index, reading in enumerate(read(text, self._language, self._own)):
            words = [reading.word if token.phonemes else token.text for token in reading.tokens]
            said = "".join(" ".join(self._espeak.phonemes(words)).split()) if words else ""
            phonemes = "".join(sign for sign in said if sign in known)[:MOST_PHONEMES]
            if phonemes:
                yield Chunk(index, phonemes, reading.pause if reading.pause in known else "")

    def _say(self, run: Sequence[Chunk], pace: float) -> Breath:
        line = " ".join(chunk.phonemes + chunk.mark for chunk in run)
        samples = self._run(line, pace)
        each = len(samples) / self.card.sample_rate / (len(line) + 2)
        return Breath(samples, spans(run, [each] * (len(line) + 2)))

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
