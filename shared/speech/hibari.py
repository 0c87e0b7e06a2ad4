"""hibari, the embedded English voice: 8 MB of weights in its wheel, far faster than real time on one core.

Its model is a distilled Kokoro-82M (voice af_heart); its own rules and dictionary turn words into phonemes.
How long each phoneme lasts is a tensor inside the model; an appended output brings it out, so the words'
times are those the sound was made with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

import numpy as np

from shared.speech.assemble import Breath, spoken
from shared.speech.english.phonemes import Phonemes, alphabet
from shared.speech.graph import exposed
from shared.speech.lexicon import NONE
from shared.speech.normalise import read
from shared.speech.phonemes import Chunk, spans, symbols
from shared.speech.voice import NATURAL, Speech, VoiceCard

NAME = "hibari"
LANGUAGE = "en"
DURATIONS = "/Clip_output_0"
"""The model's tensor of frames a phoneme."""
MOST_PHONEMES = 300
"""In one run of the model, about 20 s of speech; it was trained on single sentences."""
THREADS = 2
SEED = 0
"""Of the noise in breathy sounds; fixed, so the same text gives the same bytes."""
SAMPLE_RATE = 24_000


def cards() -> tuple[VoiceCard, ...]:
    try:
        installed = version("hibari-tts")
    except PackageNotFoundError:
        return ()
    return (
        VoiceCard(
            name="heart",
            engine=NAME,
            version=installed,
            licence="Apache-2.0",
            tier="good",
            sample_rate=SAMPLE_RATE,
            languages=(LANGUAGE,),
        ),
    )


def load(card: VoiceCard, own: Mapping[str, str] = NONE) -> Hibari:
    return Hibari(card, own)


class Hibari:
    def __init__(self, card: VoiceCard, own: Mapping[str, str] = NONE) -> None:
        self.card = card
        self._own = own
        self._ids = alphabet()
        self._phonemes = Phonemes()
        self._session = _session()

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        chunks = self._phonemes.of(read(text, LANGUAGE, self._own))
        return spoken(self.card, text, chunks, lambda run: self._say(run, pace), MOST_PHONEMES)

    def _say(self, run: Sequence[Chunk], pace: float) -> Breath:
        ids = np.array([[0, *(self._ids[symbol] for symbol in symbols(run)), 0]], np.int64)
        *spectrum, frames = self._session.run(None, {"ids": ids, "speed": np.full(1, pace, np.float32)})
        samples = _synthesised([part[0] for part in spectrum])
        frame_seconds = len(samples) / SAMPLE_RATE / int(frames.sum())
        return Breath(samples, spans(run, [float(count) * frame_seconds for count in frames.ravel()]))


def _session() -> Any:
    import onnxruntime  # noqa: PLC0415 - only a process that speaks loads it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = (files("hibari") / "assets" / "hibari.onnx").read_bytes()
    return onnxruntime.InferenceSession(
        model + exposed(DURATIONS, "duration"), options, providers=["CPUExecutionProvider"]
    )


def _synthesised(spectrum: Sequence[Any]) -> Any:
    from hibari import dsp  # noqa: PLC0415 - as above

    return dsp.synth(*spectrum, np.random.default_rng(SEED))
