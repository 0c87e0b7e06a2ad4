"""The hook: what this is, in its own words where they are fit to be said."""

from __future__ import annotations

from services.narrator.write.lines import ids, label, sentence
from services.narrator.write.statements import Statement
from services.narrator.write.subject import Subject
from services.narrator.write.wording import article, capital, count, listed
from shared.script import Scene, Sentence, Text, TitleSlide


def hook(subject: Subject) -> Scene:
    said = subject.said[0] if subject.said else None
    spoken = _introduced(subject, said) if said else _counted(subject)
    slide = TitleSlide(
        kicker=Text("Repository tour"),
        title=label(subject.name, subject.named_by),
        subtitle=label(capital(said.text), said.fact) if said else _kind_line(subject),
        chips=_chips(subject),
    )
    return Scene(id="hook", heading="What it is", sentences=(spoken,), slide=slide)


def _introduced(subject: Subject, said: Statement) -> Sentence:
    name, source, text = subject.name, source_of(said.fact), said.text
    forms: dict[str, tuple[str, ...]] = {
        "is": (
            f"{name} calls itself “{text}”.",
            f"This is {name}: by its own account, “{text}”.",
            f"{name} introduces itself as “{text}”.",
            f"The {source} of {name} calls it “{text}”.",
            f"Meet {name}, “{text}”.",
        ),
        "does": (
            f"{name}, says its {source}, “{text}”.",
            f"By its own {source}, {name} “{text}”.",
            f"What it does, in its own words: {name} “{text}”.",
        ),
        "line": (
            f"{name} sums itself up in a line: “{text}”.",
            f"This is {name}; its {source} says: “{text}”.",
            f"“{capital(text)}”: that is how {name} describes itself.",
            f"The {source} of {name} puts it in a few words: “{text}”.",
        ),
    }
    return sentence(subject.pick.among("hook", forms[said.form]), subject.named_by, said.fact)


def source_of(fact_id: str) -> str:
    """Where a quotation was read, as a listener would call it."""
    return {"readme": "README", "manifest": "manifest"}.get(fact_id.split(".", 1)[0], "description")


def _counted(subject: Subject) -> Sentence:
    """For repositories that say nothing of themselves."""
    language, files = subject.language, subject.findings.number("files.count")
    size = f" of {count(files, 'file')}" if files else ""
    kind = article(f"{language.value} {subject.called}") if language and subject.has_code else "a repository"
    kind_of = (language if language and subject.has_code else "", subject.noun_from or subject.packaged_by)
    forms = (
        f"This is {subject.name}, {kind}{size}.",
        f"Here is {subject.name}: {kind}{size}.",
        f"{subject.name} is {kind}{size}; it says little about itself.",
    )
    cited = ids("files.count" if files else "", kind_of if kind != "a repository" else (), subject.named_by)
    if not cited:
        return _least(subject)
    silent = not subject.findings.some("readme.")
    return sentence(subject.pick.among("hook", forms if silent else forms[:2]), cited)


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
