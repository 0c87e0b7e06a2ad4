"""What one runs or reads first: commands, the README's example, a piece of the code."""

from __future__ import annotations

import itertools
import re

from services.narrator.write.findings import commands, is_aside, whole
from services.narrator.write.lines import at, ids, label, sentence
from services.narrator.write.quoting import distrusted, sayable, sentences
from services.narrator.write.subject import Subject
from services.narrator.write.wording import capital, count, listed, numeral
from shared.facts import Fact
from shared.script import CodeSlide, Item, ListSlide, Scene, Sentence, Text
from shared.truth.pictures import first_line
from shared.truth.plain import plain

MAX_COMMANDS = 4
MAX_LINES = 18
MIN_LINES = 3
MAX_LINE_CHARACTERS = 110
MIN_FAN_IN = 2

MAX_DOCUMENTED_WORDS = 11

_DOCSTRING = re.compile(r'\s*r?(?:"""|\'\'\'|")\s*(.+?)(?:\n\s*\n|"""|\'\'\'|"\n)', re.DOTALL)
_COMMENT = re.compile(r"\s*(?:/\*\*?|\*/|\*|//[/!]?|#)\s?")
_SAFE_PATH = re.compile(r"[\w./@+-]{1,80}\Z")
_COMMONPLACE = re.compile(
    r"_*(?:[iI]nit|[mM]ain|[nN]ew|[dD]efault|[eE]rror|setup|fmt|toString|equals|hashCode)_*\Z|[A-Z0-9_]{3,}\Z"
)
"""Symbols that tell nothing about what the code is for."""
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
        f"In a shell it answers to {listed(named, 'and to')}.",
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
    return label(f"starts {target}", fact) if _SAFE_PATH.match(target.replace(":", "")) else Text("")


def example_scene(subject: Subject, scene: str = "solution") -> Scene | None:
    """The README's own first example."""
    example = subject.findings.fact("readme.example")
    if example is None or distrusted(subject.findings) or not _fits(str(example.value)):
        return None
    if _BUILDS.search(str(example.value)) or (
        is_code(example) and subject.kind in {"service", "app", "data"}
    ):
        return None
    number = count(_line_count(example), "line")
    name = subject.name
    forms = (
        f"The README shows {name} at work in {number}.",
        f"{capital(number)} from the README show how {name} is used.",
        f"Here is {name} in use: {number}, straight from its README.",
        f"This is how {name} reads in practice: {number} from its README.",
        f"In use, {name} looks like this; the README needs {number} to show it.",
    )
    slide = _code(example, "Usage", "The README's own example")
    spoken = sentence(subject.pick.among("example", forms), subject.named_by, example)
    return Scene(id=scene, heading="How it is used", sentences=(spoken,), slide=slide)


def is_code(example: Fact | None) -> bool:
    """Whether the README's example is in a programming language, not a command or a configuration."""
    return example is not None and str(example.attributes.get("language", "")).lower() not in _SHELL


def code_scene(subject: Subject, told_of: str = "") -> Scene | None:
    """A look at the piece of the source that tells most."""
    return next(iter(code_scenes(subject, 1, told_of)), None)


def code_scenes(subject: Subject, most: int, told_of: str = "") -> tuple[Scene, ...]:
    """Looks into the source; how often the module `told_of` is imported was said already."""
    shown = [one for one in subject.findings.numbered("excerpt") if _showable(one)]
    told = [one for one in shown if not _COMMONPLACE.match(str(one.attributes.get("symbol", "")))]
    ranked = sorted(told, key=lambda one: not _says(subject, one))[:most]
    return tuple(_look(subject, one, number, told_of) for number, one in enumerate(ranked))


def _look(subject: Subject, excerpt: Fact, number: int, told_of: str) -> Scene:
    path, symbol = _path(excerpt), str(excerpt.attributes.get("symbol", ""))
    slide = _code(excerpt, "Inside the code", symbol or path.rsplit("/", 1)[-1])
    why = _imported(subject, path, told_of) if number == 0 else None
    spoken = tuple(one for one in (_opened(subject, excerpt, number), why) if one)
    name = "code" if number == 0 else f"code{number + 1}"
    return Scene(id=name, heading="Inside the code", sentences=spoken, slide=slide)


def _opened(subject: Subject, excerpt: Fact, number: int) -> Sentence:
    path, symbol = _path(excerpt), str(excerpt.attributes.get("symbol", ""))
    file, line = path.rsplit("/", 1)[-1], first_line(excerpt)
    what = symbol or "a piece of it"
    says = _says(subject, excerpt)
    tail = f", documented as “{says}”" if says else ""
    many = count(_line_count(excerpt), "line")
    forms: tuple[str, ...] = (
        f"Here is {what}, from line {line} of {file}{tail}.",
        f"Open {file} at line {line} and you meet {what}{tail}.",
        f"This is {what}; it begins at line {line} of {file}{tail}.",
        f"A look inside: {what}, {many} of {file}{tail}.",
        f"For a taste of the code, take {what} in {file}{tail}.",
    )
    return sentence(subject.pick.among(f"code{number}", forms), excerpt)


def _imported(subject: Subject, path: str, told_of: str) -> Sentence | None:
    """Why this file: how many modules import it."""
    module = next(
        (one for one in subject.findings.series("module") if one.attributes.get("path") == path), None
    )
    number = whole(module, "fan_in") if module else 0
    if module is None or number < MIN_FAN_IN or module.id == told_of:
        return None
    last = re.split(r"::|[./:]", str(module.value))[-1]
    if not re.search(r"[^\W_]", last):
        return None
    forms = (
        f"{capital(numeral(number))} modules import {last}.",
        f"The module, {last}, is imported by {numeral(number)} others.",
        f"It belongs to {last}, which {numeral(number)} modules import.",
    )
    return sentence(subject.pick.among("imported", forms), module)


def _says(subject: Subject, excerpt: Fact) -> str:
    said = _documented(excerpt)
    return said if subject.findings.gate.carries(said, excerpt.id) else ""


def _showable(excerpt: Fact) -> bool:
    path = _path(excerpt)
    return _fits(str(excerpt.value)) and bool(_SAFE_PATH.match(path)) and not is_aside(path)


def _path(fact: Fact) -> str:
    given = fact.attributes.get("path") or next((seen.path for seen in fact.evidence if seen.path), "")
    return str(given)


def _fits(code: str) -> bool:
    lines = code.splitlines()
    return len(lines) >= MIN_LINES and all(len(line) <= MAX_LINE_CHARACTERS for line in lines[:MAX_LINES])


def _line_count(fact: Fact) -> int:
    return len(str(fact.value).splitlines())


def _documented(excerpt: Fact) -> str:
    """The first sentence of the piece's own documentation, if it can be said."""
    lines = str(excerpt.value).splitlines()
    head = next((place for place, line in enumerate(lines) if line.rstrip().endswith(":")), len(lines))
    docstring = _DOCSTRING.match("\n".join(lines[head + 1 :]) + "\n")
    comment = itertools.takewhile(_COMMENT.match, lines)
    symbol = str(excerpt.attributes.get("symbol", ""))
    written = docstring[1] if docstring else "\n".join(_COMMENT.sub("", line, count=1) for line in comment)
    first = sentences(plain(written.replace("*/", "")))[0].removeprefix(f"{symbol} ")
    if "<" in written.split("\n\n", 1)[0]:
        return ""  # what looks like a tag would be lost
    return next(sayable(first, most=MAX_DOCUMENTED_WORDS), "")


def _code(fact: Fact, kicker: str, title: str) -> CodeSlide:
    lines = str(fact.value).splitlines()[:MAX_LINES]
    while not lines[-1].strip():
        lines.pop()
    return CodeSlide(
        kicker=Text(kicker),
        title=label(title, fact),
        path=label(_path(fact), fact),
        language=str(fact.attributes.get("language", "")).lower(),
        first_line=first_line(fact),
        code=Text("\n".join(lines), ids(fact)),
    )
