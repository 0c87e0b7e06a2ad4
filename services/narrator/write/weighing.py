"""Weighs what was seen: what speaks for a repository, what against it, and what follows for its kind."""

from __future__ import annotations

from typing import NamedTuple

from services.narrator.write.limits import dominant_author, misses_tests, stale_tag
from services.narrator.write.lines import at, sentence
from services.narrator.write.naming import Kind
from services.narrator.write.pace import MAX_STILL_SECONDS, seconds
from services.narrator.write.subject import Subject
from services.narrator.write.wording import article, capital, count, listed, numeral, percent, years
from shared.script import Sentence

MANY_PEOPLE, MANY_YEARS = 10, 3
MAX_WEIGHED, FEWEST_WEIGHTS = 3, 2
MARGIN = 0.5
"""Seconds: the last scene's picture begins to change late."""

_ROLES: dict[Kind, tuple[str, ...]] = {
    "library": ("As a library to build on", "For your own code to build on", "As something to depend on"),
    "cli": ("As a tool to keep at hand", "For daily use at a shell", "As a tool to install"),
    "service": ("As a server to run yourself", "For running it yourself", "As a service to operate"),
    "app": ("As an application to host", "For running it yourself", "As an application to rely on"),
    "data": ("As data to build on", "As a source to cite", "For data you rely on"),
    "docs": ("As something to read", "As a text to learn from", "For reading"),
    "project": ("To sum up", "All in all", "Taken together"),
}


class Weight(NamedTuple):
    said: str
    facts: tuple[str, ...]


def _assets(subject: Subject) -> list[Weight]:
    findings, found = subject.findings, []
    span = years(findings.text("commits.first"), findings.text("commits.last"))
    if span >= MANY_YEARS:
        found.append(Weight(f"{numeral(span)} years of history", ("commits.first", "commits.last")))
    people = findings.number("contributors.count")
    if people >= MANY_PEOPLE:
        found.append(Weight(f"{numeral(people)} contributors", ("contributors.count",)))
    tests = findings.number("tests.count")
    if tests:
        found.append(Weight(count(tests, "test file"), ("tests.count",)))
    if findings.licence and len(found) < MAX_WEIGHED:
        found.append(Weight(article(f"{findings.licence_said} licence"), ("license.spdx",)))
    return found[:MAX_WEIGHED]


def _burdens(subject: Subject) -> list[Weight]:
    findings, found, files = subject.findings, [], subject.findings.number("files.count")
    if files and not findings.some("license."):
        found.append(Weight("no licence we could identify", ("files.count",)))
    if misses_tests(subject):
        found.append(Weight("no tests we could see", ("files.count",)))
    author = dominant_author(subject)
    if author and findings.number("contributors.count") > 1:
        part = percent(author[1] / author[2])
        said = f"a single author behind {part} percent of the commits"
        found.append(Weight(said, (author[0].id, "commits.count")))
    if findings.number("commits.count") > 1 and not findings.some("tag.", "release."):
        found.append(Weight("no tagged version", ("commits.count",)))
    stale = stale_tag(subject)
    if stale:
        said = f"a newest tag that is {count(stale[1], 'year')} older than its last commit"
        found.append(Weight(said, (stale[0].id, "commits.last")))
    return found[:2]


class Weighed(NamedTuple):
    """What is said of both sides; the weights are boxes in their order, assets first."""

    spoken: Sentence
    assets: tuple[Weight, ...]
    burdens: tuple[Weight, ...]


def weighed(subject: Subject) -> Weighed | None:
    """As many weights on both sides as can be said in one sentence of bearable length."""
    assets, burdens = _assets(subject), _burdens(subject)
    while (said := _verdict(subject, assets, burdens)) and seconds(said.text) > MAX_STILL_SECONDS - MARGIN:
        if len(assets) + len(burdens) <= FEWEST_WEIGHTS:
            break
        assets, burdens = (assets[:-1], burdens) if len(assets) > len(burdens) else (assets, burdens[:-1])
    return Weighed(said, tuple(assets), tuple(burdens)) if said else None


def _verdict(subject: Subject, assets: list[Weight], burdens: list[Weight]) -> Sentence | None:
    cited = [fact for one in (*assets, *burdens) for fact in one.facts]
    if not cited:
        return None
    role = subject.pick.among("role", _ROLES[subject.kind])
    speak = "speaks" if len(assets) == 1 and assets[0].said.startswith("a") else "speak"
    has = listed([f"{at(box)}{one.said}" for box, one in enumerate(assets)])
    lacks = listed([f"{at(box)}{one.said}" for box, one in enumerate(burdens, start=len(assets))])
    name = subject.name
    if not burdens:
        forms: tuple[str, ...] = (
            f"{role}, {name} has {has} behind it.",
            f"Our verdict: {has} speak for {name}.",
            f"{role}, {name} brings {has}.",
            f"What counts for {name} in the end: {has}.",
        )
        if len(assets) == 1:
            forms = (f"What speaks for {name}, as far as we saw: {has}.",)
    elif not assets:
        forms = (
            f"{role}, {name} asks for caution: {lacks}.",
            f"Our verdict on {name} is careful: {lacks}.",
        )
    else:
        forms = (
            f"{role}, {name} has {has} on its side; on the other side: {lacks}.",
            f"Our verdict on {name}: it has {has}, but {lacks}.",
            f"{role}, weigh what we saw of {name}: {has}, but {lacks}.",
            f"{capital(has, name)} {speak} for {name}; on the other side: {lacks}.",
        )
    return sentence(subject.pick.among("verdict", forms), subject.named_by, cited)
