"""The film's title and description, as a video site shows them."""

from __future__ import annotations

import re

from services.narrator.write.changes import Span, span_of
from services.narrator.write.ending import SHORT_COMMIT
from services.narrator.write.findings import share
from services.narrator.write.lines import label
from services.narrator.write.quoting import stands_alone
from services.narrator.write.subject import Subject
from shared.events import Profile
from shared.script import Text

COUNTED = (
    ("files.count", "file", "files"),
    ("lines.count", "line of code", "lines of code"),
    ("commits.count", "commit", "commits"),
)
CLAUSE = re.compile(
    r" (?=(?:that|which|for|using|with|from|by) )|; | \(|, (?=(?:which|with|for) )"
    r"| (?=(?:providing|allowing|enabling|making) )"
)
MAX_TITLE_CHARACTERS = 100
MAX_DESCRIPTION_CHARACTERS = 1000


def title(subject: Subject, profile: Profile = "overview") -> Text:
    span = span_of(subject) if profile == "release" else None
    if span:
        return label(
            f"{subject.name} {span.later}: what changed since {span.earlier}", subject.named_by, span.fact
        )
    language = subject.language
    for said in subject.said:
        text = f"{subject.name}: {said.text}" if said.form != "does" else f"{subject.name} {said.text}"
        if len(text) > MAX_TITLE_CHARACTERS:
            text = _cut(text)
        if len(text) <= MAX_TITLE_CHARACTERS:
            return label(text, subject.named_by, said.fact)
    if language and subject.has_code:
        return label(f"{subject.name}: a tour of the {language.value} code", subject.named_by, language)
    return label(f"{subject.name}: a tour of the repository", subject.named_by)


def _cut(text: str) -> str:
    """As many of its clauses as fit into a title and can stand alone; the whole, where none can."""
    starts = [text[: match.start()].rstrip(" ,;") for match in CLAUSE.finditer(text)]
    fitting = [start for start in starts if len(start) <= MAX_TITLE_CHARACTERS and stands_alone(start)]
    return fitting[-1] if fitting else text


def description(subject: Subject, profile: Profile = "overview") -> Text:
    span = span_of(subject) if profile == "release" else None
    told = _compared(subject, span) if span else _measured(subject)
    parts = [part for part in (_quoted(subject), told, _sources(subject)) if part[0]]
    parts.append(("Narrated by a synthetic voice; every figure was measured in the repository itself.", ()))
    text = "\n\n".join(text for text, _ in parts)
    cited = [fact for _, facts in parts for fact in facts]
    return label(text[:MAX_DESCRIPTION_CHARACTERS], cited)


def _quoted(subject: Subject) -> tuple[str, tuple[str, ...]]:
    if not subject.said:
        return "", ()
    said = subject.said[0]
    return f"{subject.name} in its own words: “{said.text}”.", (*subject.named_by, said.fact)


def _compared(subject: Subject, span: Span) -> tuple[str, tuple[str, ...]]:
    commits = subject.findings.number("changes.commits")
    text = f"Compared: {span.earlier} with {span.later}"
    if commits <= 1:
        return f"{text}.", (span.fact.id,)
    return f"{text}, {commits:,} commits.", (span.fact.id, "changes.commits")


def _measured(subject: Subject) -> tuple[str, tuple[str, ...]]:
    findings, said, cited = subject.findings, [], []
    for known, one, many in COUNTED:
        number = findings.number(known)
        if number > (known == "commits.count"):
            said.append(f"{number:,} {one if number == 1 else many}")
            cited.append(known)
    if subject.language and share(subject.language):
        said.append(f"{share(subject.language):.1%} {subject.language.value}".replace("%", " %"))
        cited.append(subject.language.id)
    return (f"Measured: {', '.join(said)}.", tuple(cited)) if said else ("", ())


def _sources(subject: Subject) -> tuple[str, tuple[str, ...]]:
    findings = subject.findings
    lines = {
        "repo.full_name": findings.full_name and f"Source: https://github.com/{findings.full_name}",
        "license.spdx": findings.licence and f"Licence: {findings.licence}",
        "repo.commit": findings.commit and f"Commit: {findings.commit[:SHORT_COMMIT]}",
    }
    said = {known: line for known, line in lines.items() if line}
    return "\n".join(said.values()), tuple(said)
