"""Which of its sentences states the problem a repository solves, or what it is for, and how that is said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.narrator.write.hook import source_of
from services.narrator.write.lines import at, sentence
from services.narrator.write.quoting import ENGLISH, Quote, quotes
from services.narrator.write.subject import Subject
from services.narrator.write.wording import words
from shared.script import Sentence
from shared.truth.plain import letters

_TROUBLE = re.compile(
    r"(?i)\b(?:problems? with|painful|trouble|difficult|hard to|tedious|error-prone|tired of|lack of|"
    r"cumbersome|struggl\w+|frustrat\w+|suffer\w*|nagging|hassle|repetitive|duplicat\w+|verbose|fragile|"
    r"scattered|messy|worry(?:ing)? about|several different programs|not (?:very )?efficient|manually)\b"
)
_RELIEF = re.compile(
    r"(?i)\b(?:instead of|without (?:having|the need)|no longer|avoid\w*|boilerplate|simplif\w+|lets you|"
    r"unlike|rather than|does not force|faster|so that|helps)\b"
)
MOST_SHARED = 0.5
SHORT = 8
_ITSELF = re.compile(
    r"It(?:'s)?\s+(?:is|are|lets?|gives?|provides?|allows?|can|helps?|makes?|supports?|aims?|offers?|adds?|"
    r"turns?|works?|uses?|the|a|an)\b"
)


def stated(subject: Subject) -> Iterator[tuple[Quote, Sentence]]:
    """Sentences about a problem, then about itself, then one more of its deeds; each as it is said."""
    taken = subject.said[0].text if subject.said else ""
    for quote in _statements(subject, taken):
        yield quote, _stated(subject, quote)
    for one in subject.said[1:]:
        if one.form == "does" and not _alike(one.text, taken):
            quote = Quote(one.text, one.fact)
            yield quote, _added(subject, quote)


def is_trouble(quote: Quote) -> bool:
    return _TROUBLE.search(quote.text) is not None


def _statements(subject: Subject, taken: str) -> Iterator[Quote]:
    texts = quotes(subject.findings, "readme.summary", "readme.paragraph", "repo.description")
    found = [
        quote
        for quote in texts
        if not (_alike(_without(subject.name, quote.text), taken) or _names_it_again(subject, quote.text))
    ]
    about = [quote for quote in found if _is_about(subject, quote.text)]
    yield from dict.fromkeys((*_matching(_TROUBLE, found), *_matching(_RELIEF, about), *about))


def _matching(pattern: re.Pattern[str], found: list[Quote]) -> list[Quote]:
    return [quote for quote in found if pattern.search(quote.text)]


def _is_about(subject: Subject, text: str) -> bool:
    """Whether the sentence speaks of the project itself, not of a detail."""
    return letters(subject.name) in letters(text) or _ITSELF.match(text) is not None


def _alike(one: str, other: str) -> bool:
    """Whether a sentence would only repeat the other in almost the same words."""
    first, second = (set(letters(text).split()) - ENGLISH for text in (one, other))
    return len(first & second) > MOST_SHARED * min(len(first), len(second))


def _without(name: str, text: str) -> str:
    return re.sub(rf"(?i)\b{re.escape(name)}\b", "", text)


def _names_it_again(subject: Subject, text: str) -> bool:
    """A short sentence that only says once more what kind of thing it is."""
    name = re.escape(subject.name)
    titled = re.match(rf"(?i){name}(?: \w+)?:", text) is not None
    again = re.match(rf"(?i){name} is an? ", text) is not None
    return bool(subject.said) and (titled or (again and words(text) <= SHORT))


def _is_named(name: str, told: str) -> bool:
    """Whether the words before the quotation hold the name as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told.split("“", maxsplit=1)[0]) is not None


def _stated(subject: Subject, quote: Quote) -> Sentence:
    source, box = source_of(quote.fact), at(0)
    text = quote.text
    forms: tuple[str, ...] = (
        f"Its {source} puts it this way: {box}“{text}”.",
        f"In the words of its {source}: {box}“{text}”.",
        f"The {source} explains: {box}“{text}”.",
        f"As the {source} of {subject.name} has it: {box}“{text}”.",
        f"The {source} goes on: {box}“{text}”.",
    )
    if _TROUBLE.search(text):
        forms = (
            f"The {source} names the problem: {box}“{text}”.",
            f"What is it against? The {source} says: {box}“{text}”.",
            f"Here is the trouble, in the words of its {source}: {box}“{text}”.",
        )
    elif _RELIEF.search(text):
        forms = (
            f"Why use it? The {source} says: {box}“{text}”.",
            f"The case for it, by its {source}: {box}“{text}”.",
            f"Its {source} argues: {box}“{text}”.",
        )
    chosen = subject.pick.among("problem", forms)
    return sentence(chosen, quote.fact, subject.named_by if _is_named(subject.name, chosen) else ())


def _added(subject: Subject, quote: Quote) -> Sentence:
    source, said, name = source_of(quote.fact), f"{at(0)}“{quote.text}”", subject.name
    forms = (
        f"The {source} adds that it {said}.",
        f"By the {source} of {name}, it {said}.",
        f"It {said}, says the {source}.",
    )
    chosen = subject.pick.among("added", forms)
    return sentence(chosen, quote.fact, subject.named_by if _is_named(name, chosen) else ())
