"""The problem a repository says it solves, or what it says it is for, and what it stands on."""

from __future__ import annotations

from services.narrator.write.findings import dependencies
from services.narrator.write.lines import Cited, at, label, sentence
from services.narrator.write.pace import MAX_STILL_SECONDS, stillness
from services.narrator.write.quoting import Quote
from services.narrator.write.stating import is_trouble, stated
from services.narrator.write.subject import Subject
from services.narrator.write.wording import listed
from shared.script import Item, ListSlide, Scene, Sentence, Text
from shared.truth.mentions import short_name

MAX_ITEMS = 2
MAX_NAMES, MAX_NEEDS = 4, 3
_SELF_CONTAINED = {"npm", "cargo"}
"""Ecosystems whose manifests name every dependency plainly."""


def problem(subject: Subject) -> Scene | None:
    """Its own statement of the problem, else of its purpose, and what it stands on.

    Of its statements the first that lets no picture stand still too long.
    """
    for quote, spoken in stated(subject):
        scene = _scene(subject, quote, spoken)
        if scene is not None and stillness(scene.sentences) <= MAX_STILL_SECONDS:
            return scene
    return _scene(subject, None, None)


def _scene(subject: Subject, quote: Quote | None, spoken: Sentence | None) -> Scene | None:
    items: list[Item] = []
    sentences: list[Sentence] = []
    if quote and spoken:
        heading = "The problem, in its own words" if is_trouble(quote) else "In its own words"
        items.append(Item(heading=Text(heading), body=label(f"“{quote.text}”", quote.fact)))
        sentences.append(spoken)
    for more in (_needs, _self_contained, _filed_under):
        item, told = more(subject, len(items))
        if item and told and len(items) < MAX_ITEMS:
            items.append(item)
            sentences.append(told)
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
