"""The glance: how big it is, in which languages, by how many people."""

from __future__ import annotations

import re

import msgspec

from services.narrator.write.findings import share
from services.narrator.write.hostile import gives_orders, is_suspect
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.pace import MAX_STILL_SECONDS, stillness
from services.narrator.write.subject import Subject
from services.narrator.write.wording import about, listed, month, numeral, percent
from shared.facts import Fact
from shared.script import GlanceSlide, LanguageShare, Reveal, Scene, Sentence, Stat, Text

MAX_STATS = 4
MAX_LANGUAGES = 6
MAX_PEOPLE = 4
MOST, NEARLY_ALL = 0.6, 0.97
LEAST_SHOWN = 0.001
"""A smaller share would read 0 %."""
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
_TOLD_LATER = ("tests.count", "ci.workflows")
"""Shown here, said among the strengths."""
_TELLING = {"commits.count": 2, "contributors.count": 2, "repo.stars": 10}
"""From which number on a figure tells something: one commit or two stars do not."""


def figures(subject: Subject) -> list[tuple[str, int, str]]:
    """Up to four counts with their nouns, the most telling first."""
    seen = [(known, subject.findings.number(known), one, many) for known, one, many in _COUNTED]
    telling = [entry for entry in seen if entry[1] >= _TELLING.get(entry[0], 1)]
    return [(known, number, one if number == 1 else many) for known, number, one, many in telling[:MAX_STATS]]


def glance(subject: Subject) -> Scene | None:
    shown = figures(subject)
    sentences = _sized(subject, shown)
    if not sentences:
        return None
    stats = tuple(
        Stat(value=label(f"{number:,}", known), label=label(noun, known)) for known, number, noun in shown
    )
    languages = [fact for fact in subject.findings.numbered("language") if share(fact) >= LEAST_SHOWN][
        :MAX_LANGUAGES
    ]
    slide = GlanceSlide(
        kicker=Text("At a glance"),
        title=label(f"{subject.name} in numbers", subject.named_by),
        stats=stats,
        languages_label=Text("Languages") if languages else Text(""),
        languages=tuple(_bar(fact) for fact in languages),
        badges=_badges(subject, [known for known, _, _ in shown]),
        people=_people(subject),
    )
    return Scene(id="glance", heading="At a glance", sentences=sentences, slide=slide)


def _bar(fact: Fact) -> LanguageShare:
    color = str(fact.attributes.get("color", ""))
    shown = color if _COLOR.match(color) else _GREY
    return LanguageShare(name=label(str(fact.value), fact), share=share(fact), color=shown)


def _badges(subject: Subject, told: list[str]) -> tuple[Text, ...]:
    """What has no figure of its own on the slide: the licence, the newest version, stars."""
    findings, found = subject.findings, []
    if findings.licence:
        found.append(label(findings.licence, "license.spdx"))
    newest = next(iter((*findings.series("release"), *findings.series("tag"))), None)
    if newest:
        found.append(label(str(newest.value), newest))
    stars = findings.number("repo.stars")
    if stars >= _TELLING["repo.stars"] and "repo.stars" not in told:
        found.append(label(f"{stars:,} stars", "repo.stars"))
    return tuple(found)


def _people(subject: Subject) -> tuple[Text, ...]:
    if subject.findings.number("contributors.count") <= 1:
        return ()
    named = [fact for fact in subject.findings.numbered("contributor") if is_a_name(str(fact.value))]
    return tuple(label(str(fact.value), fact) for fact in named[:MAX_PEOPLE])


def is_a_name(text: str) -> bool:
    """Letters and what joins names; nothing that could be an address or a sentence."""
    joined = text.replace(" ", "").replace("-", "").replace(".", "").replace("'", "")
    shaped = 1 < len(text) <= 32 and joined.isalpha() and text.count(" ") <= 3  # noqa: PLR2004 - a name's shape
    return shaped and not (gives_orders(text) or is_suspect(text))


def _sized(subject: Subject, shown: list[tuple[str, int, str]]) -> tuple[Sentence, ...]:
    """One or two sentences that say the stats in their order, and the main language."""
    said = {
        known: f"{at(box)}{_said(known, number)} {noun}" for box, (known, number, noun) in enumerate(shown)
    }
    size = [known for known in said if known in _SIZE]
    rest = [known for known in said if known not in (*_SIZE, *_TOLD_LATER)]
    second = _rest_sentence(subject, {known: said[known] for known in rest})
    for languages in (2, 1, 0):
        first = _size_sentence(subject, [said[known] for known in size], size, languages, at(len(shown)))
        told = tuple(one for one in (first, second) if one is not None)
        if stillness(told) <= MAX_STILL_SECONDS:
            break
    spoken = {reveal.box for one in told for reveal in one.reveals}
    return _with_boxes(told, [box for box in range(len(shown)) if box not in spoken])


def _with_boxes(told: tuple[Sentence, ...], boxes: list[int]) -> tuple[Sentence, ...]:
    """Boxes of which nothing is said come with the last word."""
    if not told:
        return told
    end = len(told[-1].text.split()) - 1
    shown = tuple(Reveal(word=end, box=box) for box in boxes)
    return (*told[:-1], msgspec.structs.replace(told[-1], reveals=(*told[-1].reveals, *shown)))


def _said(known: str, number: int) -> str:
    return about(number) if known in _ROUNDED else numeral(number)


def _size_sentence(
    subject: Subject, said: list[str], known: list[str], languages: int, bar: str
) -> Sentence | None:
    if not said:
        return None
    written, cited = _languages(subject, languages, bar)
    counted = f"{listed(said)}{written}"
    forms: tuple[str, ...] = (
        f"We counted {counted}.",
        f"It holds {counted}.",
        f"By our count it has {counted}.",
        f"It comes to {counted}.",
        f"Its size: {counted}.",
    )
    return sentence(subject.pick.among("glance", forms), known, cited)


def _languages(subject: Subject, most: int, bar: str) -> tuple[str, tuple[Fact, ...]]:
    """A clause about at most so many languages, at whose first figure the bar appears."""
    main = subject.language
    if main is None or share(main) == 0 or most == 0:
        return "", ()
    ranked = sorted(subject.findings.numbered("language"), key=share, reverse=True)
    others = [fact for fact in ranked if fact.id != main.id and share(fact) > 0]
    part = share(main)
    if part >= NEARLY_ALL:
        return f", {bar}nearly all of it in {main.value}", (main,)
    if part > MOST or not others or share(others[0]) < LEAST_SECOND or most == 1:
        return f", {bar}{percent(part)} percent of it in {main.value}", (main,)
    second = others[0]
    spoken = (
        f", {bar}{percent(part)} percent {main.value} and {percent(share(second))} percent {second.value}"
    )
    return spoken, (main, second)


def _rest_sentence(subject: Subject, said: dict[str, str]) -> Sentence | None:
    if not said:
        return None
    known, parts = list(said), list(said.values())
    first = month(subject.findings.text("commits.first"))
    if known[0] != "commits.count" or not first:
        return sentence(f"It also has {listed(parts)}.", known)
    if "contributors.count" not in known:
        return sentence(f"Its history counts {parts[0]} since {first}.", known[:1], "commits.first")
    forms = (
        f"Since {first} it has gathered {parts[0]} from {parts[1]}.",
        f"Its history goes back to {first}: {parts[0]} by {parts[1]}.",
        f"It began in {first}, and counts {parts[0]} by {parts[1]}.",
        f"Its history holds {parts[0]} since {first}, from {parts[1]}.",
    )
    return sentence(subject.pick.among("history", forms), known[:2], "commits.first")
