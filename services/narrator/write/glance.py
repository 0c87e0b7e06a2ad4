"""The glance: how big it is, in which languages, by how many people."""

from __future__ import annotations

import re

from services.narrator.write.findings import share
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.pace import MAX_STILL_SECONDS, stillness
from services.narrator.write.subject import Subject
from services.narrator.write.wording import about, capital, listed, month, numeral, percent
from shared.facts import Fact
from shared.script import GlanceSlide, LanguageShare, Scene, Sentence, Stat, Text

MAX_STATS = 4
MAX_LANGUAGES = 6
MAX_PEOPLE = 4
MOST, NEARLY_ALL = 0.6, 0.97
LEAST_SECOND = 0.05
"""A second language below it is not worth a word."""
_GREY = "#8b949e"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_SIZE = ("files.count", "lines.count")
_ROUNDED = ("lines.count", "repo.stars", "commits.count")

_COUNTED = (
    ("files.count", "file", "files"),
    ("lines.count", "line of code", "lines of code"),
    ("commits.count", "commit", "commits"),
    ("contributors.count", "contributor", "contributors"),
    ("repo.stars", "star on GitHub", "stars on GitHub"),
    ("tests.count", "test file", "test files"),
    ("ci.workflows", "CI workflow", "CI workflows"),
)
_TELLING = {"commits.count": 2, "contributors.count": 2, "repo.stars": 10}
"""From which number on a figure tells something: one commit or two stars do not."""


def figures(subject: Subject) -> list[tuple[str, int, str]]:
    """Up to four counts with their nouns, the most telling first."""
    seen = [(known, subject.findings.number(known), one, many) for known, one, many in _COUNTED]
    telling = [entry for entry in seen if entry[1] >= _TELLING.get(entry[0], 1)]
    return [(known, number, one if number == 1 else many) for known, number, one, many in telling[:MAX_STATS]]


def glance(subject: Subject) -> Scene | None:
    shown = figures(subject)
    if not shown:
        return None
    stats = tuple(
        Stat(value=label(f"{number:,}", known), label=label(noun, known)) for known, number, noun in shown
    )
    languages = [fact for fact in subject.findings.numbered("language") if share(fact) > 0][:MAX_LANGUAGES]
    slide = GlanceSlide(
        kicker=Text("At a glance"),
        title=label(f"{subject.name} in numbers", subject.named_by),
        stats=stats,
        languages_label=Text("Languages") if languages else Text(""),
        languages=tuple(_bar(fact) for fact in languages),
        people=_people(subject),
    )
    return Scene(id="glance", heading="At a glance", sentences=_sized(subject, shown), slide=slide)


def _bar(fact: Fact) -> LanguageShare:
    color = str(fact.attributes.get("color", ""))
    shown = color if _COLOR.match(color) else _GREY
    return LanguageShare(name=label(str(fact.value), fact), share=share(fact), color=shown)


def _people(subject: Subject) -> tuple[Text, ...]:
    if subject.findings.number("contributors.count") <= 1:
        return ()
    named = [fact for fact in subject.findings.numbered("contributor") if is_a_name(str(fact.value))]
    return tuple(label(str(fact.value), fact) for fact in named[:MAX_PEOPLE])


def is_a_name(text: str) -> bool:
    """Letters and what joins names; nothing that could be an address or a sentence."""
    joined = text.replace(" ", "").replace("-", "").replace(".", "").replace("'", "")
    return 1 < len(text) <= 32 and joined.isalpha() and text.count(" ") <= 3  # noqa: PLR2004 - a name's shape


def _sized(subject: Subject, shown: list[tuple[str, int, str]]) -> tuple[Sentence, ...]:
    """One or two sentences that say the stats in their order, and the main language."""
    said = {
        known: f"{at(box)}{_said(known, number)} {noun}" for box, (known, number, noun) in enumerate(shown)
    }
    size = [known for known in said if known in _SIZE]
    rest = [known for known in said if known not in _SIZE]
    second = _rest_sentence(subject, {known: said[known] for known in rest})
    for languages in (2, 1, 0):
        first = _size_sentence(subject, [said[known] for known in size], size, languages)
        told = tuple(one for one in (first, second) if one is not None)
        if stillness(told) <= MAX_STILL_SECONDS:
            break
    return told


def _said(known: str, number: int) -> str:
    return about(number) if known in _ROUNDED else numeral(number)


def _size_sentence(subject: Subject, said: list[str], known: list[str], languages: int) -> Sentence | None:
    if not said:
        return None
    written, cited = _languages(subject, languages)
    counted = f"{listed(said)}{written}"
    forms: tuple[str, ...] = (
        f"We counted {counted}.",
        f"It holds {counted}.",
        f"By our count it has {counted}.",
        f"It comes to {counted}.",
        f"Its size: {counted}.",
    )
    return sentence(subject.pick.among("glance", forms), known, cited)


def _languages(subject: Subject, most: int) -> tuple[str, tuple[Fact, ...]]:
    main = subject.language
    if main is None or share(main) == 0 or most == 0:
        return "", ()
    ranked = sorted(subject.findings.numbered("language"), key=share, reverse=True)
    others = [fact for fact in ranked if fact.id != main.id and share(fact) > 0]
    part = share(main)
    if part >= NEARLY_ALL:
        return f", nearly all of it in {main.value}", (main,)
    if part > MOST or not others or share(others[0]) < LEAST_SECOND or most == 1:
        return f", {percent(part)} percent of it in {main.value}", (main,)
    second = others[0]
    spoken = f", {percent(part)} percent {main.value} and {percent(share(second))} percent {second.value}"
    return spoken, (main, second)


def _rest_sentence(subject: Subject, said: dict[str, str]) -> Sentence | None:
    if not said:
        return None
    known, parts = list(said), list(said.values())
    first = month(subject.findings.text("commits.first"))
    if known[0] != "commits.count" or not first:
        return sentence(f"It also has {listed(parts)}.", known)
    if "contributors.count" not in known:
        also = f", and {parts[1]}" if len(parts) > 1 else ""
        return sentence(f"Its history counts {parts[0]} since {first}{also}.", known[:2], "commits.first")
    forms = (
        f"Since {first} it has gathered {parts[0]} from {parts[1]}.",
        f"Its history goes back to {first}: {parts[0]} by {parts[1]}.",
        f"It began in {first}, and counts {parts[0]} by {parts[1]}.",
        f"{capital(parts[0])} stand in its history since {first}, from {parts[1]}.",
    )
    return sentence(subject.pick.among("history", forms), known[:2], "commits.first")
