"""The glance: how big it is, in which languages, by how many people."""

from __future__ import annotations

import re

from services.narrator.write.findings import share
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.subject import Subject
from services.narrator.write.wording import about, listed, month, numeral, percent
from shared.facts import Fact
from shared.script import GlanceSlide, LanguageShare, Scene, Sentence, Stat, Text

MAX_STATS = 4
MAX_LANGUAGES = 6
MAX_PEOPLE = 4
MOST, NEARLY_ALL = 0.6, 0.97
_GREY = "#8b949e"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")

_COUNTED = (
    ("files.count", "file", "files"),
    ("lines.count", "line of code", "lines of code"),
    ("commits.count", "commit", "commits"),
    ("contributors.count", "contributor", "contributors"),
    ("repo.stars", "star on GitHub", "stars on GitHub"),
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
    box = {known: place for place, (known, _, _) in enumerate(shown)}
    said = {known: f"{at(box[known])}{_said(known, number)} {noun}" for known, number, noun in shown}
    size = [known for known in said if known in ("files.count", "lines.count")]
    rest = [known for known in said if known not in size]
    first = _size_sentence(subject, [said[known] for known in size], size)
    second = _rest_sentence(subject, [said[known] for known in rest], rest)
    return tuple(one for one in (first, second) if one is not None)


def _said(known: str, number: int) -> str:
    return about(number) if known in ("lines.count", "repo.stars", "commits.count") else numeral(number)


def _size_sentence(subject: Subject, said: list[str], known: list[str]) -> Sentence | None:
    if not said:
        return None
    written, cited = _languages(subject)
    counted = f"{listed(said)}{written}"
    forms = (f"We counted {counted}.", f"It holds {counted}.", f"By our count it has {counted}.")
    return sentence(subject.pick.among("glance", forms), known, cited)


def _languages(subject: Subject) -> tuple[str, tuple[Fact, ...]]:
    main = subject.language
    if main is None or share(main) == 0:
        return "", ()
    others = [
        fact for fact in subject.findings.numbered("language") if fact.id != main.id and share(fact) > 0
    ]
    part = share(main)
    if part >= NEARLY_ALL:
        return f", nearly all of it in {main.value}", (main,)
    if part > MOST or not others:
        return f", {percent(part)} percent of it in {main.value}", (main,)
    second = others[0]
    return f", {percent(part)} percent {main.value} and {percent(share(second))} percent {second.value}", (
        main,
        second,
    )


def _rest_sentence(subject: Subject, said: list[str], known: list[str]) -> Sentence | None:
    if not said:
        return None
    first = month(subject.findings.text("commits.first"))
    if known[:2] == ["commits.count", "contributors.count"] and first:
        text = f"Since {first} it has gathered {said[0]} from {said[1]}."
        return sentence(text, known[:2], "commits.first")
    if known[0] == "commits.count" and first:
        also = f", and {said[1]}" if len(said) > 1 else ""
        return sentence(f"Its history counts {said[0]} since {first}{also}.", known[:2], "commits.first")
    return sentence(f"It also has {listed(said)}.", known)
