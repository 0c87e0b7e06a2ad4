"""What changed between the last two tags, as notes and commits tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from services.narrator.write.pace import seconds
from services.narrator.write.quoting import distrusted, is_clean
from services.narrator.write.subject import Subject
from services.narrator.write.wording import month, words
from shared.facts import Fact
from shared.truth.plain import letters, plain

MIN_WORDS, MAX_WORDS = 2, 16
MAX_CHANGE_SECONDS = 5.5
_FIRST_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_SECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fix", re.compile(r"(?i)(?:bug )?fix|bug")),
    ("feature", re.compile(r"(?i)add|new|feature|enhance|support|allow|introduc")),
    ("performance", re.compile(r"(?i)perform|speed|optimi")),
)


class Span(NamedTuple):
    """The two tags and what lies between."""

    fact: Fact
    earlier: str
    later: str
    when: str
    """Month of the later tag; empty when unknown."""


class Change(NamedTuple):
    text: str
    fact: str
    kind: str
    breaking: bool


def span_of(subject: Subject) -> Span | None:
    """None when the scan saw no two tags."""
    fact = subject.findings.fact("changes.range")
    if fact is None:
        return None
    tags = (str(fact.attributes.get(end, "")) for end in ("earlier", "later"))
    earlier, later = (_version(tag, subject.name) for tag in tags)
    if not (earlier and later and is_clean(earlier) and is_clean(later)):
        return None
    return Span(fact, earlier, later, month(str(fact.attributes.get("later_date", ""))))


def changes_of(subject: Subject, span: Span) -> Iterator[Change]:
    """What its notes say of this version; where they say nothing, what its commits say."""
    if distrusted(subject.findings):
        return
    notes = [one for one in subject.findings.numbered("note") if _is_of(one, span)]
    commits = list(subject.findings.numbered("change"))
    told = [change for one in notes if (change := _change(subject, one))]
    if len(told) > 1:
        yield from told
    else:
        yield from [change for one in commits if (change := _change(subject, one))] or told


def _is_of(note: Fact, span: Span) -> bool:
    """Whether a note belongs to the later tag's version."""
    noted, tagged = (
        _FIRST_NUMBER.search(text) for text in (str(note.attributes.get("release", "")), span.later)
    )
    return noted is not None and tagged is not None and noted[0] == tagged[0]


def _change(subject: Subject, fact: Fact) -> Change | None:
    text = plain(str(fact.value)).rstrip(" .,;:")
    fits = MIN_WORDS <= words(text) <= MAX_WORDS and seconds(text) <= MAX_CHANGE_SECONDS
    if not (fits and is_clean(text) and subject.findings.gate.carries(text, fact.id)):
        return None
    section = str(fact.attributes.get("section", ""))
    told_by = section or text.split(" ", 1)[0]
    kind = str(fact.attributes.get("type", "")) or next(
        (name for name, pattern in _SECTIONS if pattern.match(told_by)), ""
    )
    return Change(text, fact.id, kind, bool(fact.attributes.get("breaking")) or "reaking" in section)


def _version(tag: str, name: str) -> str:
    """`2.14.0` of `gson-parent-2.14.0`, but only where the prefix is the project's own name."""
    prefix = re.match(r"([A-Za-z][\w-]*?)[-_/@](?=v?\d)", tag)
    is_own = prefix is not None and letters(prefix[1]).split()[0] == letters(name)
    return tag[prefix.end() :] if prefix and is_own else tag
