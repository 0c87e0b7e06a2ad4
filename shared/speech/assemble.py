"""One sentence's speech out of a model's runs: trimmed, joined, levelled, words timed by what is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from shared.narration import Word
from shared.speech.phonemes import Chunk, Span, breaths
from shared.speech.sound import levelled, silence
from shared.speech.stretches import PAUSE_SECONDS, laid_on, stretches
from shared.speech.voice import Samples, Speech, Unspeakable, VoiceCard, refuse_unspeakable

LONGEST_PAUSE_SECONDS = 0.4
CUT_PAUSE_SECONDS = 0.3
"""A pause inside a sentence over the longest is cut to this; two runs of a long sentence lie as far apart."""
ONSET_SECONDS = 0.01
DECAY_SECONDS = 0.03
"""Kept before and after what is heard, so that no sound is cut off."""
FADE_SECONDS = 0.005


@dataclass(frozen=True)
class Breath:
    """One run of a model: its samples, and when each piece of a word is in them."""

    samples: Samples
    spans: tuple[Span, ...]


Say = Callable[[Sequence[Chunk]], Breath]
"""A model's run of so many chunks as it can take."""


def spoken(card: VoiceCard, text: str, chunks: Iterable[Chunk], say: Say, most_phonemes: int) -> Speech:
    """A sentence in as many runs of the model as it takes.

    Raises Unspeakable.
    """
    refuse_unspeakable(text)
    sayable = [chunk for chunk in chunks if chunk.phonemes]
    if not sayable:
        raise Unspeakable(f"no word that {card.engine} can say: {text[:80]!r}")
    return assemble(text, map(say, breaths(sayable, most_phonemes)), card.sample_rate)


def assemble(text: str, runs: Iterable[Breath], rate: int) -> Speech:
    pieces: list[Samples] = []
    spans: list[Span] = []
    at = 0
    for part in (part for run in runs for part in _parts(run, rate)):
        if pieces:
            pieces.append(silence(CUT_PAUSE_SECONDS, rate))
            at += len(pieces[-1])
        pieces.append(_faded(part.samples, rate))
        spans += [_moved(span, at / rate) for span in part.spans]
        at += len(part.samples)
    samples = levelled(np.concatenate(pieces), rate)
    return Speech(samples, tuple(_words(text.split(), spans)))


def _parts(breath: Breath, rate: int) -> Iterator[Breath]:
    """The breath without the silence around it, and in two where it is silent for too long."""
    spans = list(laid_on(breath.spans, stretches(breath.samples, rate, PAUSE_SECONDS)))
    for stretch in stretches(breath.samples, rate, LONGEST_PAUSE_SECONDS):
        start, end = max(0.0, stretch.start - ONSET_SECONDS), stretch.end + DECAY_SECONDS
        inside = [_moved(span, -start) for span in spans if start <= span.start < end]
        yield Breath(breath.samples[round(start * rate) : round(end * rate)], tuple(inside))


def _faded(samples: Samples, rate: int) -> Samples:
    width = min(round(FADE_SECONDS * rate), len(samples) // 2)
    ramp = np.linspace(0, 1, width, dtype=np.float32)
    faded = samples.copy()
    faded[:width] *= ramp
    faded[len(faded) - width :] *= ramp[::-1]
    return faded


def _moved(span: Span, seconds: float) -> Span:
    return Span(span.word, span.start + seconds, span.end + seconds)


def _words(words: Sequence[str], spans: Sequence[Span]) -> Iterator[Word]:
    """A word lasts from its first piece to its last; one that is not heard has no length."""
    at = max(0.0, spans[0].start)
    for index, word in enumerate(words):
        own = [span for span in spans if span.word == index]
        start = max(at, own[0].start) if own else at
        at = max(start, own[-1].end) if own else start
        yield Word(word, round(start, 3), round(at, 3))
