"""What a README lists as features: each box is one of them, in its own words."""

from __future__ import annotations

import re
from typing import NamedTuple

from services.narrator.write.lines import at, label, sentence
from services.narrator.write.pace import seconds
from services.narrator.write.quoting import Quote, is_clean, leans, quotes, sources
from services.narrator.write.statements import VERBS
from services.narrator.write.subject import Subject
from services.narrator.write.wording import series, words
from shared.script import Item, ListSlide, Scene, Sentence, Text
from shared.truth.plain import plain

MAX_FEATURES = 4
MAX_SPOKEN = 3
MAX_HEADING_WORDS = 9
MIN_SPOKEN_WORDS = 2
MAX_SPOKEN_SECONDS = 4.5

_CUT = re.compile(r":\s+|\s+[–—-]+\s+|\.\s+|;\s+|\s+//\s+")
_LATER_CUT = re.compile(
    r",\s+(?=(?:with|using|via|which|including|such|so|that|for)\s)|\s+\(|\s+(?=(?:with|using|via|through|so|that|which|including|from|for|if)\s)"
)
_PRAISE = re.compile(
    r"(?i)\b(?:perform\w+|fast\w*|quick|speed\w*|simpl\w+|eas(?:y|ily)|elegant|robust|super\S*|beautiful|modern|best|clean|"
    r"efficient|flexible|lightweight|great|high(?:ly)?|intuitive|friendly|powerful|fancy|actively|community\S*|"
    r"production-ready|expressive|ultra\w*|everything you need)\b"
)
_OURS = re.compile(r"(?i)\b(?:we|our|us|i|my)\b|^(?:even|to)\b")
"""Talk of the makers, and aims."""
_PART = re.compile(r"an? ")
"""One of the things that the words before the list speak of."""
_DEED = re.compile(rf"(?:It|(?P<name>\S+(?: [A-Z]\S+)?)) (?P<deed>(?:{'|'.join(VERBS)}|is|can)\s.*)")


class Feature(NamedTuple):
    fact: str
    heading: str
    body: str
    deed: bool = False
    """`supports many encodings`: what it does, said of "it"."""

    @property
    def spoken(self) -> str:
        """The heading, or the body where the heading alone only praises ("Fast") or is but a word."""
        says_little = _PRAISE.fullmatch(self.heading) or (words(self.heading) == 1 and _is_brief(self.body))
        return self.body if self.body and says_little else self.heading


def features(subject: Subject) -> tuple[Feature, ...]:
    """At least two of one kind, or none; those that only praise come last."""
    found: dict[str, Feature] = {}
    for quote in quotes(subject.findings, "readme.feature", least=MIN_SPOKEN_WORDS):
        feature = _led(subject, quote) or _deed(subject, quote) or _parted(quote.fact, quote.text)
        for told in (feature, feature._replace(body="")):
            if quote.fact not in found and _may_be_told(told):
                found[quote.fact] = told
    for fact_id, text in sources(subject.findings, "readme.feature"):
        heading, slashes, body = text.partition(" // ")
        feature = Feature(fact_id, heading.strip(), body.strip())
        if slashes and fact_id not in found and _may_be_told(feature) and is_clean(feature.body):
            found[fact_id] = feature
    deeds = [one for one in found.values() if one.deed]
    things = [one for one in found.values() if not one.deed]
    kind = things if len(things) >= len(deeds) else deeds
    return tuple(sorted(kind, key=_says_little))[:MAX_FEATURES]


def _says_little(feature: Feature) -> bool:
    return _PRAISE.search(feature.spoken) is not None or words(feature.spoken) == 1


def _is_brief(text: str) -> bool:
    return MIN_SPOKEN_WORDS < words(text) <= MAX_HEADING_WORDS and seconds(text) <= MAX_SPOKEN_SECONDS


def _may_be_told(feature: Feature) -> bool:
    said = feature.spoken
    fits = words(said) <= MAX_HEADING_WORDS and seconds(said) <= MAX_SPOKEN_SECONDS
    return (
        bool(said)
        and fits
        and is_clean(said)
        and not (leans(said) or _OURS.search(said) or _PART.match(feature.heading))
    )


def _led(subject: Subject, quote: Quote) -> Feature | None:
    """Cut after the words its author set in bold."""
    fact = subject.findings.fact(quote.fact)
    lead = plain(str(fact.attributes.get("lead", ""))).rstrip(".:") if fact else ""
    if not lead or not quote.text.startswith(lead) or words(lead) > MAX_HEADING_WORDS:
        return None
    return Feature(quote.fact, lead, quote.text[len(lead) :].lstrip(" :.–—-/"))


def _deed(subject: Subject, quote: Quote) -> Feature | None:
    match = _DEED.match(quote.text)
    if match is None or (match["name"] or subject.name).lower() != subject.name.lower():
        return None
    parted = _parted(quote.fact, match["deed"])
    return parted._replace(deed=True) if words(parted.heading) > MIN_SPOKEN_WORDS else None


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
    told, name = series(quoted), subject.name
    forms: tuple[str, ...] = (
        f"Its feature list names {told}.",
        f"On offer, says the README: {told}.",
        f"The README of {name} lists {told}.",
        f"What do you get? By its README, {told}.",
        f"{name} promises {told}.",
        f"From the feature list: {told}.",
    )
    if spoken[0].deed:
        forms = (
            f"By its README, {name} {told}.",
            f"What does it do? It {told}.",
            f"Its README says that it {told}.",
        )
    text = subject.pick.among("solution", forms)
    return (sentence(text, [one.fact for one in spoken], subject.named_in(text)),)
