"""Divides the narration into subtitle cues that can be read: short, calm, broken where clauses end."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

import msgspec

from services.publisher.render.reading import Reading, breaks, reading
from shared.narration import Narration, Word

SHORTEST_SECONDS = 1.0
LONGEST_SECONDS = 7.0
LINGER_SECONDS = 1.2
"""A cue may stay this long after its last word, never into the next cue."""
GAP_SECONDS = 0.04
EARLIEST_SECONDS = 0.1
"""So much before its first word a hurried cue may come; half of what the eye notices."""
ROUNDING_SECONDS = 0.002
"""Subtitle files count in milliseconds."""

_CUE_COST = 4.0
_HURRIED_COST = 20.0
_BREAK_COSTS = ((".?!…。？！", 0.0), (",;:–—、，；：", 2.0))
_MID_CLAUSE_COST = 7.0
_DANGLING_COST = 6.0
_IN_NUMBER_COST = 40.0
_GROUP = re.compile(r"\d{3}(?!\d)")
_DANGLING = frozenset(
    "a an the and or but of to in on at by for from with as is are its it that this which not no "
    "o a os as um uma e ou de do da dos das em no na nos nas por para com que se ao à el la los las un una "
    "y en con del al le les des du et ou à au aux il lo gli i di e del della che per".split()
)


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A word, or a part of one that no line holds whole or that is written without spaces."""

    text: str
    start: float
    end: float
    glued: bool = False
    """Whether it follows the piece before without a space."""


class Cue(msgspec.Struct, frozen=True, kw_only=True):
    start: float
    end: float
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(piece for line in self.lines for piece in line)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(map(written, self.lines))

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def characters_a_second(self) -> float:
        return sum(map(len, self.texts)) / max(0.001, self.end - self.start)


def written(pieces: Sequence[Piece]) -> str:
    return "".join(
        piece.text if place == 0 or piece.glued else f" {piece.text}" for place, piece in enumerate(pieces)
    )


def cues_of(narration: Narration, limits: Reading | None = None) -> tuple[Cue, ...]:
    """Without limits, those of the narration's language."""
    limits = limits or reading(narration.language)
    words = [word for sentence in narration.sentences for word in sentence.words]
    pieces = [piece for word in words for piece in _pieces(word, limits.longest_line)]
    division = _Division(pieces, limits, narration.duration_seconds)
    return tuple(_calmed([division.cue(first, last) for first, last in division.best()], limits))


def _calmed(made: Sequence[Cue], limits: Reading) -> Iterator[Cue]:
    """A hurried cue comes a little before its first word, if nobody speaks there yet."""
    for number, cue in enumerate(made):
        following = made[number + 1] if number + 1 < len(made) else None
        start = _start(made[number - 1] if number else None, cue, limits)
        end = cue.end if following is None else min(cue.end, _start(cue, following, limits) - GAP_SECONDS)
        yield msgspec.structs.replace(cue, start=start, end=max(end, cue.pieces[-1].end))


def _start(before: Cue | None, cue: Cue, limits: Reading) -> float:
    wanted = cue.end - sum(map(len, cue.texts)) / limits.calm - ROUNDING_SECONDS
    free = before.pieces[-1].end + GAP_SECONDS if before else 0.0
    return min(cue.start, max(wanted, free, cue.start - EARLIEST_SECONDS))


def _pieces(word: Word, longest: int) -> Iterator[Piece]:
    """Each piece has its share of the word's time."""
    parts = [
        part[at : at + longest] for part in breaks(word.text) for at in range(0, max(1, len(part)), longest)
    ]
    step, done = (word.end - word.start) / max(1, len(word.text)), 0
    for place, part in enumerate(parts):
        start = word.start + done * step
        done += len(part)
        yield Piece(text=part, start=start, end=word.start + done * step, glued=place > 0)


class _Division:
    """The pieces of one narration, and what it costs to cut them here or there."""

    def __init__(self, pieces: Sequence[Piece], limits: Reading, duration: float) -> None:
        self._pieces = pieces
        self._limits = limits
        self._duration = duration

    def best(self) -> list[tuple[int, int]]:
        """The cheapest way to cut, as first and last piece of each cue: dynamic programming."""
        count = len(self._pieces)
        costs, previous = [0.0] + [float("inf")] * count, [0] * (count + 1)
        for end in range(1, count + 1):
            for start in range(end - 1, -1, -1):
                if balanced(self._pieces[start:end], self._limits.longest_line) is None:
                    break
                cost = costs[start] + self._cost(start, end - 1)
                if cost < costs[end]:
                    costs[end], previous[end] = cost, start
        division: list[tuple[int, int]] = []
        end = count
        while end:
            division.append((previous[end], end - 1))
            end = previous[end]
        return division[::-1]

    def cue(self, first: int, last: int) -> Cue:
        said = self._pieces[first : last + 1]
        following = self._pieces[last + 1].start - GAP_SECONDS if last + 1 < len(self._pieces) else None
        limit = max(self._duration, said[-1].end) if following is None else following
        calm = (len(written(said)) + 1) / self._limits.calm + 0.1
        wanted = said[0].start + max(SHORTEST_SECONDS, calm)
        end = min(limit, max(said[-1].end, min(wanted, said[-1].end + LINGER_SECONDS)))
        lines = balanced(said, self._limits.longest_line) or (tuple(said),)
        return Cue(start=said[0].start, end=max(end, said[0].start + 0.001), lines=lines)

    def _cost(self, first: int, last: int) -> float:
        cue = self.cue(first, last)
        said = cue.pieces
        haste = max(0.0, cue.characters_a_second - self._limits.calm)
        hurried = haste**2 * 3 + _HURRIED_COST * (haste > 0)
        flash = max(0.0, SHORTEST_SECONDS - (cue.end - cue.start))
        stay = max(0.0, cue.end - cue.start - LONGEST_SECONDS)
        pauses = sum(max(0.0, b.start - a.end - 0.6) for a, b in itertools.pairwise(said))
        inner = sum(piece.text[-1:] in tuple(".?!。？！") for piece in said[:-1]) * 5.0
        return _CUE_COST + hurried + flash * 20 + stay * 10 + pauses * 8 + inner + self._break_cost(last)

    def _break_cost(self, last: int) -> float:
        if last + 1 == len(self._pieces):
            return 0.0
        text = self._pieces[last].text
        if _in_number(text, self._pieces[last + 1].text):
            return _IN_NUMBER_COST
        for marks, cost in _BREAK_COSTS:
            if text.rstrip("\"')]»”」』）")[-1:] in tuple(marks):
                return cost
        return _MID_CLAUSE_COST + _DANGLING_COST * (text.lower() in _DANGLING)


def balanced(pieces: Sequence[Piece], longest: int) -> tuple[tuple[Piece, ...], ...] | None:
    """The pieces on one line, or on two of about equal length; None when two do not hold them."""
    ends = list(itertools.accumulate(len(piece.text) + (not piece.glued) for piece in pieces))
    whole = ends[-1] - (not pieces[0].glued)
    if whole <= longest:
        return (tuple(pieces),)
    if whole > 2 * longest + 1:
        return None
    choices = [(_line_cost(pieces, at, ends, longest), at) for at in range(1, len(pieces))]
    cost, at = min(choices, default=(float("inf"), 0))
    return None if cost == float("inf") else (tuple(pieces[:at]), tuple(pieces[at:]))


def _line_cost(pieces: Sequence[Piece], at: int, ends: Sequence[int], longest: int) -> float:
    """Of breaking before piece `at`; `ends` counts the characters up to each piece's end, with spaces."""
    upper, lower = pieces[at - 1], pieces[at]
    lengths = ends[at - 1] - (not pieces[0].glued), ends[-1] - ends[at - 1] - (not lower.glued)
    if max(lengths) > longest:
        return float("inf")
    last = upper.text
    clause = last[-1:] in tuple(",;:.–—、，。")
    inside = lower.glued and longest > len(last)
    broken = 4 * inside + _IN_NUMBER_COST * _in_number(last, lower.text)
    return abs(lengths[0] - lengths[1]) - 12 * clause + 10 * (last.lower() in _DANGLING) + broken


def _in_number(upper: str, lower: str) -> bool:
    """Whether both are groups of digits of one number: `12 431`."""
    return upper[-1:].isdecimal() and bool(_GROUP.match(lower))
