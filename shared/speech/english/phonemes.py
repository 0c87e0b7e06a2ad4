"""Phonemes for English: hibari's dictionary, rules and net for unknown words, led word by word.

They are those of Kokoro-82M and of the voices made from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from shared.speech.normalise import Reading, Token
from shared.speech.phonemes import Chunk, known

STAND_IN = "name"
"""Takes the place of ready phonemes while the words around them are looked at: a noun, like most terms."""
SURE = 5
"""The rating of a pronunciation that came from outside."""


def alphabet() -> dict[str, int]:
    """The models' number for each phoneme."""
    table: dict[str, int] = json.loads((files("hibari") / "assets" / "vocab.json").read_text("utf-8"))
    return table


class Phonemes:
    def __init__(self) -> None:
        from hibari.g2p import G2P  # noqa: PLC0415 - only a process that speaks loads it

        self._g2p = G2P()
        self._alphabet = alphabet()

    def of(self, readings: Sequence[Reading]) -> Iterator[Chunk]:
        """The phonemes of each token, found in its context; none for one that cannot be said."""
        tokens = [
            (index, token, reading.pause if last else "")
            for index, reading in enumerate(readings)
            for token, last in _with_last(reading.tokens)
        ]
        for (index, token, mark), said in zip(tokens, self._said(tokens), strict=True):
            plural = self._g2p.lexicon._s(said) if token.sibilant else said  # noqa: SLF001 - its rule for -s
            yield Chunk(index, known(plural or "", self._alphabet), mark)

    def _said(self, tokens: Sequence[tuple[int, Token, str]]) -> list[str]:
        """One string of phonemes a token: it stands between two blanks, through all of the G2P's steps."""
        ready = [self._ready(token) for _, token, _ in tokens]
        line = " ".join(
            (STAND_IN if sure else token.text) + mark
            for sure, (_, token, mark) in zip(ready, tokens, strict=True)
        )
        pieces = self._g2p.tokenize(line)
        for index, piece in _by_token(pieces):
            if ready[index] and piece.text == STAND_IN:
                piece.phonemes, piece.rating = ready[index], SURE
        found = [""] * len(tokens)
        for index, piece in _by_token(self._g2p.phonemize_tokens(pieces)):
            found[index] += piece.phonemes or ""
        return [phonemes.strip(".,;:!?…— ") for phonemes in found]

    def _ready(self, token: Token) -> str:
        if token.spelled:
            letters: str = self._g2p.lexicon.get_NNP(token.text)[0]
            return letters
        return token.phonemes


def _with_last(tokens: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    for number, token in enumerate(tokens, start=1):
        yield token, number == len(tokens)


def _by_token(pieces: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """The G2P's pieces with the index of the token they are part of; a blank ends a token."""
    index = 0
    for piece in pieces:
        yield index, piece
        index += bool(piece.whitespace)
