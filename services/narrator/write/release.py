"""The release film: what is new between the last two tags, and nothing else."""

from __future__ import annotations

from typing import NamedTuple

from services.narrator.write.changes import Change, Span, changes_of
from services.narrator.write.ending import credits_of
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.pace import MAX_STILL_SECONDS, stillness
from services.narrator.write.release_figures import counted
from services.narrator.write.subject import Subject
from services.narrator.write.wording import capital, series
from shared.script import (
    Item,
    NewsSlide,
    OutroSlide,
    Scene,
    Sentence,
    Text,
    TitleSlide,
)

MAX_SHOWN, MAX_SPOKEN = 4, 3
_LABELS = {"feature": "New", "fix": "Fixed", "performance": "Speed", "": "Changed"}


def release(subject: Subject, span: Span) -> tuple[Scene, ...]:
    changes = tuple(changes_of(subject, span))
    breaking = [one for one in changes if one.breaking]
    rest = [one for one in changes if not one.breaking]
    news = [one for one in rest if one.kind in ("feature", "performance")]
    fixes = [one for one in rest if one.kind == "fix"]
    other = [one for one in rest if one not in news and one not in fixes]
    if len(news) + len(fixes) >= MAX_SHOWN:
        other = []
    scenes = (
        _opened(subject, span),
        counted(subject, span),
        _listed(subject, span, breaking, _BREAKING),
        _listed(subject, span, news, _NEWS),
        _listed(subject, span, fixes, _FIXES),
        _listed(subject, span, other, _OTHER if news or fixes else _ALL),
        _closed(subject, span, len(changes)),
    )
    return tuple(scene for scene in scenes if scene)


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
    ("Among the fixes: {}.", "What was mended in {later}: {}.", "Fixed in {later}: {}."),
)
_OTHER = Sort(
    "problem",
    "What else changed",
    "What else changed",
    ("Also in {later}: {}.", "What else changed: {}.", "The rest, in short: {}."),
)


_ALL = Sort(
    "problem",
    "What changed",
    "What changed",
    (
        "What changed in {later}: {}.",
        "The list of changes reads: {}.",
        "By its own account, {later} changes this: {}.",
    ),
)


def _listed(subject: Subject, span: Span, changes: list[Change], sort: Sort) -> Scene | None:
    shown = changes[:MAX_SHOWN]
    if not shown:
        return None
    items = tuple(
        Item(heading=Text(_LABELS.get(one.kind, "Changed")), body=label(one.text, one.fact)) for one in shown
    )
    slide = NewsSlide(kicker=label(span.later, span.fact), title=Text(sort.title), items=items)
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
    spoken: list[Sentence] = []
    if not changes:
        said = f"Beyond these figures we found no note or commit of {span.later} that could be quoted."
        spoken.append(sentence(said, span.fact))
    if full_name:
        forms = (
            f"The source is on GitHub, under {full_name}.",
            f"You find all of it on GitHub, at {full_name}.",
            f"Read the changes themselves on GitHub, at {full_name}.",
        )
        spoken.append(sentence(subject.pick.among("closing", forms), "repo.full_name"))
    elif changes:
        said = f"That is what {span.later} brings to {name}."
        spoken.append(sentence(said, subject.named_by, span.fact))
    slide = OutroSlide(
        title=label(f"{name} {span.later}", subject.named_by, span.fact),
        subtitle=label(f"after {span.earlier}", span.fact),
        call=label(f"github.com/{full_name}", "repo.full_name") if full_name else Text(""),
        credits=credits_of(subject),
    )
    return Scene(id="verdict", heading="Where to find it", sentences=tuple(spoken), slide=slide)
