"""A look into the source: a piece the scanner found notable, what it says of itself, and who imports it."""

from __future__ import annotations

import itertools
import re

import msgspec

from services.narrator.write.findings import is_aside, whole
from services.narrator.write.lines import at, sentence
from services.narrator.write.quoting import sayable, sentences
from services.narrator.write.subject import Subject
from services.narrator.write.usage import SAFE_PATH, code_slide, fits, line_count, path_of
from services.narrator.write.wording import capital, count, numeral
from shared.facts import Fact
from shared.lines import lines_of
from shared.script import CodeSlide, LineGroup, Scene, Sentence
from shared.truth.pictures import first_line
from shared.truth.plain import plain

MIN_FAN_IN = 2
MAX_DOCUMENTED_WORDS = 11

_DOCSTRING = re.compile(r'\s*r?(?:"""|\'\'\'|")\s*(.+?)(?:\n\s*\n|"""|\'\'\'|"\n)', re.DOTALL)
_QUOTES, _CLOSED = re.compile(r'"""|\'\'\''), re.compile(r'("""|\'\'\').*\1|"[^"]+"\s*$')
_COMMENT = re.compile(r"\s*(?:/\*\*?|\*/|\*|//[/!]?|#)\s?")
_WITH_JSDOC = re.compile(r"\.(?:[cm]?[jt]sx?|java|kt|php|scala|swift|vue)$")
_RDOC = re.compile(r"(?<![\w+])\+(\w+)\+(?![\w+])")
"""Ruby's way to set code apart."""
_COMMONPLACE = re.compile(
    r"_*(?:[iI]nit|[mM]ain|[nN]ew|[dD]efault|[eE]rror|setup|fmt|toString|equals|hashCode)_*\Z|[A-Z0-9_]{3,}\Z"
)
"""Symbols that tell nothing about what the code is for."""


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
    path, symbol = path_of(excerpt), str(excerpt.attributes.get("symbol", ""))
    slide = code_slide(excerpt, "Inside the code", symbol or path.rsplit("/", 1)[-1])
    slide = msgspec.structs.replace(slide, groups=_groups(excerpt, slide, bool(_says(subject, excerpt))))
    why = _imported(subject, path, told_of) if number == 0 else None
    spoken = tuple(one for one in (_opened(subject, excerpt, number), why) if one)
    name = "code" if number == 0 else f"code{number + 1}"
    heading = "Inside the code" if number == 0 else "Another look inside"
    return Scene(id=name, heading=heading, sentences=spoken, slide=slide)


def _opened(subject: Subject, excerpt: Fact, number: int) -> Sentence:
    path, symbol = path_of(excerpt), str(excerpt.attributes.get("symbol", ""))
    file, line = path.rsplit("/", 1)[-1], first_line(excerpt)
    what = f"{at(0)}{symbol}" if symbol else "a piece of it"
    says = _says(subject, excerpt)
    tail = f", {at(1)}documented as “{says}”" if says else ""
    many = count(line_count(excerpt), "line")
    forms: tuple[str, ...] = (
        f"Here is {what}, from line {line} of {file}{tail}.",
        f"Open {file} at line {line} and you meet {what}{tail}.",
        f"This is {what}; it begins at line {line} of {file}{tail}.",
        f"A look inside: {what}, {many} of {file}{tail}.",
        f"For a taste of the code, take {what} in {file}{tail}.",
    )
    return sentence(subject.pick.among(f"code{number}", forms), excerpt)


def _groups(excerpt: Fact, slide: CodeSlide, documented: bool) -> tuple[LineGroup, ...]:  # noqa: FBT001 - as `_opened` tells it
    """The line that gives the symbol its name, then the lines of its documentation."""
    lines = lines_of(slide.code.text)
    symbol = str(excerpt.attributes.get("symbol", "")).rsplit(".", 1)[-1]
    named = next(
        (place for place, line in enumerate(lines) if re.search(rf"\b{re.escape(symbol)}\b", line)), 0
    )
    groups = [LineGroup(first=slide.first_line + named, last=slide.first_line + named)] if symbol else []
    if documented:
        written = _documentation(lines)
        groups.append(LineGroup(first=slide.first_line + written[0], last=slide.first_line + written[-1]))
    return tuple(groups)


def _documentation(lines: list[str]) -> list[int]:
    """Places of the lines of a leading comment, or of the docstring's first paragraph."""
    comment = [
        place for place, _ in itertools.takewhile(lambda one: _COMMENT.match(one[1]), enumerate(lines))
    ]
    if comment:
        return comment
    head = next((place for place, line in enumerate(lines) if line.rstrip().endswith(":")), 0)
    rest = list(enumerate(lines))[head + 1 :]
    paragraph = [place for place, _ in itertools.takewhile(lambda one: one[1].strip(), rest)]
    ends = [place for place in paragraph if _QUOTES.search(lines[place])]
    last = next((place for place in ends if place > head + 1 or _CLOSED.search(lines[place])), None)
    return [place for place in paragraph if last is None or place <= last] or [head]


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
        f"The module {last} is imported by {numeral(number)} others.",
        f"It belongs to {last}, which {numeral(number)} modules import.",
    )
    return sentence(subject.pick.among("imported", forms), module)


def _says(subject: Subject, excerpt: Fact) -> str:
    said = _documented(excerpt)
    return said if subject.findings.gate.carries(said, excerpt.id) else ""


def _showable(excerpt: Fact) -> bool:
    path = path_of(excerpt)
    return fits(str(excerpt.value)) and bool(SAFE_PATH.match(path)) and not is_aside(path)


def _documented(excerpt: Fact) -> str:
    """The first sentence of the piece's own documentation, if it can be said."""
    lines = lines_of(str(excerpt.value))
    head = next((place for place, line in enumerate(lines) if line.rstrip().endswith(":")), len(lines))
    docstring = _DOCSTRING.match("\n".join(lines[head + 1 :]) + "\n")
    comment = itertools.takewhile(_COMMENT.match, lines)
    symbol = str(excerpt.attributes.get("symbol", ""))
    written = docstring[1] if docstring else "\n".join(_COMMENT.sub("", line, count=1) for line in comment)
    if _WITH_JSDOC.search(path_of(excerpt)) and not docstring and not lines[0].lstrip().startswith("/**"):
        return ""  # a remark; what documents a symbol is written otherwise there
    written = _RDOC.sub(r"\1", written)
    first = sentences(plain(written.replace("*/", "")))[0].removeprefix(f"{symbol} ")
    if "<" in written.split("\n\n", 1)[0]:
        return ""  # what looks like a tag would be lost
    return next(sayable(first, most=MAX_DOCUMENTED_WORDS), "")
