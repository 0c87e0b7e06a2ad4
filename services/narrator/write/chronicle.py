"""The history as a picture: commits by month, with versions as pins."""

from __future__ import annotations

from services.narrator.write.lines import at, label, sentence
from services.narrator.write.pace import MAX_STILL_SECONDS, stillness
from services.narrator.write.subject import Subject
from services.narrator.write.wording import count, month, read_date
from shared.facts import Fact
from shared.script import Pin, Scene, Sentence, Text, TimelineSlide
from shared.truth.pictures import commits_by_month, month_after

MIN_MONTHS, MIN_COMMITS = 12, 50
"""A shorter history makes no picture."""
MAX_PINS = 5


def chronicle(subject: Subject) -> Scene | None:
    fact, busiest = subject.findings.fact("commits.by_month"), subject.findings.fact("commits.busiest")
    months = commits_by_month(fact) if fact else {}
    first, last = min(months, default=""), max(months, default="")
    length = _months_between(first, last) + 1 if months else 0
    if fact is None or busiest is None or length < MIN_MONTHS or sum(months.values()) < MIN_COMMITS:
        return None
    pins = _pins(subject)
    slide = TimelineSlide(
        kicker=Text("History"),
        title=label(f"Commits from {first[:4]} to {last[:4]}", "commits.first", "commits.last"),
        first_month=first,
        counts=tuple(months.get(month_after(first, number), 0) for number in range(length)),
        facts=(fact.id,),
        pins=tuple(Pin(label=label(str(pin.value), pin), month=_date(pin)[:7]) for pin in pins),
    )
    spoken = _told(subject, busiest, pins)
    return Scene(id="history", heading="History", sentences=spoken, slide=slide)


def _pins(subject: Subject) -> list[Fact]:
    """Versions that mark the way, oldest first, one a month."""
    dated = [one for one in subject.findings.series("milestone") if read_date(_date(one))]
    by_month = {_date(one)[:7]: one for one in sorted(dated, key=_date)}
    return [by_month[known] for known in sorted(by_month)][-MAX_PINS:]


def _told(subject: Subject, fact: Fact, pins: list[Fact]) -> tuple[Sentence, ...]:
    when = month(str(fact.attributes.get("first_day", "")))
    many = count(int(str(fact.value)), "commit")
    forms = (
        f"The busiest month of {subject.name} was {when}, with {many}.",
        f"No month brought more than {when}: {many}.",
        f"The tallest bar is {when}, with {many}.",
    )
    busy = sentence(subject.pick.among("busy", forms), fact, subject.named_by)
    if not pins:
        return (_without_name(busy, subject),)
    marked = _versions(subject, pins)
    for told in ((_without_name(busy, subject), marked), (marked,)):
        if stillness(told) <= MAX_STILL_SECONDS:
            break
    return told


def _versions(subject: Subject, pins: list[Fact]) -> Sentence:
    """The first and the newest; pins between them appear with the newest."""
    newest, last = pins[-1], len(pins) - 1
    between = "".join(at(box) for box in range(1, last))
    if last == 0:
        return sentence(f"Version {at(0)}{newest.value} is from {month(_date(newest))}.", newest)
    first, when = f"{at(0)}{pins[0].value}", month(_date(pins[0]))
    last_one, then = f"{between}{at(last)}{newest.value}", month(_date(newest))
    forms = (
        f"The pins mark versions: {first} came in {when}, {last_one} in {then}.",
        f"Its versions are pinned, from {first} in {when} to {last_one} in {then}.",
        f"Look at the pins: {first} is from {when}, {last_one} from {then}.",
    )
    return sentence(subject.pick.among("versions", forms), pins[0], newest)


def _without_name(told: Sentence, subject: Subject) -> Sentence:
    """A fact is cited only where it is mentioned."""
    cited = told.facts if subject.name in told.text else ("commits.busiest",)
    return Sentence(text=told.text, facts=cited, reveals=told.reveals)


def _date(fact: Fact) -> str:
    return str(fact.attributes.get("date", ""))


def _months_between(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])
