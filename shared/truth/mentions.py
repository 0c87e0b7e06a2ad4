"""A sentence that cites a named thing says its name.

This is how a swapped name is caught that looks like any other word: a module called `routing`, a project
called `rich`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shared.facts import Fact
from shared.pipeline import SOURCE_LANGUAGE
from shared.truth.claims import claims
from shared.truth.grounds import Grounds
from shared.truth.plain import letters

NAMED_KINDS = frozenset({"module", "import", "dependency", "command", "language", "directory", "license"})
NAMED_IDS = frozenset({"repo.name", "repo.full_name", "readme.title"})
NAMED_OR_COUNTED_KINDS = frozenset({"contributor", "tag", "release", "manifest"})
"""Of these a number, a date or a quotation will do: "a single author made 902 of them"."""
_VERSION = re.compile(r"v\d+")
_JOINED = re.compile(r"\s(?:AND|OR|WITH)\s")
_SEPARATOR = re.compile(r"[./:\\]+")
_SLOGAN = re.compile(r"\s*:\s|\s[–—-]\s")
"""Between a name and a slogan, in a title: either of them stands for it."""


def unmentioned(text: str, cited: Sequence[Fact], language: str) -> Iterator[Fact]:
    """The cited named facts that `text` says nothing of."""
    said = f" {letters(text)} "
    for fact in cited:
        named = all(_is_said(name, said) for name in _names(fact, language))
        if not named and not _is_counted(fact, cited, text, language):
            yield fact


def short_name(name: str) -> str:
    """What is said of an address: `certmagic` of `github.com/caddyserver/certmagic`, also before `/v2`."""
    if "." not in name.split("/", 1)[0] or "/" not in name:
        return name
    parts = [part for part in name.split("/") if part and not _VERSION.fullmatch(part)]
    return parts[-1] if parts else name


def licences(expression: str) -> tuple[str, ...]:
    """The licences that an SPDX expression names."""
    return tuple(part.strip(" ()") for part in _JOINED.split(expression))


def _names(fact: Fact, language: str) -> tuple[str, ...]:
    """What must be said of a fact: all of these. How licences are joined is each language's own affair."""
    if fact.kind == "license" and language != SOURCE_LANGUAGE:
        return licences(str(fact.value))
    if fact.kind == "import":
        return str(fact.attributes.get("source", "")), str(fact.attributes.get("target", ""))
    if fact.kind == "manifest":
        return (str(fact.attributes.get("name", "")),)
    named = fact.kind in NAMED_KINDS | NAMED_OR_COUNTED_KINDS or fact.id in NAMED_IDS
    return (str(fact.value),) if named else ()


def _is_said(name: str, said: str) -> bool:
    """The whole name, or the last part of a path; of a name without a letter nothing can be said."""
    last = [part for part in _SEPARATOR.split(name) if part][-1:]
    ways = (name, short_name(name), *last, *_SLOGAN.split(name))
    return not letters(name) or any(f" {letters(one)} " in said for one in ways if letters(one))


def _is_counted(fact: Fact, cited: Sequence[Fact], text: str, language: str) -> bool:
    if fact.kind not in NAMED_OR_COUNTED_KINDS:
        return False
    if any(mark in text for mark in "“«"):
        return True
    alone = Grounds((fact,))
    counted = [claim for claim in claims(text, language) if claim.kind in ("number", "date")]
    if any(alone.carry(claim) for claim in counted):
        return True
    together, without = Grounds(cited), Grounds(one for one in cited if one is not fact)
    return any(together.carry(claim) and not without.carry(claim) for claim in counted)
