"""Divides the narration into subtitle cues that can be read: short, calm, broken where clauses end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from shared.narration import Narration, Word

LONGEST_LINE = 42
MOST_LINES = 2
CHARACTERS_A_SECOND = 17.0
SHORTEST_SECONDS = 1.0
LONGEST_SECONDS = 7.0
LINGER_SECONDS = 1.2
"""A cue may stay this long after its last word, never into the next cue."""
GAP_SECONDS = 0.04

_CUE_COST = 4.0
_HURRIED_COST = 20.0
_BREAK_COSTS = ((".?!…", 0.0), (",;:–—", 2.0))
_MID_CLAUSE_COST = 7.0
_DANGLING_COST = 6.0
_DANGLING = frozenset(
    "a an the and or but of to in on at by for from with as is are its it that this which not no "
    "o a os as um uma e ou de do da em no na por para com que el la los las un una y en con "
    "le les des du et".split()
)


class Cue(msgspec.Struct, frozen=True, kw_only=True):
    start: float
    end: float
    lines: tuple[str, ...]
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def characters_a_second(self) -> float:
        return sum(map(len, self.lines)) / max(0.001, self.end - self.start)


def cues_of(narration: Narration) -> tuple[Cue, ...]:
    words = [piece for sentence in narration.sentences for word in sentence.words for piece in _short(word)]
    return tuple(
        _cue(words, first, last, narration.duration_seconds)
        for first, last in _best_division(words, narration)
    )


def _short(word: Word) -> Iterator[Word]:
    """A word that no line can hold, in pieces that one can; each has its share of the time."""
    count = max(1, -(-len(word.text) // LONGEST_LINE))
    step = (word.end - word.start) / count
    for number in range(count):
        piece = word.text[len(word.text) * number // count : len(word.text) * (number + 1) // count]
        yield Word(piece, word.start + number * step, word.start + (number + 1) * step)


def _best_division(words: Sequence[Word], narration: Narration) -> list[tuple[int, int]]:
    """The cheapest way to cut the words into cues, as first and last word of each: dynamic programming."""
    costs = [0.0] + [float("inf")] * len(words)
    previous = [0] * (len(words) + 1)
    for end in range(1, len(words) + 1):
        for start in range(end - 1, -1, -1):
            lines = balanced([word.text for word in words[start:end]])
            if lines is None:
                break
            cost = costs[start] + _cost(
                _cue(words, start, end - 1, narration.duration_seconds), words, end - 1
            )
            if cost < costs[end]:
                costs[end], previous[end] = cost, start
    division: list[tuple[int, int]] = []
    end = len(words)
    while end:
        division.append((previous[end], end - 1))
        end = previous[end]
    return division[::-1]


def _cost(cue: Cue, words: Sequence[Word], last: int) -> float:
    haste = max(0.0, cue.characters_a_second - CHARACTERS_A_SECOND)
    hurried = haste**2 * 3 + _HURRIED_COST * (haste > 0)
    flash = max(0.0, SHORTEST_SECONDS - (cue.end - cue.start))
    stay = max(0.0, cue.end - cue.start - LONGEST_SECONDS)
    pauses = sum(max(0.0, b.start - a.end - 0.6) for a, b in zip(cue.words, cue.words[1:], strict=False))
    inner = sum(word.text[-1] in ".?!" for word in cue.words[:-1]) * 5.0
    return _CUE_COST + hurried + flash * 20 + stay * 10 + pauses * 8 + inner + _break_cost(words, last)


def _break_cost(words: Sequence[Word], last: int) -> float:
    if last + 1 == len(words):
        return 0.0
    for marks, cost in _BREAK_COSTS:
        if words[last].text.rstrip("\"')]»”")[-1:] in tuple(marks):
            return cost
    return _MID_CLAUSE_COST + _DANGLING_COST * (words[last].text.lower() in _DANGLING)


def _cue(words: Sequence[Word], first: int, last: int, duration: float) -> Cue:
    said = tuple(words[first : last + 1])
    limit = words[last + 1].start - GAP_SECONDS if last + 1 < len(words) else max(duration, said[-1].end)
    wanted = said[0].start + max(
        SHORTEST_SECONDS, (sum(len(word.text) + 1 for word in said)) / CHARACTERS_A_SECOND + 0.1
    )
    end = min(limit, max(said[-1].end, min(wanted, said[-1].end + LINGER_SECONDS)))
    lines = balanced([word.text for word in said]) or (" ".join(word.text for word in said),)
    return Cue(start=said[0].start, end=max(end, said[0].start + 0.001), lines=lines, words=said)


def balanced(words: Sequence[str]) -> tuple[str, ...] | None:
    """The words on one line, or on two of about equal length; None when two do not hold them."""
    whole = " ".join(words)
    if len(whole) <= LONGEST_LINE:
        return (whole,)
    choices = [
        (_line_cost(words[:at], words[at:]), (" ".join(words[:at]), " ".join(words[at:])))
        for at in range(1, len(words))
    ]
    fitting = [choice for choice in choices if max(map(len, choice[1])) <= LONGEST_LINE]
    return min(fitting)[1] if fitting else None


def _line_cost(upper: Sequence[str], lower: Sequence[str]) -> float:
    uneven = abs(len(" ".join(upper)) - len(" ".join(lower)))
    clause = upper[-1][-1] in ",;:.–—"
    return uneven - 12 * clause + 10 * (upper[-1].lower() in _DANGLING)
