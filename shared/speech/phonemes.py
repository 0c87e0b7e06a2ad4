"""Phonemes on their way through a model: cut into breaths it can take, and led back to their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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


def known(phonemes: str, alphabet: Mapping[str, int]) -> str:
    return "".join(symbol for symbol in phonemes if symbol in alphabet)
