"""Phonemes on their way through a model: cut into breaths it can take, and led back to their words."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared.speech.normalise import Reading, as_text

CLAUSE_ENDS = ".!?…,;:—"


@dataclass(frozen=True)
class Chunk:
    """The phonemes of one token, with the mark that follows it."""

    word: int
    """Index of the word on the page it belongs to."""
    phonemes: str
    mark: str = ""

    def __len__(self) -> int:
        return len(self.phonemes) + len(self.mark) + 1


@dataclass(frozen=True)
class Span:
    """When a word is heard; seconds."""

    word: int
    start: float
    end: float


def breaths(chunks: Iterable[Chunk], most_phonemes: int) -> Iterator[tuple[Chunk, ...]]:
    """The chunks in runs of bounded length, cut behind a clause if one ends in the run's second half."""
    run: list[Chunk] = []
    for chunk in chunks:
        while run and sum(map(len, run)) + len(chunk) > most_phonemes:
            cut = _clause_end(run)
            yield tuple(run[:cut])
            run = run[cut:]
        run.append(chunk)
    if run:
        yield tuple(run)


def _clause_end(run: Sequence[Chunk]) -> int:
    borders = (end for end in range(len(run), len(run) // 2, -1) if run[end - 1].mark in tuple(CLAUSE_ENDS))
    return next(borders, len(run))


def symbols(breath: Sequence[Chunk]) -> str:
    """What the model reads: the chunks, a blank between each two."""
    return " ".join(chunk.phonemes + chunk.mark for chunk in breath)


def spans(breath: Sequence[Chunk], seconds: Sequence[float]) -> tuple[Span, ...]:
    """When each chunk is heard, with its mark and half of the blank on each side.

    `seconds` holds how long each character of `symbols(breath)` lasts, between the silence before the first
    and the silence after the last.
    """
    found: list[Span] = []
    at, position, blank = seconds[0], 1, 0.0
    for chunk in breath:
        last = position + len(chunk) - 1
        end = at + sum(seconds[position:last])
        next_blank = seconds[last] if last < len(seconds) - 1 else 0.0
        found.append(Span(chunk.word, at - blank / 2, end + next_blank / 2))
        at, position, blank = end + next_blank, last + 1, next_blank
    return tuple(found)


def even_spans(breath: Sequence[Chunk], seconds: float) -> tuple[Span, ...]:
    """The same for a model that tells no durations: every character takes as long as the others."""
    count = len(symbols(breath)) + 2
    return spans(breath, [seconds / count] * count)


def known(phonemes: str, alphabet: Container[str]) -> str:
    return "".join(symbol for symbol in phonemes if symbol in alphabet)


def word_chunks(
    readings: Iterable[Reading], transcribed: Callable[[str], str], alphabet: Container[str], most: int
) -> Iterator[Chunk]:
    """One chunk a word, for models that read what `transcribed` makes of it."""
    for index, reading in enumerate(readings):
        said = " ".join(filter(None, map(transcribed, as_text(reading))))
        yield Chunk(index, known(said, alphabet)[:most], reading.pause if reading.pause in alphabet else "")
