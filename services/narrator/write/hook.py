"""The hook: what this is, in its own words where they are fit to be said."""

from __future__ import annotations

from services.narrator.write.lines import ids, label, sentence
from services.narrator.write.quoting import Quote, quotes
from services.narrator.write.subject import Subject
from services.narrator.write.wording import count, listed
from shared.script import Scene, Sentence, Text, TitleSlide

OWN_WORDS = ("repo.description", "readme.summary", "manifest.1")
MAX_HOOK_WORDS = 14


def own_words(subject: Subject) -> Quote | None:
    """How the repository describes itself, in its shortest clean sentence."""
    return next(quotes(subject.findings, *OWN_WORDS, most=MAX_HOOK_WORDS), None)


def hook(subject: Subject) -> Scene:
    quote = own_words(subject)
    spoken = _introduced(subject, quote) if quote else _counted(subject)
    subtitle = label(quote.text, quote.fact) if quote else _kind_line(subject)
    slide = TitleSlide(
        kicker=Text("Repository tour"),
        title=label(subject.name, subject.named_by),
        subtitle=subtitle,
        chips=_chips(subject),
    )
    return Scene(id="hook", heading="What it is", sentences=(spoken,), slide=slide)


def _introduced(subject: Subject, quote: Quote) -> Sentence:
    said = predicate(subject.name, quote.text)
    source = source_of(quote)
    if said:
        forms = (
            f"{subject.name} calls itself “{said}”.",
            f"This is {subject.name}: by its own account, “{said}”.",
            f"{subject.name} introduces itself as “{said}”.",
            f"The {source} of {subject.name} calls it “{said}”.",
        )
    else:
        forms = (
            f"This is {subject.name}, in its own words: “{quote.text}”.",
            f"{subject.name} sums itself up in a line: “{quote.text}”.",
            f"The {source} of {subject.name} reads: “{quote.text}”.",
            f"Here is {subject.name}; its {source} says: “{quote.text}”.",
        )
    return sentence(subject.pick.among("hook", forms), subject.named_by, quote.fact)


def source_of(quote: Quote) -> str:
    """Where a quotation was read, as a listener would call it."""
    return {"readme": "README", "manifest": "manifest"}.get(quote.fact.split(".", 1)[0], "description")


def predicate(name: str, text: str) -> str:
    """`a web framework` from `Flask is a web framework` or `A web framework`; else empty."""
    start = f"{name.lower()} is "
    rest = text[len(start) :] if text.lower().startswith(start) else text
    first, _, tail = rest.partition(" ")
    return f"{first.lower()} {tail}" if first.lower() in ("a", "an", "the") and tail else ""


def _counted(subject: Subject) -> Sentence:
    """For repositories that say nothing of themselves."""
    language, files = subject.language, subject.findings.number("files.count")
    size = f"a repository of {count(files, 'file')}" if files else ""
    written = f"written mainly in {language.value}" if language else ""
    told = ", ".join(filter(None, (size, written)))
    cited = ids("files.count" if files else "", language or "", subject.named_by)
    if not cited:
        return _least(subject)
    forms = (f"This is {subject.name}, {told}.", f"Here is {subject.name}, {told}.")
    return sentence(subject.pick.among("hook", forms).replace(", .", "."), cited)


def _least(subject: Subject) -> Sentence:
    """For a scan that found hardly anything: its first fact."""
    fact = subject.findings.base.facts[0]
    ends = (fact.attributes.get("source", ""), fact.attributes.get("target", ""))
    named = fact.attributes.get("name") if fact.kind == "manifest" else None
    found = listed([str(end) for end in ends if end]) or str(named or subject.findings.text(fact.id))
    return sentence(f"In {subject.name} we found {found}." if found else f"This is {subject.name}.", fact)


def _kind_line(subject: Subject) -> Text:
    language = subject.language
    return label(f"Written mainly in {language.value}", language) if language else Text("")


def _chips(subject: Subject) -> tuple[Text, ...]:
    findings, chips = subject.findings, []
    if subject.language:
        chips.append(label(str(subject.language.value), subject.language))
    if findings.licence:
        chips.append(label(findings.licence, "license.spdx"))
    if findings.number("commits.count") > 1:
        chips.append(label(f"{findings.number('commits.count'):,} commits", "commits.count"))
    return tuple(chips)
