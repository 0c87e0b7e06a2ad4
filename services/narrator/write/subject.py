"""What the film is about: the repository's name, what it calls itself, and what kind of thing it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from services.narrator.write.choice import Choice
from services.narrator.write.findings import Findings, share
from services.narrator.write.lines import UNNAMED
from services.narrator.write.quoting import distrusted
from shared.facts import Fact, FactBase
from shared.truth.plain import letters

Kind = Literal["library", "cli", "service", "app", "docs", "project"]

_NOUNS: tuple[tuple[Kind, str], ...] = (
    ("cli", "command-line tool|command line tool|command-line interface|cli tool|cli|linter|formatter"),
    ("library", "framework|library|toolkit|sdk|plugin|extension|middleware|parser|client|engine|compiler"),
    ("library", "logger|orm|wrapper|driver|package|module|generator|validator|scheduler"),
    ("service", "web server|server|microservice|service|daemon|bot|api gateway|proxy|database"),
    ("app", "web app|desktop app|mobile app|application|app|game|editor|website|dashboard"),
    ("docs", "documentation|tutorial|course|book|handbook|curated list|awesome list|dataset|data set|guide"),
)
_PROSE = frozenset("Markdown reStructuredText Text AsciiDoc Org TeX CSV JSON YAML XML TOML".split())
LEAST_SHARE = 0.02
"""A smaller share of a language does not make a repository one of code."""
_PREPOSITION = re.compile(r"\b(?:for|to|that|which|with|in|of|from|and|using|on)\b|[,.;:(]")
_SPELLED = {"cli": "command-line tool", "sdk": "SDK", "orm": "ORM", "command line tool": "command-line tool"}
_SAFE_NAME = re.compile(r"[\w.+-]{1,60}\Z")


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

    @property
    def called(self) -> str:
        return self.noun or ("package" if self.packaged_by else "repository")

    @property
    def packaged_by(self) -> str:
        """Id of the manifest that makes it a package of its name; empty when none does."""
        for manifest in self.findings.numbered("manifest"):
            if letters(str(manifest.attributes.get("name", ""))) == letters(self.name) != "":
                return manifest.id
        return ""


def subject_of(base: FactBase) -> Subject:
    findings = Findings(base)
    name, named_by = _name(findings)
    noun_kind, noun, noun_from = _noun(findings)
    languages = findings.numbered("language")
    code = [fact for fact in languages if fact.value not in _PROSE and share(fact) >= LEAST_SHARE]
    language = next(iter((*code, *languages)), None)
    kind = noun_kind or _kind(findings, has_code=bool(code))
    return Subject(findings, Choice(base), name, named_by, kind, noun, noun_from, language, bool(code))


def _name(findings: Findings) -> tuple[str, tuple[str, ...]]:
    """The manifest's name where the folder's only adds a version to it, spelled as the README spells it."""
    repo, title = findings.text("repo.name"), findings.text("readme.title")
    if title and letters(title).replace(" ", "") == letters(repo).replace(" ", "") and not title.isupper():
        return title, ("readme.title",)
    for manifest in findings.numbered("manifest"):
        given = str(manifest.attributes.get("name", ""))
        if given != repo and _SAFE_NAME.match(given) and letters(repo).startswith(letters(given)):
            spelled = letters(title) == letters(given) and not distrusted(findings)
            return (title, ("readme.title",)) if spelled else (given, (manifest.id,))
    if _SAFE_NAME.match(repo):
        return repo, ("repo.name",)
    return UNNAMED, ()


def _noun(findings: Findings) -> tuple[Kind | None, str, str]:
    """The first word for a kind of thing in its description: `toolkit` in "a database toolkit for Python"."""
    for fact_id in ("repo.description", "readme.summary", "manifest.1"):
        fact = findings.fact(fact_id)
        text = (
            str(fact.attributes.get("description", ""))
            if fact_id == "manifest.1" and fact
            else findings.text(fact_id)
        )
        for segment in _PREPOSITION.split(text):
            found = [
                (match.end(), len(match[0]), kind, match[0])
                for kind, nouns in _NOUNS
                for match in re.finditer(rf"(?:\b(?:[A-Z]{{2,}}|[Ww]eb) )?\b(?i:{nouns})\b(?!-)", segment)
            ]
            if found:
                _, _, kind, noun = max(found)
                return kind, _spelled(noun), fact_id
    return None, "", ""


def _spelled(noun: str) -> str:
    """`HTTP library`, `command-line tool`: small letters for all but acronyms."""
    known = _SPELLED.get(noun.lower())
    return known or " ".join(word if word.isupper() else word.lower() for word in noun.split())


def _kind(findings: Findings, *, has_code: bool) -> Kind:
    if not has_code:
        return "docs"
    if findings.some("command."):
        return "cli"
    return "library" if findings.some("manifest.") else "project"
