"""Figures that follow from two cited facts: a part of a whole in per cent, the time between two dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from shared.facts import Fact
from shared.truth.numbers import Number
from shared.truth.rounding import agrees

DAYS_A_YEAR, DAYS_A_MONTH = Decimal("365.25"), Decimal("30.44")
_DATED = frozenset({"history", "tag", "release", "commit", "change"})


def shares(facts: Sequence[Fact]) -> Iterator[Decimal]:
    """Tests among the files, one person's commits among all: in per cent, where both are cited."""
    counts = {fact.id: fact.value for fact in facts if _is_count(fact.value)}
    yield from _share(counts.get("tests.count"), counts.get("files.count"))
    for fact in facts:
        if fact.kind == "contributor":
            yield from _share(fact.attributes.get("commits"), counts.get("commits.count"))


def _share(part: object, whole: object) -> Iterator[Decimal]:
    if isinstance(part, int) and isinstance(whole, int) and 0 <= part <= whole != 0:
        yield Decimal(100 * part) / whole


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def lasts(number: Number, noun: str, facts: Sequence[Fact]) -> bool:
    """Whether so many years or months lie between two of the cited dates; plain numbers are whole ones."""
    days = sorted({day for fact in facts if fact.kind in _DATED for day in _days(fact)})
    unit = DAYS_A_YEAR if noun.startswith("year") else DAYS_A_MONTH
    for place, first in enumerate(days):
        for last in days[place + 1 :]:
            if agrees(
                number,
                Decimal((last - first).days) / unit if number.hedge != "exact" else _whole(first, last, noun),
            ):
                return True
    return False


def _whole(first: date, last: date, noun: str) -> Decimal:
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return Decimal(months // 12 if noun.startswith("year") else months)


def _days(fact: Fact) -> Iterator[date]:
    for value in (fact.value, *fact.attributes.values()):
        if isinstance(value, str):
            try:
                yield date.fromisoformat(value[:10])
            except ValueError:
                continue
