"""The fact base as the writer asks for it: by id, by series, with the type it needs or nothing."""

from __future__ import annotations

import re

from services.narrator.write.hostile import gives_orders
from shared.facts import Fact, FactBase
from shared.pipeline import SOURCE_LANGUAGE
from shared.truth import Gate
from shared.truth.plain import plain

_SPEAKABLE = re.compile(r"[\w.@/:+#\\-]{1,48}\Z", re.ASCII)
_FULL_NAME = re.compile(r"[\w.-]{1,39}/[\w.-]{1,100}\Z", re.ASCII)
_SPDX = re.compile(r"[A-Za-z0-9.+-]{1,40}(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]{1,40}){0,3}\Z")
_COMMIT = re.compile(r"[0-9a-f]{40,64}\Z")


class Findings:
    def __init__(self, base: FactBase) -> None:
        self.base = base
        self.gate = Gate(SOURCE_LANGUAGE, base)
        self._facts = {fact.id: fact for fact in base.facts}

    def has(self, *ids: str) -> bool:
        return all(known in self._facts for known in ids)

    def some(self, *prefixes: str) -> bool:
        """Whether any fact with such an id says more than "none"."""
        return any(fact.value for known, fact in self._facts.items() if known.startswith(prefixes))

    def text(self, fact_id: str) -> str:
        """The fact's value as a line of plain text; empty when it was not seen."""
        fact = self._facts.get(fact_id)
        return plain(fact.value) if fact and isinstance(fact.value, str) else ""

    @property
    def full_name(self) -> str:
        return self._shaped("repo.full_name", _FULL_NAME)

    @property
    def source(self) -> str:
        """`owner/name` where its manifest says its source is."""
        return self._shaped("repo.source", _FULL_NAME)

    @property
    def licence(self) -> str:
        return self._shaped("license.spdx", _SPDX)

    @property
    def licence_said(self) -> str:
        """`MIT or Apache-2.0`."""
        return self.licence.replace(" OR ", " or ").replace(" AND ", " and ")

    @property
    def commit(self) -> str:
        return self._shaped("repo.commit", _COMMIT)

    def _shaped(self, fact_id: str, shape: re.Pattern[str]) -> str:
        value = self.text(fact_id)
        return value if shape.match(value) else ""

    def number(self, fact_id: str) -> int:
        """The fact's value as a whole number; 0 when it was not seen."""
        fact = self._facts.get(fact_id)
        value = fact.value if fact else 0
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def topics(self) -> tuple[str, ...]:
        fact = self._facts.get("repo.topics")
        return tuple(filter(is_plain_name, fact.value)) if fact and isinstance(fact.value, tuple) else ()

    def series(self, name: str) -> tuple[Fact, ...]:
        """`name.1`, `name.2`, … in order of importance, those left out whose value is not a plain name."""
        return tuple(fact for fact in self.numbered(name) if is_plain_name(str(fact.value)))

    def numbered(self, name: str) -> tuple[Fact, ...]:
        pattern = re.compile(rf"{re.escape(name)}\.(\d+)\Z")
        found = [(int(match[1]), known) for known in self._facts if (match := pattern.match(known))]
        return tuple(self._facts[known] for _, known in sorted(found))

    def fact(self, fact_id: str) -> Fact | None:
        return self._facts.get(fact_id)


def is_plain_name(text: str) -> bool:
    """A name that can be said, and is neither an address, a handle nor an order in disguise."""
    said = re.sub(r"[^A-Za-z0-9]+", " ", text)
    return bool(_SPEAKABLE.match(text)) and not (_ADDRESS.search(text) or gives_orders(said))


_ADDRESS = re.compile(r"(?i)^@|://|^(?:www|mailto|data)[.:]|@[\w-]+\.\w")
_ASIDE = re.compile(
    r"(?:^|/)(?:[\w-]*tests?|testing|spec|specs|__tests__|fuzz|examples?|samples?|docs?|bench|benchmarks?|extras?|scripts?|tools?|build|internal/test\w*|"
    r"utils?/req\S*|third_party|vendor|demos?|website|\.\w[\w-]*)(?:/|$)",
    re.IGNORECASE,
)


def is_aside(path: str) -> bool:
    """Whether a file lies beside the product: tests, examples, documentation, tools of its makers."""
    return _ASIDE.search(path.rpartition("/")[0]) is not None


def is_beside(module: Fact) -> bool:
    """Whether a module is one of those, by its path or by its name."""
    name = re.sub(r"::|[.:\\]", "/", str(module.value))
    return is_aside(str(module.attributes.get("path", ""))) or is_aside(f"{name}/")


def seen_at(fact: Fact) -> str:
    return next((seen.path for seen in fact.evidence if seen.path), "")


def commands(findings: Findings) -> tuple[Fact, ...]:
    """What its own packages install, not those of its tests and tools."""
    return tuple(fact for fact in findings.series("command") if not is_aside(seen_at(fact)))


def dependencies(findings: Findings, package: str = "") -> list[Fact]:
    """What it needs to run: of its own manifests, not what its developers, tests or documents need.

    `package` is the id of the manifest that makes it a package of its name, where that lies deeper.
    """
    own = findings.fact(package)
    needed: dict[str, Fact] = {}
    for fact in findings.series("dependency"):
        manifest = seen_at(fact)
        is_own = "/" not in manifest or (own is not None and manifest == own.value)
        if is_own and not _MAKERS.search(manifest) and _is_needed(fact):
            needed.setdefault(str(fact.value).lower().replace("_", "-"), fact)
    return [fact for name, fact in needed.items() if name not in _TOLD_BY_NOBODY]


def _is_needed(fact: Fact) -> bool:
    """By everybody who runs it: no marker limits it to some machines, and it is no extra."""
    wanted = str(fact.attributes.get("requirement", ""))
    return fact.attributes.get("scope", "runtime") == "runtime" and ";" not in wanted


_MAKERS = re.compile(r"(?i)(?:dev|test|docs?|lint|ci)[\w-]*\.(?:txt|in)$|requirements\.txt$|Gemfile$")
"""Lists for whoever works on the project; what it needs itself stands in its package's manifest."""
_TOLD_BY_NOBODY = {"typing-extensions", "setuptools", "tslib"}
"""Dependencies that say nothing about what a project does."""


def whole(fact: Fact, attribute: str) -> int:
    """A whole number among a fact's attributes; 0 when it is missing."""
    value = fact.attributes.get(attribute)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def share(fact: Fact) -> float:
    value = fact.attributes.get("share")
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else 0.0
