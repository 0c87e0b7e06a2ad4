"""The words a language has for signs, letters, months and units: `data/words.<language>.tsv`."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from importlib.resources import files


@dataclass(frozen=True)
class Wording:
    say: dict[str, str] = field(default_factory=dict)
    """`version`, `point`, `decimal` and such; `date` is a pattern, `alone` holds the words of one letter."""
    signs: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    months: dict[str, str] = field(default_factory=dict)
    units: dict[str, tuple[str, str]] = field(default_factory=dict)
    """As written, to what is said of one and of many."""

    def unit(self, name: str, number: str) -> str:
        one, many = self.units[name]
        return one if number == "1" else many


@functools.cache
def wording(language: str) -> Wording:
    return parse((files("shared.speech") / "data" / f"words.{language}.tsv").read_text("utf-8"))


def parse(text: str) -> Wording:
    """The words of a file; raises ValueError naming the line that is wrong."""
    words = Wording()
    tables = {"say": words.say, "sign": words.signs, "letter": words.letters, "month": words.months}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("# "):
            continue
        match line.split("\t"):
            case ["unit", name, one, many]:
                words.units[name] = (one, many)
            case [kind, name, said] if kind in tables:
                tables[kind][name] = said
            case _:
                raise ValueError(f"line {number} is no kind, sign and words: {line!r}")
    return words
