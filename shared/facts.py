"""The fact base: all that may be said or shown about a repository, each fact with its evidence.

Kinds and ids (`N` counts from 1, in the order of importance):

    repo.name full_name description homepage stars forks topics archived private commit
                                                                                    kind "repo"
    readme.title, readme.summary, readme.paragraph.N, readme.feature.N,
    readme.install, readme.example                                                  kind "readme"
    files.count, lines.count, tests.count, ci.workflows                             kind "size"
    language.N      value "Python", attributes share files lines bytes color        kind "language"
    license.spdx    value "Apache-2.0", attributes name                             kind "license"
    manifest.N      value path, attributes ecosystem name version description       kind "manifest"
    dependency.N    value "aiohttp", attributes ecosystem requirement scope         kind "dependency"
                    scope: runtime, optional, build, test or dev; runtime comes first
    directory.N     value "services", attributes files bytes lines                  kind "directory"
    module.N        value "shared.bus", attributes path lines fan_in                kind "module"
    import.N        value "shared.runner -> shared.bus", attributes source target   kind "import"
    command.N       value "reporeel", attributes target                             kind "command"
    subcommand.N    value "run", attributes path help                               kind "subcommand"
    option.N        value "--quiet", attributes path help                           kind "option"
    entry.N         value path, attributes command symbol line                      kind "entry"
                    where a program begins; `command` when a command starts it
    symbol.N        value "Router", attributes kind (class, function, struct, …) module path line
                    documented imports (statements of the repository that import it) exported
                    public names, those the package's front door exports first      kind "symbol"
    deployment.N    value "Docker", attributes path files                           kind "deployment"
    excerpt.N       value code, attributes path first_line language symbol role     kind "excerpt"
                    role: symbol (much used) or entry (where a command starts); symbol "Router.match" of a
                    method
    commits.count, commits.first, commits.last (dates as YYYY-MM-DD)                kind "history"
    commits.last_year  value commits in the 365 days that end with the last one     kind "history"
    commits.by_month   value ("2018-06: 25", …): months with commits, oldest first  kind "history"
    commits.busiest    value commits of the month with most, attributes first_day   kind "history"
    contributors.count                                                              kind "history"
    contributor.N   value name, attributes commits                                  kind "contributor"
    tag.N           value "v1.2.0", attributes date; newest first                   kind "tag"
    milestone.N     value "v1.0.0", attributes date; oldest first: the first version, the first of
                    each major one, the newest                                      kind "tag"
    release.N       value "v1.2.0", attributes date title; newest first             kind "release"
    ci.success      value date of the newest successful run, attributes workflow commit     kind "ci"
    changes.range   value "v1.1.0..v1.2.0", attributes earlier later earlier_date later_date:
                    the last two releases                                           kind "change"
    changes.commits files insertions deletions authors, between those two           kind "change"
    change.N        value a commit's subject, attributes type (feature, fix, performance, internal) area
                    breaking commit; all between those two, the most telling first  kind "change"
    note.N          value one point of the newest release's notes, attributes release section; from the
                    release's text on GitHub or the changelog                       kind "change"

    narration.N     value one sentence of a person's recorded narration; only that sentence, and its
                    translations, rest on it                                        kind "narration"

What was not seen is absent: there are no empty facts and no defaults.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.events import Profile

Scalar = str | int | float | bool


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a fact was seen, so that anyone can look again."""

    source: Literal["file", "git", "api", "measured", "recording"]
    """A line range of a file, git history, a GitHub API field, a count over the tree, or a person's words."""
    path: str | None = None
    lines: tuple[int, int] | None = None
    """First and last line, counted from 1."""
    field: str | None = None
    """The API field or git command, what was counted, or when it is heard."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    kind: str
    value: Scalar | tuple[str, ...]
    attributes: dict[str, Scalar] = {}
    evidence: tuple[Evidence, ...]
    """Never empty."""
    confidence: float = 1.0


class Wishes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the repository's own `.github/reporeel.yml` asks of its film.

    Only what the submitter left open and the operator allows stands here; the languages in force stand in
    `RepoScanned`. These are settings, not facts: nothing of them may be said or shown.
    """

    voices: dict[str, str] = {}
    """Voice by language."""
    profile: Profile | None = None
    brand_color: str | None = None
    """`#RRGGBB`."""
    glossary: dict[str, dict[str, str]] = {}
    """By language: how a term is translated."""
    pronunciations: dict[str, dict[str, str]] = {}
    """By language: how a term is said, as in the lexicon."""


class FactBase(msgspec.Struct, frozen=True, kw_only=True):
    """`facts.json` of a finished job."""

    repo: str
    commit: str | None
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...] = ()
    """What could not be read or was left out because of a limit."""
    wishes: Wishes = Wishes()

    def find(self, fact_id: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.id == fact_id), None)

    def of_kind(self, kind: str) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.kind == kind)
