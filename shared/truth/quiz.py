"""A quiz about a repository, made by rule from its facts before anybody writes: does the film tell them?

Every question has four options, one of which is true. It is answered by looking which option a text (a
script, or what was heard of a film) contains; where none or several stand there, the answer is a guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from shared.facts import Fact, FactBase
from shared.truth.claims import claims
from shared.truth.dates import find_dates
from shared.truth.mentions import short_name
from shared.truth.plain import letters
from shared.truth.rounding import agrees
from shared.truth.wrong import FOREIGN, later, misnumbered, months_off

OPTIONS = 4
MOST_OF_A_SERIES = 5
FEATURE_WORDS = 4
"""A feature is known by its first words: a film rarely quotes the whole of it."""

_COUNTED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("files.count", "How many files does it hold?", ("files", "file")),
    ("lines.count", "How many lines of code does it hold?", ("lines", "line")),
    ("tests.count", "How many files hold tests?", ("test", "tests")),
    ("ci.workflows", "How many CI workflows does it have?", ("ci", "workflow", "workflows")),
    ("commits.count", "How many commits does its history hold?", ("commits", "commit")),
    ("contributors.count", "How many people have contributed?", ("contributors", "people")),
)
_DATED = (
    ("commits.first", "When was its first commit?"),
    ("commits.last", "When was its last commit?"),
)
_NAMED: tuple[tuple[str, str], ...] = (
    ("language", "Which of these languages is it written in?"),
    ("dependency", "Which of these does it need?"),
    ("command", "Which of these commands does it give you?"),
    ("directory", "Which of these is a folder of it?"),
    ("module", "Which of these is a module of it?"),
    ("tag", "Which of these is a version of it?"),
    ("symbol", "Which of these does its code define?"),
)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    fact: str
    """Id of the fact it asks for."""
    text: str
    kind: Literal["number", "date", "text"]
    options: tuple[str, ...]
    answer: int
    """Index of the true option."""
    nouns: tuple[str, ...] = ()
    """Of a number: what is counted."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    questions: int
    right: int

    @property
    def share(self) -> float:
        return self.right / self.questions if self.questions else 0.0


def make(base: FactBase) -> tuple[Question, ...]:
    """The questions of a fact base, always the same; none whose answer the repository's name gives away."""
    made = [*_counts(base), *_dates(base), *_names(base), *_texts(base)]
    return tuple(
        question
        for question in made
        if len(set(question.options)) == OPTIONS
        and not stands(question, question.options[question.answer], base.repo)
    )


def fingerprint(questions: Sequence[Question]) -> str:
    """sha256 of the questions with their answers, to be stored before the script is written."""
    return hashlib.sha256(msgspec.json.encode(questions)).hexdigest()


def score(questions: Sequence[Question], text: str) -> Score:
    right = sum(answer(question, text) == question.answer for question in questions)
    return Score(questions=len(questions), right=right)


def answer(question: Question, text: str) -> int:
    """The one option that stands in the text, else a guess that is always the same."""
    standing = [place for place, option in enumerate(question.options) if stands(question, option, text)]
    if len(standing) == 1:
        return standing[0]
    drawn = hashlib.sha256(f"guess {question.fact} {question.text}".encode()).digest()
    among = standing or list(range(len(question.options)))
    return among[drawn[0] % len(among)]


def stands(question: Question, option: str, text: str) -> bool:
    if question.kind == "number":
        return any(
            claim.number is not None
            and agrees(claim.number, Decimal(option))
            and not claim.number.percent
            and set(claim.nouns) & set(question.nouns)
            for claim in claims(text, "en")
        )
    if question.kind == "date":
        wanted = find_dates(option)
        return any(said.agrees(date) for said in find_dates(text) for date in wanted)
    return f" {letters(option)} " in f" {letters(text)} "


def _question(
    fact: Fact, text: str, kind: Literal["number", "date", "text"], right: str, wrong: Sequence[str]
) -> Question:
    """The true option's place is drawn from the fact, so that always choosing one place wins nothing."""
    place = hashlib.sha256(f"place {fact.id} {right}".encode()).digest()[0] % OPTIONS
    options = [*wrong[: OPTIONS - 1]]
    options.insert(place, right)
    return Question(fact=fact.id, text=text, kind=kind, options=tuple(options), answer=place)


def _counts(base: FactBase) -> Iterator[Question]:
    for known, text, nouns in _COUNTED:
        fact = base.find(known)
        if fact is not None and isinstance(fact.value, int) and fact.value > 0:
            made = _question(fact, text, "number", str(fact.value), misnumbered(fact.value, fact.id))
            yield msgspec.structs.replace(made, nouns=nouns)


def _dates(base: FactBase) -> Iterator[Question]:
    for known, text in _DATED:
        fact = base.find(known)
        if fact is not None and find_dates(str(fact.value)):
            day = str(fact.value)
            yield _question(fact, text, "date", day, months_off(day))


def _names(base: FactBase) -> Iterator[Question]:
    everything = letters(" ".join(str(fact.value) for fact in base.facts))
    for kind, text in _NAMED:
        for fact in base.of_kind(kind)[:MOST_OF_A_SERIES]:
            right = short_name(str(fact.value))
            wrong = later(right) if kind == "tag" else FOREIGN[kind]
            unknown = [name for name in wrong if f" {letters(name)} " not in f" {everything} "]
            yield _question(fact, text, "text", _last(kind, right), _turned(unknown, fact.id))


def _last(kind: str, name: str) -> str:
    """A module is called by its last part."""
    return name.replace("::", ".").replace("/", ".").rsplit(".", 1)[-1] if kind == "module" else name


def _texts(base: FactBase) -> Iterator[Question]:
    licence = base.find("license.spdx")
    if licence is not None:
        wrong = [name for name in FOREIGN["license"] if letters(name) != letters(str(licence.value))]
        yield _question(
            licence, "Under which licence is it?", "text", str(licence.value), _turned(wrong, "licence")
        )
    for fact in base.of_kind("excerpt")[:2]:
        symbol = str(fact.attributes.get("symbol", ""))
        if symbol:
            yield _question(fact, "Which of these is defined in it?", "text", symbol, FOREIGN["symbol"])
    features = [fact for fact in base.of_kind("readme") if fact.id.startswith("readme.feature.")]
    for fact in features[:MOST_OF_A_SERIES]:
        first = " ".join(_known_by(str(fact.value)).split()[:FEATURE_WORDS])
        yield _question(
            fact, "Which of these does its README list?", "text", first, _turned(FOREIGN["feature"], fact.id)
        )


def _known_by(feature: str) -> str:
    """`Fast // Starts in no time` by what follows: a word alone says little. Else by its heading."""
    heading, _, body = feature.partition(" // ")
    named = letters(heading)
    return letters(body) if body and " " not in named else named


def _turned(names: Sequence[str], seed: str) -> list[str]:
    """Other names for other facts."""
    start = hashlib.sha256(seed.encode()).digest()[0] % max(len(names), 1)
    return [*names[start:], *names[:start]]
