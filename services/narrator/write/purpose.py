"""The problem a repository says it solves, or what it says it is for, and what it stands on."""

from __future__ import annotations

import re

from services.narrator.write.findings import dependencies
from services.narrator.write.hook import source_of
from services.narrator.write.lines import Cited, at, label, sentence
from services.narrator.write.quoting import ENGLISH, Quote, quotes
from services.narrator.write.subject import Subject
from services.narrator.write.wording import listed, words
from shared.script import Item, ListSlide, Scene, Sentence, Text
from shared.truth.mentions import short_name
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
MAX_ITEMS = 2
MAX_NAMES, MAX_NEEDS = 4, 3
MOST_SHARED = 0.5
SHORT = 8
_SELF_CONTAINED = {"npm", "cargo"}
"""Ecosystems whose manifests name every dependency plainly."""

_ITSELF = re.compile(
    r"It(?:'s)?\s+(?:is|are|lets?|gives?|provides?|allows?|can|helps?|makes?|supports?|aims?|offers?|adds?|"
    r"turns?|works?|uses?|the|a|an)\b"
)


def problem(subject: Subject) -> Scene | None:
    """Its own statement of the problem, else of its purpose, and what it stands on."""
    items: list[Item] = []
    sentences: list[Sentence] = []
    quote = statement(subject)
    deed = None if quote else further(subject, subject.said[0].text if subject.said else "")
    if quote := quote or deed:
        sentences.append(_added(subject, quote) if deed else _stated(subject, quote))
        heading = "The problem, in its own words" if _TROUBLE.search(quote.text) else "In its own words"
        items.append(Item(heading=Text(heading), body=label(f"“{quote.text}”", quote.fact)))
    for more in (_needs, _self_contained, _filed_under):
        item, spoken = more(subject, len(items))
        if item and spoken and len(items) < MAX_ITEMS:
            items.append(item)
            sentences.append(spoken)
    if not items:
        return None
    title = "What it is for" if quote else "What it works with"
    slide = ListSlide(kicker=Text("Purpose"), title=Text(title), items=tuple(items))
    return Scene(id="problem", heading=title, sentences=tuple(sentences), slide=slide)


def needs_scene(subject: Subject) -> Scene | None:
    """Only what it stands on."""
    for told in (_needs, _self_contained):
        item, spoken = told(subject, 0)
        if item and spoken:
            slide = ListSlide(kicker=Text("Dependencies"), title=Text("What it stands on"), items=(item,))
            return Scene(id="needs", heading="What it stands on", sentences=(spoken,), slide=slide)
    return None


def statement(subject: Subject) -> Quote | None:
    """A sentence about a problem if its README has one, else the next sentence about itself."""
    taken = subject.said[0].text if subject.said else ""
    texts = quotes(subject.findings, "readme.summary", "readme.paragraph", "repo.description")
    found = [
        quote
        for quote in texts
        if not (_alike(_without(subject.name, quote.text), taken) or _names_it_again(subject, quote.text))
    ]
    about = [quote for quote in found if _is_about(subject, quote.text)]
    ranked = (*_matching(_TROUBLE, found), *_matching(_RELIEF, about), *about)
    return next(iter(ranked), None)


def further(subject: Subject, *taken: str) -> Quote | None:
    """One more thing it says that it does, in words not used yet."""
    deeds = [one for one in subject.said[1:] if one.form == "does"]
    new = (one for one in deeds if not any(_alike(one.text, text) for text in taken))
    return next((Quote(one.text, one.fact) for one in new), None)


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


def _stated(subject: Subject, quote: Quote) -> Sentence:
    source, box = source_of(quote.fact), at(0)
    text = quote.text
    forms: tuple[str, ...] = (
        f"Its {source} puts it this way: {box}“{text}”.",
        f"In the words of its {source}: {box}“{text}”.",
        f"The {source} explains: {box}“{text}”.",
        f"As the {source} of {subject.name} has it: {box}“{text}”.",
        f"What is it for? {box}“{text}”, says the {source}.",
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
    return sentence(chosen, quote.fact, subject.named_by if subject.name in chosen.split("“")[0] else ())


def _added(subject: Subject, quote: Quote) -> Sentence:
    source, said, name = source_of(quote.fact), f"{at(0)}“{quote.text}”", subject.name
    forms = (
        f"The {source} adds that it {said}.",
        f"And {name} does more, by its {source}: it {said}.",
        f"It also {said}, says the {source}.",
    )
    chosen = subject.pick.among("added", forms)
    return sentence(chosen, quote.fact, subject.named_by if name in chosen.split("“")[0] else ())


def _needs(subject: Subject, box: int) -> tuple[Item | None, Sentence | None]:
    needed = dependencies(subject.findings, subject.packaged_by)
    shown = sorted(needed, key=lambda fact: str(fact.value).startswith("@"))[:MAX_NEEDS]
    if not shown:
        return None, None
    names = [short_name(str(fact.value)) for fact in shown]
    said = f"{at(box)}{listed(names)}"
    forms: tuple[str, ...] = (
        f"It builds on {said}.",
        f"Underneath, it relies on {said}.",
        f"Its manifest asks for {said}.",
        f"To run, it needs {said}.",
        f"It stands on {said}.",
    )
    if len(needed) > len(shown):
        forms = (
            f"Among what it needs to run are {said}.",
            f"Its manifest asks for {said}, among others.",
            f"Underneath, you find {said}, among others.",
        )
    item = Item(heading=Text("Builds on"), body=label(", ".join(names), shown))
    return item, sentence(subject.pick.among("needs", forms), shown)


def _self_contained(subject: Subject, box: int) -> tuple[Item | None, Sentence | None]:
    """A manifest that would name what it needs, and names nothing."""
    manifest = subject.findings.fact(subject.packaged_by)
    if manifest is None or manifest.attributes.get("ecosystem") not in _SELF_CONTAINED:
        return None, None
    if any(fact.attributes.get("scope") == "runtime" for fact in subject.findings.numbered("dependency")):
        return None, None
    name = str(manifest.attributes.get("name", ""))
    cited: tuple[Cited, ...] = (manifest,)
    forms = (
        f"The manifest of {name} names {at(box)}no runtime dependency.",
        f"By its manifest, {name} brings {at(box)}no runtime dependency along.",
        f"To run, {name} asks for {at(box)}nothing else: its manifest names no runtime dependency.",
    )
    item = Item(heading=Text("No runtime dependency"), body=label(f"in the manifest of {name}", manifest))
    return item, sentence(subject.pick.among("needs", forms), cited)


def _filed_under(subject: Subject, box: int) -> tuple[Item | None, Sentence | None]:
    topics = [topic.replace("-", " ") for topic in subject.findings.topics()][:MAX_NAMES]
    if len(topics) <= 1:
        return None, None
    item = Item(heading=Text("Filed under"), body=label(", ".join(topics), "repo.topics"))
    return item, sentence(f"On GitHub it is filed under {at(box)}{listed(topics)}.", "repo.topics")
