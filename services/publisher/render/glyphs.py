"""Makes text drawable: characters that no font has are left out, long words get places to break."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from services.publisher.render.fonts import MONO, SANS, coverage

BREAK = "\u200b"
"""An invisible place where a line may be broken."""

LONGEST_PIECE = 24
_LONG_TOKEN = re.compile(r"\S{14,}")
_AFTER_MARK = re.compile(r"(?<=[/._\-:@=&?,(\[])(?=[^\s/._\-:@=&?,)\]])|(?<=[a-z])(?=[A-Z])")
_ALLOWED_ANYWAY = frozenset(f" \n{BREAK}")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


def missing(text: str, chain: tuple[Path, ...] = SANS) -> list[str]:
    """The characters of `text` that would be drawn as empty boxes."""
    known = coverage(chain)
    return [character for character in text if character not in known and character not in _ALLOWED_ANYWAY]


def letters(text: str) -> int:
    """How many letters and digits, as opposed to marks and pictures."""
    return sum(unicodedata.category(character)[0] in "LN" for character in text)


def letters_missing(text: str, chain: tuple[Path, ...] = SANS) -> int:
    return letters("".join(missing(text, chain)))


def drawable(text: str, chain: tuple[Path, ...] = SANS) -> str:
    """`text` on one line, without what the fonts lack, and breakable inside long words."""
    return breakable(" ".join(stripped(text, chain).split()))


def drawable_code(line: str) -> str:
    """A line of code: spaces stay as they are, tabs become four."""
    return stripped(line.expandtabs(4), MONO).rstrip()


def stripped(text: str, chain: tuple[Path, ...]) -> str:
    composed = unicodedata.normalize("NFC", re.sub(r"\s", " ", text))
    absent = frozenset(missing(composed, chain)) | _JOINERS
    return "".join(
        character
        for character in composed
        if character not in absent and unicodedata.category(character) != "Cc"
    )


def breakable(text: str) -> str:
    """Long words with places to break: after punctuation and between words joined together."""
    return _LONG_TOKEN.sub(lambda found: BREAK.join(_pieces(found[0])), text)


def _pieces(token: str) -> list[str]:
    parts = _AFTER_MARK.split(token)
    return [part[at : at + LONGEST_PIECE] for part in parts for at in range(0, len(part), LONGEST_PIECE)]
