"""What a repository is called, and what kind of thing its own words call it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from services.narrator.write.findings import Findings
from services.narrator.write.lines import UNNAMED
from services.narrator.write.quoting import distrusted, sources
from services.narrator.write.statements import VERBS, Statement
from shared.truth.plain import letters

Kind = Literal["library", "cli", "service", "app", "data", "docs", "project"]

_NOUNS: tuple[tuple[Kind, str], ...] = (
    (
        "cli",
        "command-line tool|command line tool|command-line interface|cli tool|linter|formatter|fuzzy finder",
    ),
    (
        "library",
        "framework|library|toolkit|sdk|plugin|extension|middleware|parser|client|engine|compiler|router",
    ),
    ("library", "logger|orm|wrapper|driver|package|module|generator|validator|scheduler|template language"),
    ("service", "server|microservice|service|daemon|bot|api gateway|proxy|database"),
    ("app", "web app|desktop app|mobile app|application|app|game|editor|website|dashboard|password manager"),
    ("data", "data package|dataset|data set|lists|data"),
    ("docs", "documentation|tutorial|course|book|handbook|curated list|awesome list|guide"),
    ("project", "tool|multi-tool|utility|processor|finder|manager"),
)
_DATA = re.compile(
    r"(?i)\b(?:codes? information|data package|datasets?|lists of|collection of|code lists?)\b"
)
_ITSELF = re.compile(r"\bThis (library|framework|package|toolkit|application|tool|server|plugin)\b")
_MODIFIER = (
    r"(?:[A-Z]{2,}[\w-]*|[a-z]+ing|web|search|code|text|template|build|test|storage|markup|security|crypto|"
    r"fuzzy|command-line|self-hosted|data|key-value|graph|static|language|validation)"
)
_HEAD = r" (?:(?i:system|ecosystem|suite|platform|interface|api|protocol|format|specification)s?)\b"
"""After a noun these are the thing: a plugin system is no plugin."""
_LINKS = r"\b(?:for|to|that|which|with|in|of|from|using|on|built|written|by|and)\b"
_COUPLED = re.compile(rf"(?i)^(?:{'|'.join(nouns for _, nouns in _NOUNS)}) and [a-z]+ (?!{_LINKS})(?=[a-z])")
"""`plugin and hook calling mechanisms` are mechanisms."""
_PREPOSITION = re.compile(rf"{_LINKS}|[,.;:(]")
_SPELLED = {"cli": "command-line tool", "sdk": "SDK", "orm": "ORM", "command line tool": "command-line tool"}
_SAFE_NAME = re.compile(r"[\w.+-]{1,60}\Z")
_SAFE_TITLE = re.compile(r"\w[\w .+-]{0,58}[^\W_]\Z")
_GENERIC = frozenset(
    {"cli", "core", "app", "server", "client", "main", "api", "web", "backend", "lib", "sdk"}
)
"""Names of repositories that say nothing without their owner's."""
_VERSION = re.compile(r"v\d+\Z")
MAX_TITLE_WORDS = 3


def name_of(findings: Findings) -> tuple[str, tuple[str, ...]]:
    """The manifest's name where the folder's only adds a version to it, spelled as the README spells it.

    A folder that is not from GitHub may be called anything: there the README's title counts for more, if its
    first sentence speaks of that.
    """
    repo, title = findings.text("repo.name").rsplit("/", 1)[-1], findings.text("readme.title")
    if _SAFE_TITLE.match(title) and _same(title, repo) and not title.isupper():
        return title, ("readme.title",)
    if not findings.full_name and _introduces_itself_as(findings, title):
        return title, ("readme.title",)
    for manifest in findings.numbered("manifest"):
        given = _last_part(str(manifest.attributes.get("name", "")))
        adds_version = letters(given) != "" and letters(repo).startswith(f"{letters(given)} ")
        is_generic = repo.lower() in _GENERIC
        if _SAFE_NAME.match(given) and (adds_version or is_generic or _VERSION.match(repo)):
            titled = _SAFE_TITLE.match(title) and _same(title, given) and not distrusted(findings)
            return (title, ("readme.title",)) if titled else (given, (manifest.id,))
    return (repo, ("repo.name",)) if _SAFE_NAME.match(repo) else (UNNAMED, ())


def _introduces_itself_as(findings: Findings, title: str) -> bool:
    """`Loom weaves cloth.` under the title `Loom`."""
    if not _SAFE_TITLE.match(title) or len(title.split()) > MAX_TITLE_WORDS or distrusted(findings):
        return False
    said = rf"(?:The )?{re.escape(title)},? (?:is|are|{'|'.join(VERBS)})\b"
    return re.match(said, findings.text("readme.summary")) is not None


def _last_part(name: str) -> str:
    """`caddy` of `github.com/caddyserver/caddy/v2`."""
    parts = [part for part in name.split("/") if not _VERSION.match(part)]
    return parts[-1] if parts and name.count("/") > 1 else name


def _same(one: str, other: str) -> bool:
    return letters(one).replace(" ", "") == letters(other).replace(" ", "") != ""


def spellings(findings: Findings, name: str) -> tuple[str, ...]:
    """How its README may write the name: with spaces, as its title, as `owner/name`."""
    title = findings.text("readme.title")
    head = re.split(r"\s*(?::|\s[–—-]\s|\s\()", title, maxsplit=1)[0]
    known = [
        name,
        name.replace("-", " "),
        name.replace("_", "-"),
        findings.text("repo.name"),
        findings.full_name,
    ]
    if letters(name) in letters(head) and len(head.split()) <= 4:  # noqa: PLR2004 - a name, not a sentence
        known.append(head)
    return tuple(dict.fromkeys(one for one in known if len(one) > 1))


def spelled(name: str, named_by: tuple[str, ...], said: Sequence[Statement]) -> tuple[str, tuple[str, ...]]:
    """With the capitals its own sentences give it (`Caddy`), and the fact that spells it so."""
    for statement in said:
        if statement.name.lower() == name.lower() and statement.name != name:
            return statement.name, (statement.fact,)
    return name, named_by


def noun_of(findings: Findings, said: Sequence[Statement], language: str) -> tuple[Kind | None, str, str]:
    """The word for a kind of thing in what it says of itself: `fuzzy finder`, with the fact that says so."""
    for statement in said:
        text = _COUPLED.sub("", statement.text) if statement.form == "line" else statement.text
        found = sorted(_nouns(text, language), reverse=True)
        if found:
            _, _, kind, noun = found[0]
            return _of_use(kind, statement.text), _small(noun), statement.fact
    if _DATA.search(findings.text("readme.summary")):
        return "data", "", ""
    for fact_id, text in sources(findings, "readme.summary", "readme.paragraph"):
        if match := _ITSELF.search(text):
            return next(kind for kind, nouns in _NOUNS if match[1] in nouns.split("|")), match[1], fact_id
    return None, "", ""


def _of_use(kind: Kind, text: str) -> Kind:
    """How it is used tells more than what it is: a command-line client is no library."""
    if re.search(r"(?i)\bself-hosted\b", text):
        return "app"
    at_a_shell = re.match(r"(?i)(?:\S+ ){0,6}command[- ]line (?!interface|program|argument|app)", text)
    return "cli" if at_a_shell and kind in {"library", "project"} else kind


def _nouns(text: str, language: str) -> Iterator[tuple[int, int, Kind, str]]:
    """Of the first clause that names a thing, each noun with its modifier; the last and longest wins."""
    for segment in _PREPOSITION.split(
        re.sub(rf"\b{re.escape(language)}\b ?", "", text) if language else text
    ):
        found = [
            (match.end(), len(match[0]), kind, match[0])
            for kind, nouns in _NOUNS
            for match in re.finditer(rf"(?:\b{_MODIFIER} )?\b(?i:{nouns})\b(?!-|{_HEAD})", segment)
        ]
        if found:
            yield from found
            return


def _small(noun: str) -> str:
    """`HTTP library`, `command-line tool`: small letters for all but acronyms."""
    known = _SPELLED.get(noun.lower())
    return known or " ".join(word if word[:2].isupper() else word.lower() for word in noun.split())
