"""How much text a reader takes in, by language: what subtitles are cut to and judged by."""

from __future__ import annotations

import itertools

import msgspec


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of one cue."""

    longest_line: int
    most_lines: int = 2
    calm: float
    """Characters a second that nearly all cues keep."""
    fastest: float
    """Characters a second that no cue passes."""


LETTERS = Reading(longest_line=42, calm=17.0, fastest=20.0)
"""Alphabets: broadcasters' usual 42 characters, 17 of them a second."""
IDEOGRAPHS = {
    "zh": Reading(longest_line=16, calm=9.0, fastest=11.0),
    "ja": Reading(longest_line=16, calm=7.0, fastest=9.0),
    "ko": Reading(longest_line=16, calm=12.0, fastest=14.0),
}
"""A character says more and is twice as wide."""

_UNSPACED = (
    (0x2E80, 0x9FFF),  # radicals, kana, ideographs
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),  # full-width forms
    (0x20000, 0x3FFFF),
)
_NOT_FIRST = frozenset(
    "、。，．・：；？！ー」』）】〉》〕］｝’”ぁぃぅぇぉっゃゅょァィゥェォッャュョ々,.!?:;)]}%"
)
_NOT_LAST = frozenset("「『（【〈《〔［｛‘“([{$¥")


def reading(language: str) -> Reading:
    return IDEOGRAPHS.get(language.partition("-")[0], LETTERS)


def unspaced(character: str) -> bool:
    """Whether the script of this character is written without spaces."""
    return any(first <= ord(character) <= last for first, last in _UNSPACED)


def breaks(text: str) -> list[str]:
    """A word in the pieces between which a line may end: one, but for scripts without spaces."""
    pieces = [text[:1]]
    for before, after in itertools.pairwise(text):
        joined = after in _NOT_FIRST or before in _NOT_LAST
        if not joined and (unspaced(before) or unspaced(after)):
            pieces.append(after)
        else:
            pieces[-1] += after
    return pieces
