"""What one runs or reads first: commands and the README's example; how code is shown."""

from __future__ import annotations

import re

from services.narrator.write.findings import commands
from services.narrator.write.hostile import gives_orders
from services.narrator.write.lines import at, ids, label, sentence
from services.narrator.write.quoting import distrusted
from services.narrator.write.subject import Subject
from services.narrator.write.wording import capital, count, listed
from shared.facts import Fact
from shared.lines import lines_of
from shared.script import CodeSlide, Item, ListSlide, Scene, Text
from shared.truth.pictures import first_line

MAX_COMMANDS = 4
MAX_LINES = 18
MIN_LINES = 3
MAX_LINE_CHARACTERS = 110


_FOREIGN_ADDRESS = re.compile(
    r"(?i)(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)"
    r"(?!(?:localhost|127\.0\.0\.1|0\.0\.0\.0|(?:[\w-]+\.)?example\.(?:com|org|net))\b)"
    r"|\bmailto:|\bdata:[\w/+-]+;|\S@[\w-]+\.(?!example\b)[a-z]{2,}"
)
"""Addresses in code that a viewer might follow; those that lead nowhere may stand."""
SAFE_PATH = re.compile(r"[\w./@+-]{1,80}\Z")
_BUILDS = re.compile(
    r"(?m)^\s*[$>]?\s*(?:sudo |git |make\b|cmake |\./configure|autoreconf|mkdir |cd |"
    r"pip3? |npm |yarn |brew |apt)"
)
"""Commands that get and build it rather than use it."""
_SHELL = {"sh", "bash", "shell", "console", "text", "rst", "vim", "gradle", "xml", "yaml", "toml", "json", ""}


def commands_scene(subject: Subject) -> Scene | None:
    shown = commands(subject.findings)[:MAX_COMMANDS]
    if not shown:
        return None
    named = [f"{at(box)}{fact.value}" for box, fact in enumerate(shown)]
    one, name = len(shown) == 1, subject.name
    forms: tuple[str, ...] = (
        f"Installed, it gives you the command{'' if one else 's'} {listed(named)}.",
        f"You run it as {listed(named, 'or')}.",
        f"In a shell it answers to {listed(named, 'and')}.",
        f"To use {name}, you type {listed(named, 'or')}.",
        f"The command{'' if one else 's'} to know: {listed(named)}.",
    )
    items = tuple(Item(heading=label(str(fact.value), fact), body=_target(fact)) for fact in shown)
    slide = ListSlide(kicker=Text("Usage"), title=Text("What you can run"), items=items)
    text = subject.pick.among("solution", forms)
    spoken = sentence(text, shown, subject.named_by if f"use {name}" in text else ())
    return Scene(id="solution", heading="What you can run", sentences=(spoken,), slide=slide)


def _target(fact: Fact) -> Text:
    target = str(fact.attributes.get("target", ""))
    known = SAFE_PATH.match(target.replace(":", ""))
    return label(f"starts {target}", fact) if known else Text("in your shell")


def example_scene(subject: Subject, scene: str = "solution") -> Scene | None:
    """The README's own first example."""
    example = subject.findings.fact("readme.example")
    if example is None or distrusted(subject.findings) or not fits(str(example.value)):
        return None
    if _BUILDS.search(str(example.value)) or (
        is_code(example) and subject.kind in {"service", "app", "data"}
    ):
        return None
    number = count(line_count(example), "line")
    name = subject.name
    forms = (
        f"The README shows {name} at work in {number}.",
        f"{capital(number)} from the README show how {name} is used.",
        f"Here is {name} in use: {number}, straight from its README.",
        f"This is how {name} reads in practice: {number} from its README.",
        f"In use, {name} looks like this; the README needs {number} to show it.",
    )
    slide = code_slide(example, "Usage", "The README's own example")
    spoken = sentence(subject.pick.among("example", forms), subject.named_by, example)
    return Scene(id=scene, heading="How it is used", sentences=(spoken,), slide=slide)


def is_code(example: Fact | None) -> bool:
    """Whether the README's example is in a programming language, not a command or a configuration."""
    return example is not None and str(example.attributes.get("language", "")).lower() not in _SHELL


def path_of(fact: Fact) -> str:
    given = fact.attributes.get("path") or next((seen.path for seen in fact.evidence if seen.path), "")
    return str(given)


def fits(code: str) -> bool:
    lines = lines_of(code)
    if gives_orders(code) or _FOREIGN_ADDRESS.search(code):
        return False
    return len(lines) >= MIN_LINES and all(len(line) <= MAX_LINE_CHARACTERS for line in lines[:MAX_LINES])


def line_count(fact: Fact) -> int:
    return len(lines_of(str(fact.value)))


def code_slide(fact: Fact, kicker: str, title: str) -> CodeSlide:
    lines = lines_of(str(fact.value))[:MAX_LINES]
    while not lines[-1].strip():
        lines.pop()
    return CodeSlide(
        kicker=Text(kicker),
        title=label(title, fact),
        path=label(path_of(fact), fact),
        language=str(fact.attributes.get("language", "")).lower(),
        first_line=first_line(fact),
        code=Text("\n".join(lines), ids(fact)),
    )
