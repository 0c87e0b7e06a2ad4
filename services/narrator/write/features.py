"""What a README lists as features: each box is one of them, in its own words."""

from __future__ import annotations

import re
from typing import NamedTuple

from services.narrator.write.lines import at, label, sentence
from services.narrator.write.quoting import Quote, quotes
from services.narrator.write.subject import Subject
from services.narrator.write.wording import words
from shared.script import Item, ListSlide, Scene, Sentence, Text
from shared.truth.plain import plain

MAX_FEATURES = 4
MAX_SPOKEN = 3
MAX_HEADING_WORDS = 8
MIN_SPOKEN_WORDS = 2

_CUT = re.compile(r":\s+|\s+[–—-]+\s+|\.\s+|;\s+")
_LATER_CUT = re.compile(r",\s+|\s+\(|\s+(?=(?:with|using|via|through|so|that|which|including|from|for)\s)")


_PRAISE = re.compile(
    r"(?i)\b(?:perform\w+|fast\w*|quick|speed\w*|simpl\w+|eas(?:y|ily)|elegant|robust|super|beautiful|modern|best|clean|"
    r"efficient|flexible|lightweight|great|high(?:ly)?|intuitive|friendly)\b"
)


class Feature(NamedTuple):
    fact: str
    heading: str
    body: str

    @property
    def spoken(self) -> str:
        """The heading, or the body where the heading alone says too little ("Fast")."""
        return self.heading if words(self.heading) >= MIN_SPOKEN_WORDS else self.body


def features(subject: Subject) -> tuple[Feature, ...]:
    """At least two, or none; those that only praise come last."""
    found: dict[str, Feature] = {}
    for quote in quotes(subject.findings, "readme.feature", least=MIN_SPOKEN_WORDS):
        feature = _led(subject, quote) or _parted(quote.fact, quote.text)
        if quote.fact not in found and feature.spoken and words(feature.spoken) <= MAX_HEADING_WORDS:
            found[quote.fact] = feature
    return tuple(sorted(found.values(), key=lambda one: bool(_PRAISE.search(one.spoken))))[:MAX_FEATURES]


def _led(subject: Subject, quote: Quote) -> Feature | None:
    """Cut after the words its author set in bold."""
    fact = subject.findings.fact(quote.fact)
    lead = plain(str(fact.attributes.get("lead", ""))).rstrip(".:") if fact else ""
    if not lead or not quote.text.startswith(lead) or words(lead) > MAX_HEADING_WORDS:
        return None
    return Feature(quote.fact, lead, quote.text[len(lead) :].lstrip(" :.–—-"))


def _parted(fact: str, text: str) -> Feature:
    """Cut where its author cut it, else at the first comma or preposition that leaves a short heading."""
    for cut in (_CUT, _LATER_CUT):
        match = cut.search(text)
        if (
            match
            and 1 <= words(text[: match.start()]) <= MAX_HEADING_WORDS
            and (cut is _CUT or words(text) > MAX_HEADING_WORDS)
        ):
            return Feature(fact, text[: match.start()], text[match.end() :])
    return Feature(fact, text, "")


def feature_scene(subject: Subject) -> Scene | None:
    listed = features(subject)
    if len(listed) < MIN_SPOKEN_WORDS:
        return None
    items = tuple(
        Item(heading=label(one.heading, one.fact), body=label(one.body, one.fact) if one.body else Text(""))
        for one in listed
    )
    slide = ListSlide(kicker=Text("Features"), title=Text("What its README lists"), items=items)
    return Scene(id="solution", heading="What it offers", sentences=_promised(subject, listed), slide=slide)


def _promised(subject: Subject, listed: tuple[Feature, ...]) -> tuple[Sentence, ...]:
    spoken = listed[:MAX_SPOKEN]
    quoted = [f"{at(box)}“{one.spoken}”" for box, one in enumerate(spoken)]
    unspoken = "".join(at(box) for box in range(len(spoken), len(listed)))
    quoted[-1] = quoted[-1][0] + unspoken + quoted[-1][1:]
    series = f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
    forms = (
        f"Its feature list names {series}.",
        f"On offer, says the README: {series}.",
        f"The README of {subject.name} lists {series}.",
        f"What do you get? By its README, {series}.",
    )
    text = subject.pick.among("solution", forms)
    named_by = subject.named_by if subject.name in text else ()
    return (sentence(text, [one.fact for one in spoken], named_by),)
