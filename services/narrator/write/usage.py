"""What one runs or reads first: commands, the README's example, a piece of the code."""

from __future__ import annotations

import itertools
import re

from services.narrator.write.lines import at, ids, label, sentence
from services.narrator.write.quoting import distrusted, sayable, sentences
from services.narrator.write.subject import Subject
from services.narrator.write.wording import count, listed
from shared.facts import Fact
from shared.script import CodeSlide, Item, ListSlide, Scene, Text
from shared.truth.pictures import first_line
from shared.truth.plain import plain

MAX_COMMANDS = 4
MAX_LINES = 18
MIN_LINES = 3
MAX_LINE_CHARACTERS = 110

MAX_DOCUMENTED_WORDS = 11

_DOCSTRING = re.compile(r'\s*r?(?:"""|\'\'\')\s*(.+?)(?:\n\s*\n|"""|\'\'\')', re.DOTALL)
_COMMENT = re.compile(r"\s*(?:/\*\*?|\*/|\*|//[/!]?|#)\s?")
_SAFE_PATH = re.compile(r"[\w./@+-]{1,80}\Z")


def commands_scene(subject: Subject) -> Scene | None:
    commands = subject.findings.series("command")[:MAX_COMMANDS]
    if not commands:
        return None
    named = [f"{at(box)}{fact.value}" for box, fact in enumerate(commands)]
    one = len(commands) == 1
    forms = (
        f"Installed, it gives you the command{'' if one else 's'} {listed(named)}.",
        f"You run it as {listed(named, 'or')}.",
        f"In a shell it answers to {listed(named, 'and to')}.",
    )
    items = tuple(Item(heading=label(str(fact.value), fact), body=_target(fact)) for fact in commands)
    slide = ListSlide(kicker=Text("Usage"), title=Text("What you can run"), items=items)
    spoken = sentence(subject.pick.among("solution", forms), commands)
    return Scene(id="solution", heading="What you can run", sentences=(spoken,), slide=slide)


def _target(fact: Fact) -> Text:
    target = str(fact.attributes.get("target", ""))
    return label(f"starts {target}", fact) if _SAFE_PATH.match(target.replace(":", "")) else Text("")


def example_scene(subject: Subject) -> Scene | None:
    """The README's own first example."""
    example = subject.findings.fact("readme.example")
    if example is None or distrusted(subject.findings) or not _fits(str(example.value)):
        return None
    number = _line_count(example)
    forms: tuple[str, ...] = (
        f"The README shows {subject.name} at work in {count(number, 'line')}.",
        f"{count(number, 'line').capitalize()} from the README show how {subject.name} is used.",
        f"Here is {subject.name} in use: {count(number, 'line')}, straight from its README.",
    )
    if number == 1:
        forms = (f"The README of {subject.name} needs one line to show it.",)
    slide = _code(example, "Usage", "The README's own example")
    spoken = sentence(subject.pick.among("example", forms), subject.named_by, example)
    return Scene(id="solution", heading="How it is used", sentences=(spoken,), slide=slide)


def code_scene(subject: Subject) -> Scene | None:
    """A look at a piece of the source the scanner found notable."""
    excerpt = next((one for one in subject.findings.numbered("excerpt") if _showable(one)), None)
    if excerpt is None:
        return None
    path, symbol = _path(excerpt), str(excerpt.attributes.get("symbol", ""))
    file, line = path.rsplit("/", 1)[-1], first_line(excerpt)
    what = symbol or "a piece of it"
    says = _documented(excerpt)
    says = says if subject.findings.gate.carries(says, excerpt.id) else ""
    tail = f", documented as “{says}”" if says else ""
    forms = (
        f"Here is {what}, from line {line} of {file}{tail}.",
        f"Open {file} at line {line} and you meet {what}{tail}.",
        f"This is {what}; it begins at line {line} of {file}{tail}.",
    )
    slide = _code(excerpt, "Inside the code", symbol or file)
    spoken = sentence(subject.pick.among("code", forms), excerpt)
    return Scene(id="code", heading="Inside the code", sentences=(spoken,), slide=slide)


def _showable(excerpt: Fact) -> bool:
    return _fits(str(excerpt.value)) and bool(_SAFE_PATH.match(_path(excerpt)))


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
    docstring = _DOCSTRING.match("\n".join(lines[head + 1 :]))
    comment = itertools.takewhile(_COMMENT.match, lines)
    written = docstring[1] if docstring else "\n".join(_COMMENT.sub("", line, count=1) for line in comment)
    first = sentences(plain(written))[0]
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
