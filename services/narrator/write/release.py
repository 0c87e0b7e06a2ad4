"""The release film: what is new between the last two tags, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.narrator.write.ending import credits_of
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.pace import MAX_STILL_SECONDS, seconds, stillness
from services.narrator.write.quoting import distrusted, is_clean
from services.narrator.write.subject import Subject
from services.narrator.write.wording import about, capital, listed, month, numeral, series, words
from shared.facts import Fact
from shared.script import (
    GlanceSlide,
    Item,
    ListSlide,
    OutroSlide,
    Scene,
    Sentence,
    Stat,
    Text,
    TitleSlide,
)
from shared.truth.plain import letters, plain

MAX_SHOWN, MAX_SPOKEN = 4, 3
MIN_WORDS, MAX_WORDS = 2, 16
MAX_CHANGE_SECONDS = 5.5
_FIRST_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_LABELS = {"feature": "New", "fix": "Fixed", "performance": "Speed", "": "Changed"}
_SECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fix", re.compile(r"(?i)fix|bug")),
    ("feature", re.compile(r"(?i)add|new|feature|enhance|improve")),
    ("performance", re.compile(r"(?i)perform|speed")),
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


def _version(tag: str, name: str) -> str:
    """`2.14.0` of `gson-parent-2.14.0`, but only where the prefix is the project's own name."""
    prefix = re.match(r"([A-Za-z][\w-]*?)[-_/@](?=v?\d)", tag)
    is_own = prefix is not None and letters(prefix[1]).split()[0] == letters(name)
    return tag[prefix.end() :] if prefix and is_own else tag


def release(subject: Subject, span: Span) -> tuple[Scene, ...]:
    changes = tuple(_changes(subject, span))
    breaking = [one for one in changes if one.breaking]
    rest = [one for one in changes if not one.breaking]
    news = [one for one in rest if one.kind in ("feature", "performance")]
    fixes = [one for one in rest if one.kind == "fix"]
    other = [one for one in rest if one not in news and one not in fixes]
    scenes = (
        _opened(subject, span),
        _counted(subject, span),
        _listed(subject, span, breaking, _BREAKING),
        _listed(subject, span, news, _NEWS),
        _listed(subject, span, fixes, _FIXES),
        _listed(subject, span, other if len(news) + len(fixes) < MAX_SHOWN else [], _OTHER),
        _closed(subject, span, len(changes)),
    )
    return tuple(scene for scene in scenes if scene)


def _changes(subject: Subject, span: Span) -> Iterator[Change]:
    """What its notes say of this version; where they say nothing, what its commits say."""
    if distrusted(subject.findings):
        return
    notes = [one for one in subject.findings.numbered("note") if _is_of(one, span)]
    commits = list(subject.findings.numbered("change"))
    told = [change for one in notes if (change := _change(subject, one))]
    told = told if len(told) > 1 else []
    yield from told or [change for one in commits if (change := _change(subject, one))]


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
    kind = str(fact.attributes.get("type", "")) or next(
        (name for name, pattern in _SECTIONS if pattern.search(section)), ""
    )
    return Change(text, fact.id, kind, bool(fact.attributes.get("breaking")) or "reaking" in section)


def _opened(subject: Subject, span: Span) -> Scene:
    name, later = subject.name, span.later
    forms: tuple[str, ...] = (
        f"{name} has a new version, {later}; it follows {span.earlier}.",
        f"This is what changed in {name} between {span.earlier} and {later}.",
    )
    if span.when:
        forms = (
            f"In {span.when}, {name} reached {later}; the tag before was {span.earlier}.",
            f"{name} {later} is here, tagged in {span.when}, after {span.earlier}.",
            f"{name} {later} is from {span.when}; here is what it changes.",
            f"What came with {name} {later}, in {span.when}?",
        )
    slide = TitleSlide(
        kicker=Text("Release"),
        title=label(f"{name} {later}", subject.named_by, span.fact),
        subtitle=label(capital(subject.said[0].text), subject.said[0].fact) if subject.said else Text(""),
        chips=(label(f"since {span.earlier}", span.fact), *_dated(span)),
    )
    spoken = sentence(subject.pick.brief("release", forms), subject.named_by, span.fact)
    return Scene(id="hook", heading="What this release is", sentences=(spoken,), slide=slide)


def _dated(span: Span) -> tuple[Text, ...]:
    return (label(span.when, span.fact),) if span.when else ()


_FIGURES = (
    ("changes.commits", "commit", "commits"),
    ("changes.authors", "contributor", "contributors"),
    ("changes.files", "file changed", "files changed"),
    ("changes.insertions", "line added", "lines added"),
    ("changes.deletions", "line removed", "lines removed"),
)


def _counted(subject: Subject, span: Span) -> Scene | None:
    seen = [(known, subject.findings.number(known), one, many) for known, one, many in _FIGURES]
    shown = [(known, number, one if number == 1 else many) for known, number, one, many in seen if number][:4]
    if not shown:
        return None
    slide = GlanceSlide(
        kicker=Text("In numbers"),
        title=label(f"From {span.earlier} to {span.later}", span.fact),
        stats=tuple(
            Stat(value=label(f"{number:,}", known), label=label(noun, known)) for known, number, noun in shown
        ),
        languages_label=Text(""),
    )
    said = {
        known: f"{at(box)}{about(number) if number >= 1000 else numeral(number)} {noun}"  # noqa: PLR2004 - as `about` does
        for box, (known, number, noun) in enumerate(shown)
    }
    first = [known for known in said if known in ("changes.commits", "changes.authors")]
    rest = [known for known in said if known not in first]
    told = [
        _figure_sentence(subject, span, " by ".join(said[known] for known in first), first),
        sentence(f"{capital(listed([said[known] for known in rest]))}.", rest) if rest else None,
    ]
    sentences = tuple(one for one in told if one)
    return Scene(id="glance", heading="In numbers", sentences=sentences, slide=slide)


def _figure_sentence(subject: Subject, span: Span, said: str, known: Sequence[str]) -> Sentence | None:
    if not known:
        return None
    forms = (
        f"Between the tags lie {said}.",
        f"It took {said} to get from {span.earlier} to {span.later}.",
        f"From {span.earlier} to {span.later} we counted {said}.",
    )
    text = subject.pick.among("figures", forms)
    return sentence(text, known, span.fact if span.later in text else "")


class Sort(NamedTuple):
    scene: str
    heading: str
    title: str
    forms: tuple[str, ...]


_BREAKING = Sort(
    "limits",
    "What breaks",
    "What may break your code",
    ("Mind what breaks: {}.", "Marked as breaking: {}.", "Before you update, read this: {}."),
)
_NEWS = Sort(
    "solution",
    "What is new",
    "What is new",
    ("What is new, in its own words: {}.", "New in {later}: {}.", "The additions read: {}."),
)
_FIXES = Sort(
    "strengths",
    "What is fixed",
    "What is fixed",
    ("Among the fixes: {}.", "What was mended in {later}: {}.", "The fixes read: {}."),
)
_OTHER = Sort(
    "problem",
    "What else changed",
    "What else changed",
    ("Also in {later}: {}.", "What else changed: {}.", "The rest, in short: {}."),
)


def _listed(subject: Subject, span: Span, changes: list[Change], sort: Sort) -> Scene | None:
    shown = changes[:MAX_SHOWN]
    if not shown:
        return None
    items = tuple(
        Item(heading=Text(_LABELS.get(one.kind, "Changed")), body=label(one.text, one.fact)) for one in shown
    )
    slide = ListSlide(kicker=label(span.later, span.fact), title=Text(sort.title), items=items)
    form = subject.pick.among(sort.scene, sort.forms).replace("{later}", span.later)
    for spoken in range(min(MAX_SPOKEN, len(shown)), 0, -1):
        told = _told(form, shown, spoken, span)
        if stillness((told,)) <= MAX_STILL_SECONDS:
            break
    return Scene(id=sort.scene, heading=sort.heading, sentences=(told,), slide=slide)


def _told(form: str, shown: list[Change], spoken: int, span: Span) -> Sentence:
    quoted = [f"{at(box)}“{one.text}”" for box, one in enumerate(shown[:spoken])]
    unspoken = "".join(at(box) for box in range(spoken, len(shown)))
    quoted[-1] = quoted[-1][0] + unspoken + quoted[-1][1:]
    cited = span.fact if span.later in form else ""
    return sentence(form.format(series(quoted)), [one.fact for one in shown[:spoken]], cited)


def _closed(subject: Subject, span: Span, changes: int) -> Scene:
    name, full_name = subject.name, subject.findings.full_name
    spoken = [
        sentence(subject.pick.among("closing", _closings(name, span, changes)), subject.named_by, span.fact)
    ]
    if full_name:
        spoken.append(sentence(f"The source is on GitHub, under {full_name}.", "repo.full_name"))
    slide = OutroSlide(
        title=label(f"{name} {span.later}", subject.named_by, span.fact),
        subtitle=label(f"after {span.earlier}", span.fact),
        call=label(f"github.com/{full_name}", "repo.full_name") if full_name else Text(""),
        credits=credits_of(subject),
    )
    return Scene(id="verdict", heading="Where to find it", sentences=tuple(spoken), slide=slide)


def _closings(name: str, span: Span, changes: int) -> tuple[str, ...]:
    if not changes:
        return (f"What else is new in {name}, its commits do not say in words to quote.",)
    return (
        f"That was {name} {span.later}.",
        f"So much for {span.later} of {name}.",
        f"That is what {span.later} brings to {name}.",
    )
