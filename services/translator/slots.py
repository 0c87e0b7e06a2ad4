"""Pieces of a text that are settled before it is translated: names, numbers, dates, quotations.

In the text each stands as one private-use character, its slot. A mark (a character of another range) before
a word says that a box of the slide appears with it; a mark before a settled piece travels inside the piece.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

from shared.script import Reveal

Kind = Literal["name", "number", "count", "phrase"]

_FIRST_MARK, _MOST_MARKS = 0xE000, 256
_FIRST_SLOT, _MOST_SLOTS = 0xF000, 512
MARK = f"[{chr(_FIRST_MARK)}-{chr(_FIRST_MARK + _MOST_MARKS - 1)}]"
SLOT = f"[{chr(_FIRST_SLOT)}-{chr(_FIRST_SLOT + _MOST_SLOTS - 1)}]"
_MARK, _SLOT = re.compile(MARK), re.compile(SLOT)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_NO_MARK = re.compile(f"[{chr(_FIRST_MARK + _MOST_MARKS)}-\uf8ff]")


class Slots:
    """The settled pieces of one text."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, Kind]] = []

    def put(self, piece: str, kind: Kind) -> str:
        """The character that stands for a piece from now on."""
        if len(self._pieces) == _MOST_SLOTS:
            raise ValueError(f"a text with more than {_MOST_SLOTS} names and numbers")
        self._pieces.append((piece, kind))
        return chr(_FIRST_SLOT + len(self._pieces) - 1)

    def kind(self, slot: str) -> Kind:
        return self._pieces[ord(slot) - _FIRST_SLOT][1]

    def piece(self, slot: str) -> str:
        return self._pieces[ord(slot) - _FIRST_SLOT][0]

    def settle(self, text: str, pattern: str, kind: Kind, shown: Callable[[re.Match[str]], str]) -> str:
        """Replace each match, and the marks before it, by a slot for what is shown of it.

        Marks that a pattern meets `inside` come before it too.
        """
        marked = re.compile(f"(?P<marks>{MARK}*){pattern}")
        return marked.sub(lambda match: self.put(_marks_of(match) + shown(match), kind), text)

    def filled(self, text: str) -> str:
        """The text with its pieces in place of the slots."""
        while found := _SLOT.search(text):
            text = text[: found.start()] + self.piece(found[0]) + text[found.end() :]
        return text


def _marks_of(match: re.Match[str]) -> str:
    return match["marks"] + (match.groupdict().get("inside") or "")


def slots_in(text: str) -> list[str]:
    return _SLOT.findall(text)


def without_private(text: str) -> str:
    return _PRIVATE.sub("", text)


def without_slots(text: str) -> str:
    """Foreign text may hold private characters; only marks are ours."""
    return _NO_MARK.sub("", text)


def without_marks(text: str) -> str:
    return _MARK.sub("", text)


def marked(text: str, reveals: tuple[Reveal, ...]) -> str:
    """The sentence with a mark before each word that reveals a box."""
    words = without_private(text).split()
    for reveal in reversed(reveals):
        words[reveal.word] = chr(_FIRST_MARK + reveal.box) + words[reveal.word]
    return " ".join(words)


def loose_marks(text: str) -> Iterator[tuple[str, float]]:
    """The marks before words that are not settled, with how much of the sentence stands before them."""
    words = text.split()
    for place, word in enumerate(words):
        for mark in _MARK.findall(word):
            yield mark, place / len(words)


def unmarked(text: str, loose: list[tuple[str, float]]) -> tuple[str, tuple[Reveal, ...]]:
    """The sentence without marks, and its reveals: loose ones as far into it as they were before."""
    words = text.split()
    reveals = [
        Reveal(word=place, box=ord(mark) - _FIRST_MARK)
        for place, word in enumerate(words)
        for mark in _MARK.findall(word)
    ]
    reveals += [Reveal(word=int(part * len(words)), box=ord(mark) - _FIRST_MARK) for mark, part in loose]
    ordered = sorted(reveals, key=lambda reveal: (reveal.word, reveal.box))
    return " ".join(without_marks(word) for word in words), tuple(ordered)
