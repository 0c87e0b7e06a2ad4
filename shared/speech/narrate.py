"""Speaks a whole script into one WAV file: sentences at their natural speed, with our pauses between them."""

from __future__ import annotations

import wave
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from shared.narration import Narration, SpokenSentence, Word
from shared.offload import Progress
from shared.script import Script
from shared.shelf import NO_SHELF, Shelf
from shared.speech import registry
from shared.speech.kept import KeptVoice
from shared.speech.lexicon import NONE
from shared.speech.unhurried import said
from shared.speech.voice import Samples, Speech, Unspeakable, Voice, VoiceCard

LEAD_IN_SECONDS = 0.3
SENTENCE_PAUSE_SECONDS = 0.27
SCENE_PAUSE_SECONDS = 0.45
TAIL_SECONDS = 0.5
"""Speech brings some 0.04 s of silence of its own to each; in sum, more than 0.6 s would be dead air."""

MOST_CHARACTERS = 50_000
"""Of a whole script: about an hour of speech."""

FULL_SCALE = 32767


def narrate(
    report: Progress,
    script: Script,
    card: VoiceCard,
    path: Path,
    own: Mapping[str, str] = NONE,
    kept: Shelf = NO_SHELF,
    subtitles: Script | None = None,
) -> Narration:
    """Write the script's sound to `path`; give its times, with no key for the sound yet.

    A sentence that lies on the shelf from before is not said again. What is read meanwhile are the sentences
    of `subtitles`, or those of the script itself.

    Blocking, and loads an engine: call it through `shared.offload.run_in_child`.

    Raises Unspeakable.
    """
    lines = list(_lines(script, subtitles or script))
    refuse_unnarratable(lines)
    voice = KeptVoice(card, own, lambda: registry.load(card, dict(own)), kept)
    with Tape(path, card.sample_rate) as tape:
        sentences = tuple(_spoken(report, voice, lines, tape))
        tape.pause(TAIL_SECONDS)
    return Narration(
        language=script.language,
        engine=f"{card.engine} {card.version}",
        voice=card.name,
        licence=card.licence,
        sample_rate=card.sample_rate,
        duration_seconds=tape.seconds,
        audio="",
        sentences=sentences,
    )


class Line(NamedTuple):
    """A sentence, and what is read while it is heard."""

    scene: int
    text: str
    shown: str


def refuse_unnarratable(lines: Sequence[Line]) -> None:
    """Raises Unspeakable for a script without sentences or out of bounds."""
    if not lines:
        raise Unspeakable("the script has no sentence")
    characters = sum(len(line.text) for line in lines)
    if characters > MOST_CHARACTERS:
        raise Unspeakable(f"a script of {characters} characters is over the limit of {MOST_CHARACTERS}")


def _lines(script: Script, subtitles: Script) -> Iterator[Line]:
    for number, (scene, shown) in enumerate(zip(script.scenes, subtitles.scenes, strict=True)):
        for sentence, other in zip(scene.sentences, shown.sentences, strict=True):
            yield Line(number, sentence.text, other.text)


def _spoken(report: Progress, voice: Voice, lines: Sequence[Line], tape: Tape) -> Iterator[SpokenSentence]:
    tape.pause(LEAD_IN_SECONDS)
    following = [line.scene for line in lines[1:]] + [None]
    for number, (line, scene) in enumerate(zip(lines, following, strict=True), start=1):
        speech, pause_seconds = said(voice, line.text, line.shown, _pause_seconds(line.scene, scene))
        yield tape.sentence(line.scene, line.text, speech)
        if scene is not None:
            tape.pause(pause_seconds)
        report(100 * number / len(lines))


def _pause_seconds(scene: int, following: int | None) -> float:
    return SENTENCE_PAUSE_SECONDS if scene == following else SCENE_PAUSE_SECONDS


class Tape:
    """A mono 16-bit WAV file that grows at its end and knows how long it is."""

    def __init__(self, path: Path, rate: int) -> None:
        self._rate = rate
        self._written = 0
        self._file = wave.open(str(path), "wb")  # noqa: SIM115 - closed by __exit__
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(rate)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def seconds(self) -> float:
        return self._written / self._rate

    def pause(self, seconds: float) -> None:
        self._write(np.zeros(round(seconds * self._rate), "<i2"))

    def sound(self, samples: Samples) -> None:
        self._write((np.clip(samples, -1, 1) * FULL_SCALE).round().astype("<i2"))

    def sentence(self, scene: int, text: str, speech: Speech) -> SpokenSentence:
        """Append a sentence's sound; give its times on the tape."""
        at = self.seconds
        self.sound(speech.samples)
        words = tuple(
            Word(word.text, round(at + word.start, 3), round(at + word.end, 3)) for word in speech.words
        )
        return SpokenSentence(scene=scene, text=text, start=words[0].start, end=words[-1].end, words=words)

    def _write(self, samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
        self._file.writeframes(samples.tobytes())
        self._written += len(samples)
