"""M2: whether a listener understands the finished film, against what is known of its voice."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from services.publisher.quality.report import Measure, at_most, unmeasured
from shared.narration import Narration
from shared.speech.word_errors import JudgedWord
from shared.truth.claims import claims

MISHEARD = "…"
_MARKS = ".,;:!?()“”\"'«»"
_TELLING = re.compile(r"[A-Z_.\d]|\w{4}")
"""A short word may be one of both languages: `a`, `no`, `in`."""
MOST_WORSE = 0.03
"""So much worse than its voice's baseline a film may be understood."""
CHANCE = 0.05
"""So seldom a film that is no worse than that is refused for its luck with a few words."""
MOST_TERMS_WRONG = 0.5
"""A film that loses more of its numbers and names tells nothing."""
TERMS_VARY = 1.5
"""A film's names may be so much harder than those its voice was measured by."""
HARDEST = 0.9
"""Whatever its voice is like."""


class Baseline(msgspec.Struct, frozen=True):
    """Shares of words that the same listener understands otherwise, its own errors among them."""

    ordinary: float
    terms: float

    def of(self, ordinary: int, terms: int) -> float:
        """The share for a text of so many words of either kind: one full of names is understood worse."""
        return (self.ordinary * ordinary + self.terms * terms) / max(1, ordinary + terms)


BASELINES: Mapping[tuple[str, str], Baseline] = {
    ("hibari", "en"): Baseline(0.011, 0.121),
    ("kokoro", "pt"): Baseline(0.101, 0.400),
    ("kokoro", "es"): Baseline(0.053, 0.591),
    ("kokoro", "it"): Baseline(0.103, 0.455),
    ("kokoro", "fr"): Baseline(0.079, 0.735),
}
"""By engine and language, from held-out sentences of films (docs/speech.md)."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What a listener understood of the finished film; without a text, why nobody listened."""

    text: str | None = None
    """As the listener writes it."""
    why_not: str = ""
    listener: str = ""
    words: tuple[JudgedWord, ...] = ()
    """The words that were to be said, each with how it was heard."""

    @property
    def understood(self) -> str | None:
        """What was to be said, without the words that were heard otherwise: it keeps its spelling."""
        if self.text is None:
            return None
        return " ".join(word.text if not word.errors else MISHEARD for word in self.words)


def measures(heard: Heard, narration: Narration, source: str = "") -> Mapping[str, Measure]:
    """`words_wrong_share` is the field's word error rate; `source` is what was translated, if it was.

    A name that comes again is counted once, as it was heard best: a film says its subject's ten times.
    """
    if heard.text is None:
        return {"words_wrong_share": unmeasured("", heard.why_not)}
    language = (narration.heard or narration.language).partition("-")[0]
    technical = terms_of(" ".join(word.text for word in heard.words), language, source)
    terms = _once(word for word in heard.words if word.text in technical)
    ordinary = [word for word in heard.words if word.text not in technical]
    baseline = BASELINES.get((narration.engine.partition(" ")[0], language))
    if baseline is None:
        why = f"nobody measured yet how well {narration.engine} is understood in {language}"
        return {"words_wrong_share": unmeasured("", why)}
    usual = baseline.of(_spoken(ordinary), _spoken(terms))
    most_terms = round(min(HARDEST, max(MOST_TERMS_WRONG, baseline.terms * TERMS_VARY)), 3)
    counted = [*ordinary, *terms]
    return {
        "words_wrong_share": _no_worse(usual, counted),
        "ordinary_words_wrong_share": _no_worse(baseline.ordinary, ordinary),
        "terms_wrong_share": at_most(_share(terms), most_terms, len(terms)),
    }


def _no_worse(usual: float, words: Sequence[JudgedWord]) -> Measure:
    """Refuse what is more than `MOST_WORSE` worse than usual, and more than so few words may be by chance."""
    limit, number = round(usual + MOST_WORSE, 3), _spoken(words)
    most = max(limit, math.ceil(1000 * most_by_chance(limit, number) / max(1, number)) / 1000)
    note = f"{limit:g}, and what chance may add to it among {number} words" if most > limit else ""
    return msgspec.structs.replace(at_most(_share(words), most, len(words)), note=note)


def most_by_chance(share: float, number: int) -> int:
    """How many of `number` words go wrong with a chance of `CHANCE` at least, where a `share` of all does."""
    left = 1.0
    for wrong in range(number):
        ways = math.lgamma(number + 1) - math.lgamma(wrong + 1) - math.lgamma(number - wrong + 1)
        left -= math.exp(ways + wrong * math.log(share) + (number - wrong) * math.log(1 - share))
        if left < CHANCE:
            return wrong
    return number


def _once(words: Iterable[JudgedWord]) -> list[JudgedWord]:
    best: dict[str, JudgedWord] = {}
    for word in words:
        name = word.text.strip(_MARKS).lower()
        best[name] = min(best.get(name, word), word, key=lambda one: one.errors)
    return list(best.values())


def _share(words: Sequence[JudgedWord]) -> float:
    return sum(word.errors for word in words) / max(1, _spoken(words))


def _spoken(words: Sequence[JudgedWord]) -> int:
    return sum(word.spoken for word in words)


def terms_of(text: str, language: str, source: str = "") -> set[str]:
    """The words of a text, as they stand, that are no ordinary ones of its language.

    Those are numbers, names, identifiers and addresses, and in a translation what stayed as it is in the
    source: `commit`, `README`, `middleware`.
    """
    kept = {bare for word in source.split() if _TELLING.search(bare := word.strip(_MARKS))}
    return {*_claimed(text, language), *(word for word in text.split() if word.strip(_MARKS) in kept)}


def _claimed(text: str, language: str) -> Iterator[str]:
    """The words, as they stand on the page, that hold a number, name, identifier or address."""
    inside = [part for claim in claims(text, language) for part in claim.text.split()]
    yield from (word for word in text.split() if any(part in word for part in inside))
