"""The pronunciation lexicon: one tab-separated file a language, a term and how it is said on each line.

    kubernetes<TAB>/kˌubəɹnˈɛTiz/     phonemes, in the alphabet the voices share
    JetStream<TAB>jet stream          other words that sound like it
    CLI<TAB>C L I                     capitals apart: spelled out

A term in lower case is found however it is written; a term with a capital only as it stands. Plurals and
possessives need no line of their own. A line that starts with `# ` is a comment.
"""

from __future__ import annotations

import functools
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

GAP = "  "
"""Two blanks keep letters of different words apart: `CI/CD` is C I and C D, not one name of four letters."""

NONE: Mapping[str, str] = MappingProxyType({})
"""No terms of its own."""

SIBILANT = "+s"
"""Stands after a pronunciation that ends in one more s, as plurals and possessives do."""


@dataclass(frozen=True)
class Lexicon:
    terms: Mapping[str, str]

    def with_own(self, own: Mapping[str, str]) -> Lexicon:
        """The same, with a repository's own terms before the listed ones."""
        return Lexicon(ChainMap(dict(own), dict(self.terms))) if own else self

    def find(self, word: str) -> str | None:
        """How a term, its plural or its possessive is said; None for a word that is not listed."""
        if said := self._listed(word):
            return said
        for ending in ("'s", "s"):
            stem = word.removesuffix(ending)
            if stem != word and (said := self._listed(stem)):
                return said + SIBILANT
        return None

    def _listed(self, word: str) -> str | None:
        return self.terms.get(word) or self.terms.get(word.lower())


@functools.cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; empty where nobody has written one."""
    table = files(__package__) / "data" / f"lexicon.{language}.tsv"
    return Lexicon(parse(table.read_text("utf-8")) if table.is_file() else {})


def parse(text: str) -> dict[str, str]:
    """The terms of a lexicon file; raises ValueError naming the line that is wrong."""
    terms: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("# "):
            continue
        term, _, said = line.partition("\t")
        if not (term.strip() and said.strip()) or term in terms:
            raise ValueError(f"line {number} is no new term, tab and pronunciation: {line!r}")
        terms[term] = said.strip()
    return terms
