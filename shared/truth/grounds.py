"""The facts a text rests on, asked claim by claim whether they carry it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property

from shared.facts import Fact
from shared.lines import lines_of
from shared.pipeline import SOURCE_LANGUAGE
from shared.truth.claims import Claim
from shared.truth.dates import find_dates
from shared.truth.derived import lasts, shares
from shared.truth.numbers import Number, read_number
from shared.truth.pictures import first_line
from shared.truth.plain import plain
from shared.truth.rounding import agrees
from shared.truth.tokens import tokens

COUNTED_BY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("star", "stars", "stargazers", "estrela", "estrelas"), ("repo.stars",)),
    **dict.fromkeys(("fork", "forks"), ("repo.forks",)),
    **dict.fromkeys(("commit", "commits"), ("commits.", "contributor.", "changes.commits")),
    **dict.fromkeys(
        ("contributor", "contributors", "people", "person", "colaborador", "colaboradores"),
        ("contributors.", "changes.authors"),
    ),
    **dict.fromkeys(("test", "tests"), ("tests.",)),
    **dict.fromkeys(
        ("file", "files", "arquivo", "arquivos"),
        ("files.", "language.", "directory.", "tests.", "ci.", "changes.files"),
    ),
    **dict.fromkeys(
        ("line", "lines", "linha", "linhas"),
        ("lines.", "language.", "directory.", "module.", "excerpt.", "readme.example"),
    ),
    "added": ("changes.insertions",),
    "removed": ("changes.deletions",),
    "changed": ("changes.files",),
}
"""Facts that may count a noun: a number of commits cannot pass for a number of stars."""
CHANGED = frozenset(("added", "removed", "changed"))
ONLY_COUNTED = frozenset(("repo.stars", "repo.forks", "commits.", "contributors."))
"""Counts that nobody is believed about: a README's own words do not carry them."""

_TIMES = {
    **dict.fromkeys(
        ("year", "years", "ano", "anos", "año", "años", "an", "ans", "anno", "anni", "any", "anys"), "year"
    ),
    **dict.fromkeys(("month", "months", "mês", "mes", "meses", "mois", "mese", "mesi"), "month"),
}
_COMMIT = re.compile(r"[0-9a-f]{7,39}\Z")


class Grounds:
    """Facts turned into the texts, numbers and dates that may be quoted from them."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = tuple(facts)
        self.texts = "\n".join(text for fact in self.facts for text in _texts(fact))
        self.dates = find_dates(self.texts)

    @cached_property
    def spelled_out(self) -> frozenset[Decimal]:
        """The numbers that its texts write in words, which a translation writes in digits."""
        words = tokens(self.texts)
        read = (
            read_number(words, at, SOURCE_LANGUAGE)
            for at in range(len(words))
            if words[at].core[:1].isalpha()
        )
        return frozenset(value for number in read if number is not None for value in number.readings)

    def carry(self, claim: Claim) -> bool:
        if claim.number is not None:
            return self._carry_number(claim.number, claim)
        if claim.date is not None:
            return any(claim.date.agrees(date) for date in self.dates)
        if claim.kind == "name":
            return self.mention(claim.text, exact=False)
        return self.mention(claim.text.removesuffix("()"), exact=True) or self._carry_address(claim.text)

    def mention(self, token: str, *, exact: bool) -> bool:
        """Whether `token` stands in a fact as a whole word; letter by letter the same if `exact`."""
        if _COMMIT.match(token):
            return re.search(rf"\b{token}[0-9a-f]*\b", self.texts) is not None
        word = re.escape(token) if exact else rf"{re.escape(token)}|{re.escape(token.removesuffix('s'))}"
        edge = r"\w" if exact else r"[^\W_]"
        flags = 0 if exact else re.IGNORECASE
        return re.search(rf"(?<!{edge})(?:{word})(?!{edge})", self.texts, flags) is not None

    def _carry_address(self, address: str) -> bool:
        """A repository's address is its full name at the one host films link to."""
        path = re.sub(r"^(?:https://)?github\.com/", "", address)
        return path != address and any(
            fact.id in ("repo.full_name", "repo.source") and fact.value == path for fact in self.facts
        )

    def _carry_number(self, number: Number, claim: Claim) -> bool:
        if (time := next((_TIMES[noun] for noun in claim.nouns[:1] if noun in _TIMES), None)) is not None:
            return self._written(number) or lasts(number, time, self.facts)
        if number.percent and any(agrees(number, share) for share in shares(self.facts)):
            return True
        changed = [noun for noun in claim.nouns[1:] if noun in CHANGED]  # "lines added" are not "lines"
        counting = next((COUNTED_BY[noun] for noun in (*changed, *claim.nouns) if noun in COUNTED_BY), None)
        if claim.before == "line":
            return any(agrees(number, Decimal(first_line(fact))) for fact in self.facts)
        if counting is not None:
            counted = Grounds(fact for fact in self.facts if fact.id.startswith(counting))
            believed = self if not ONLY_COUNTED & set(counting) else self._said_by_a_person()
            return believed._written(number) or counted.measured(number)  # noqa: SLF001 - of this class
        return self._written(number) or self.measured(number)

    def _said_by_a_person(self) -> Grounds:
        """What a recording says is kept as it was said, and translated so."""
        return Grounds(fact for fact in self.facts if fact.kind == "narration")

    def measured(self, number: Number) -> bool:
        return any(agrees(number, value) for fact in self.facts for value in _numbers(fact, number.percent))

    def _written(self, number: Number) -> bool:
        """The number stands in a fact's own words, or is the year of one of its dates."""
        digits = {number.text.split()[0].strip("%"), *(f"{value:f}" for value in number.readings)}
        if number.text.isdigit() and int(number.text) in {date.year for date in self.dates}:
            return True
        if _COMMIT.match(number.text):
            return self.mention(number.text, exact=True)
        if any(_stands_alone(text, self.texts) for text in digits):
            return True
        return number.text.isdigit() and Decimal(number.text) in self.spelled_out


def _stands_alone(digits: str, texts: str) -> bool:
    """Not as a piece of a version, a date or a longer number."""
    alone = rf"(?<![\w.,-]){re.escape(digits)}(?!\w|[.,-]\d)"
    return re.search(alone, texts, re.IGNORECASE) is not None


def _texts(fact: Fact) -> Iterator[str]:
    values = (fact.value,) if isinstance(fact.value, str) else fact.value
    written = [text for text in values if isinstance(text, str)] if isinstance(values, tuple) else []
    written += [value for value in fact.attributes.values() if isinstance(value, str)]
    for text in written:
        yield text
        yield plain(text)
    yield from (seen.path for seen in fact.evidence if seen.path)


def _numbers(fact: Fact, percent: bool) -> Iterator[Decimal]:  # noqa: FBT001 - a kind of number, not a switch
    """The measured numbers of a fact, the lines of its code; for percentages its shares of 1, times 100."""
    if isinstance(fact.value, str) and "\n" in fact.value and not percent:
        yield Decimal(len(lines_of(fact.value)))
    for value in (fact.value, *fact.attributes.values()):
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if not percent:
            yield Decimal(str(value))
        elif 0 <= value <= 1:
            yield Decimal(str(value)) * 100
