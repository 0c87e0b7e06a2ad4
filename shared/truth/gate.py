"""The truth gate: every number, name, identifier and address of a script is looked up in the facts.

A text may say what the facts it cites say. Names may also be the repository's own (`IDENTITY`). It works
without a language model and judges every language by the same rules; number words are read in English, digits
everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from shared.facts import Fact, FactBase
from shared.pipeline import SOURCE_LANGUAGE
from shared.script import Script
from shared.truth.absences import contradicted
from shared.truth.claims import claims
from shared.truth.grounds import Grounds
from shared.truth.mentions import unmentioned
from shared.truth.pictures import drawn_wrong
from shared.truth.plain import letters
from shared.truth.spots import Spot, spots

IDENTITY = ("repo.name", "repo.full_name", "readme.title")
"""Facts whose names may be said anywhere: the film's subject."""

_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|«([^»]*)»")


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    where: str
    """`title`, `description`, or the scene's id with `heading`, `sentence N` (from 1) or `on screen`."""
    text: str
    word: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.word!r} {self.why} (in {self.text!r})"


def check(script: Script, facts: FactBase, source: Script | None = None) -> tuple[Violation, ...]:
    """Everything in `script` that `facts` do not carry; empty when all of it is true.

    Of a translation, what stands as it is in its `source` is judged in the source's language.
    """
    gate = Gate(script.language, facts)
    original = Gate(source.language, facts) if source else gate
    untouched = {spot.text for spot in spots(source)} if source else frozenset()
    found = [
        violation
        for spot in spots(script)
        for violation in (original if spot.text in untouched else gate).judge(spot)
    ]
    for scene in script.scenes:
        for word, why in drawn_wrong(scene.slide, facts):
            found.append(Violation(where=f"{scene.id}, on screen", text=word, word=word, why=why))
    return tuple(found)


class Gate:
    """One fact base, one language; judges one piece of text at a time."""

    def __init__(self, language: str, facts: FactBase) -> None:
        self.language = language
        self.facts = {fact.id: fact for fact in facts.facts}
        self.identity = Grounds(self.facts[known] for known in IDENTITY if known in self.facts)

    @cached_property
    def everything(self) -> Grounds:
        return Grounds(self.facts.values())

    def carries(self, quotation: str, fact_id: str) -> bool:
        """Whether these words may be quoted with this fact under them."""
        return not any(self.judge(Spot("", f"“{quotation}”", (fact_id,))))

    def judge(self, spot: Spot) -> Iterator[Violation]:
        cited = [self.facts[known] for known in spot.facts if known in self.facts]
        for word, why in (*self._citations(spot), *self._claims(spot, cited), *self._wording(spot, cited)):
            yield Violation(where=spot.where, text=spot.text, word=word, why=why)

    def _citations(self, spot: Spot) -> Iterator[tuple[str, str]]:
        for unknown in spot.facts:
            if unknown not in self.facts:
                yield unknown, "is no fact of this repository"
        if spot.spoken and not spot.facts:
            yield spot.text, "rests on no fact"
        if spot.spoken and not spot.text.strip():
            yield spot.text, "says nothing"

    def _claims(self, spot: Spot, cited: list[Fact]) -> Iterator[tuple[str, str]]:
        grounds = Grounds(cited)
        for claim in claims(spot.text, self.language):
            named = claim.kind != "number" and self.identity.carry(claim)
            if not named and not grounds.carry(claim):
                elsewhere = self.everything.carry(claim)
                yield claim.text, "stands in a fact that is not cited" if elsewhere else "stands in no fact"
        if spot.verbatim:
            for word in letters(spot.text).split():
                if not grounds.mention(word, exact=False):
                    yield word, "is not in the fact this label cites"

    def _wording(self, spot: Spot, cited: list[Fact]) -> Iterator[tuple[str, str]]:
        if spot.spoken:
            for fact in unmentioned(spot.text, cited, self.language):
                yield fact.id, f"is cited, but {fact.value!r} is not mentioned"
        if self.language == SOURCE_LANGUAGE:
            yield from contradicted(spot.text, self.facts)
            yield from self._misquoted(spot.text, cited)

    def _misquoted(self, text: str, cited: list[Fact]) -> Iterator[tuple[str, str]]:
        """Quotations are letter by letter; in other languages they are translations."""
        sources = [f" {letters(text)} " for text in Grounds(cited).texts.split("\n")]
        sources.append(f" {letters(' '.join(str(fact.value) for fact in cited))} ")
        for match in _QUOTED.finditer(text):
            quote = f" {letters(next(filter(None, match.groups()), ''))} "
            if not any(quote in source for source in sources):
                yield match[0], "is not what the cited fact says"
