"""The problem a repository says it solves, or what it says it is for, and what it stands on."""

from __future__ import annotations

import re

from services.narrator.write.findings import Findings
from services.narrator.write.hook import own_words, source_of
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.quoting import Quote, quotes
from services.narrator.write.subject import Subject
from services.narrator.write.wording import listed
from shared.facts import Fact
from shared.script import Item, ListSlide, Scene, Sentence, Text
from shared.truth.plain import letters

_TROUBLE = re.compile(
    r"(?i)\b(?:problems?|pain|painful|trouble|difficult|hard to|tedious|error-prone|tired of|lack of|"
    r"struggl\w+|frustrat\w+|cumbersome|suffer\w*)\b"
)
_RELIEF = re.compile(
    r"(?i)\b(?:instead of|without (?:having|the need)|no longer|avoid\w*|boilerplate|simplif\w+|lets you)\b"
)
MAX_ITEMS = 2
MAX_NAMES, MAX_NEEDS = 4, 3
MOST_SHARED = 0.6
_TOLD_BY_NOBODY = {"typing-extensions", "setuptools", "tslib"}
"""Dependencies that say nothing about what a project does."""


_ITSELF = re.compile(
    r"(?:It|We|You|Our)(?:'s)?\s+(?:is|are|lets?|gives?|provides?|allows?|can|helps?|makes?|supports?|aims?|offers?|adds?|"
    r"turns?|works?|uses?|the|a|an)\b"
)


def problem(subject: Subject) -> Scene | None:
    """Its own statement of the problem, else of its purpose, and what it stands on."""
    items: list[Item] = []
    sentences: list[Sentence] = []
    quote = _statement(subject)
    if quote:
        sentences.append(_stated(subject, quote))
        heading = "The problem, in its own words" if _TROUBLE.search(quote.text) else "In its own words"
        items.append(Item(heading=Text(heading), body=label(f"“{quote.text}”", quote.fact)))
    for more in (_needs, _filed_under):
        item, spoken = more(subject, len(items))
        if item and spoken and len(items) < MAX_ITEMS:
            items.append(item)
            sentences.append(spoken)
    if not items:
        return None
    title = "What it is for" if quote else "What it works with"
    slide = ListSlide(kicker=Text("Purpose"), title=Text(title), items=tuple(items))
    return Scene(id="problem", heading=title, sentences=tuple(sentences), slide=slide)


def _statement(subject: Subject) -> Quote | None:
    """A sentence about a problem if its README has one, else the next sentence about itself."""
    taken = own_words(subject)
    found = [
        quote
        for quote in quotes(subject.findings, "readme.summary", "readme.paragraph", "repo.description")
        if taken is None or not _alike(quote.text, taken.text)
    ]
    about = [quote for quote in found if _is_about(subject, quote.text)]
    ranked = (*_matching(_TROUBLE, found), *_matching(_RELIEF, about), *about)
    return next(iter(ranked), None)


def _matching(pattern: re.Pattern[str], found: list[Quote]) -> list[Quote]:
    return [quote for quote in found if pattern.search(quote.text)]


def _is_about(subject: Subject, text: str) -> bool:
    """Whether the sentence speaks of the project itself, not of a detail."""
    return letters(subject.name) in letters(text) or _ITSELF.match(text) is not None


def _alike(one: str, other: str) -> bool:
    """Whether a sentence would only repeat the other in almost the same words."""
    first, second = set(letters(one).split()), set(letters(other).split())
    return len(first & second) > MOST_SHARED * min(len(first), len(second))


def _stated(subject: Subject, quote: Quote) -> Sentence:
    source = source_of(quote)
    box = at(0)
    forms: tuple[str, ...] = (
        f"Its {source} puts it this way: {box}“{quote.text}”.",
        f"In the words of its {source}: {box}“{quote.text}”.",
        f"The {source} explains: {box}“{quote.text}”.",
        f"As the {source} of {subject.name} has it: {box}“{quote.text}”.",
    )
    if _TROUBLE.search(quote.text):
        forms = (
            f"The {source} states the problem: {box}“{quote.text}”.",
            f"What is it against? The {source} says: {box}“{quote.text}”.",
        )
    elif _RELIEF.search(quote.text):
        forms = (*forms, f"Why use it? The {source} says: {box}“{quote.text}”.")
    text = subject.pick.among("problem", forms)
    return sentence(text, quote.fact, subject.named_by if subject.name in text.split("“")[0] else ())


def _needs(subject: Subject, box: int) -> tuple[Item | None, Sentence | None]:
    needed = runtime_dependencies(subject.findings)[:MAX_NEEDS]
    if not needed:
        return None, None
    names = [str(fact.value) for fact in needed]
    forms = (
        f"It builds on {at(box)}{listed(names)}.",
        f"Underneath, it relies on {at(box)}{listed(names)}.",
        f"Its manifest asks for {at(box)}{listed(names)}.",
    )
    item = Item(heading=Text("Builds on"), body=label(", ".join(names), needed))
    return item, sentence(subject.pick.among("needs", forms), needed)


def runtime_dependencies(findings: Findings) -> list[Fact]:
    """What it needs to run, not what its developers need; names that can be said come first."""
    needed = {
        str(fact.value).lower().replace("_", "-"): fact
        for fact in reversed(findings.series("dependency"))
        if fact.attributes.get("scope", "runtime") == "runtime"
    }
    telling = [fact for name, fact in reversed(needed.items()) if name not in _TOLD_BY_NOBODY]
    return sorted(telling, key=lambda fact: str(fact.value).startswith("@"))


def _filed_under(subject: Subject, box: int) -> tuple[Item | None, Sentence | None]:
    topics = [topic.replace("-", " ") for topic in subject.findings.topics()][:MAX_NAMES]
    if len(topics) <= 1:
        return None, None
    item = Item(heading=Text("Filed under"), body=label(", ".join(topics), "repo.topics"))
    return item, sentence(f"On GitHub it is filed under {at(box)}{listed(topics)}.", "repo.topics")
