"""What the film is about: the repository's name, what it says of itself, and what kind of thing it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.narrator.write.choice import Choice
from services.narrator.write.findings import Findings, commands, share
from services.narrator.write.graph import MAX_NODES
from services.narrator.write.naming import Kind, name_of, noun_of, spelled, spellings
from services.narrator.write.statements import Statement, statements
from shared.facts import Fact, FactBase
from shared.truth.plain import letters

_PROSE = frozenset("Markdown reStructuredText Text AsciiDoc Org TeX CSV JSON YAML XML TOML".split())
_PROGRAM = re.compile(r"(?:main\.go|cmd/[\w.-]+/main\.go|src/main\.rs|src/bin/[\w./-]+\.rs)\Z")
LEAST_SHARE = 0.02
"""A smaller share of a language does not make a repository one of code."""


@dataclass(frozen=True)
class Subject:
    findings: Findings
    pick: Choice
    name: str
    named_by: tuple[str, ...]
    """Ids of the facts that say the name."""
    kind: Kind
    noun: str
    """What its own description calls it ("framework"); empty when that is not said."""
    noun_from: str
    language: Fact | None
    """The language most of the code is in, or of the prose where there is no code."""
    has_code: bool
    said: tuple[Statement, ...]
    """What it says of itself, the best first."""
    most_boxes: int = MAX_NODES
    """How many boxes of a diagram the film's shape has room for."""

    @property
    def called(self) -> str:
        if self.kind == "data":
            return "repository of data"
        return self.noun or ("package" if self.packaged_by else "project")

    @property
    def packaged_by(self) -> str:
        """Id of the manifest that makes it a package of its name; empty when none does."""
        for manifest in self.findings.numbered("manifest"):
            given = str(manifest.attributes.get("name", ""))
            if any(letters(one) == letters(self.name) != "" for one in (given, given.rsplit("/", 1)[-1])):
                return manifest.id
        return ""

    def named_in(self, text: str) -> tuple[str, ...]:
        """Ids of the facts that say the name, where a text says it: as a word, not as part of one."""
        return self.named_by if f" {letters(self.name)} " in f" {letters(text)} " else ()


def subject_of(base: FactBase) -> Subject:
    findings = Findings(base)
    name, named_by = name_of(findings)
    said = statements(findings, spellings(findings, name))
    languages = findings.numbered("language")
    code = [fact for fact in languages if fact.value not in _PROSE and share(fact) >= LEAST_SHARE]
    language = next(iter((*code, *languages)), None)
    kind, noun, noun_from = noun_of(findings, said, str(language.value) if language else "")
    kind = _kind(findings, kind, has_code=bool(code))
    pick = Choice(base)
    name, named_by = spelled(name, named_by, said)
    return Subject(findings, pick, name, named_by, kind, noun, noun_from, language, bool(code), said)


def _starts(findings: Findings) -> bool:
    """Whether a program begins where its language's builder looks for that of the package's name."""
    return any(_PROGRAM.match(str(entry.value)) for entry in findings.series("entry"))


def _kind(findings: Findings, named: Kind | None, *, has_code: bool) -> Kind:
    """What it calls itself, where what was found does not speak against it."""
    if named in {"docs", None, "project"}:
        if not has_code:
            return "docs"
        if commands(findings) or _starts(findings):
            return "cli"
        return "project" if named == "project" or not findings.some("manifest.") else "library"
    return named or "project"
