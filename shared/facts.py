"""The fact base: all that may be said or shown about a repository, each fact with its evidence.

Kinds and ids (`N` counts from 1, in the order of importance):

    repo.name full_name description homepage stars forks topics archived commit     kind "repo"
    readme.title, readme.summary, readme.paragraph.N, readme.feature.N,
    readme.install, readme.example                                                  kind "readme"
    files.count, lines.count, tests.count, ci.workflows                             kind "size"
    language.N      value "Python", attributes share files lines bytes color        kind "language"
    license.spdx    value "Apache-2.0", attributes name                             kind "license"
    manifest.N      value path, attributes ecosystem name version description       kind "manifest"
    dependency.N    value "aiohttp", attributes ecosystem requirement scope         kind "dependency"
    directory.N     value "services", attributes files bytes lines                  kind "directory"
    module.N        value "shared.bus", attributes path lines fan_in                kind "module"
    import.N        value "shared.runner -> shared.bus", attributes source target   kind "import"
    command.N       value "reporeel", attributes target                             kind "command"
    excerpt.N       value code, attributes path first_line language symbol          kind "excerpt"
    commits.count, commits.first, commits.last (dates as YYYY-MM-DD)                kind "history"
    contributors.count                                                              kind "history"
    contributor.N   value name, attributes commits                                  kind "contributor"
    tag.N           value "v1.2.0", attributes date; newest first                   kind "tag"
    release.N       value "v1.2.0", attributes date title; newest first             kind "release"

What was not seen is absent: there are no empty facts and no defaults.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Scalar = str | int | float | bool


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a fact was seen, so that anyone can look again."""

    source: Literal["file", "git", "api", "measured"]
    """A line range of a file, git history, a GitHub API field, or a count over the tree."""
    path: str | None = None
    lines: tuple[int, int] | None = None
    """First and last line, counted from 1."""
    field: str | None = None
    """The API field or git command, or what was counted."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    kind: str
    value: Scalar | tuple[str, ...]
    attributes: dict[str, Scalar] = {}
    evidence: tuple[Evidence, ...]
    """Never empty."""
    confidence: float = 1.0


class FactBase(msgspec.Struct, frozen=True, kw_only=True):
    """`facts.json` of a finished job."""

    repo: str
    commit: str | None
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...] = ()
    """What could not be read or was left out because of a limit."""

    def find(self, fact_id: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.id == fact_id), None)

    def of_kind(self, kind: str) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.kind == kind)
