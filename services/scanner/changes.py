"""Facts of what changed between the last two releases: how much, by how many, and what commits say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from services.scanner.analysis.evidence import fact
from services.scanner.analysis.text import plain
from services.scanner.history import is_bot
from shared.facts import Evidence, Fact

MAX_CHANGES = 20
MAX_SUBJECT_CHARACTERS = 140
FEWEST_WORDS = 2

CONVENTIONAL = re.compile(
    r"^(?P<type>feat|fix|perf|refactor|docs?|tests?|build|ci|chore|style|revert|deps|feature|bugfix)"
    r"(?:\((?P<scope>[^()]{1,40})\))?(?P<breaking>!)?:\s+(?P<rest>\S.*)$",
    re.IGNORECASE,
)
REFERENCE = re.compile(
    r"\s*\((?:[\w./-]*#\d+|GH-\d+)(?:,\s*[\w./-]*#\d+)*\)|\s+(?:fix(?:es)?|closes?|refs?)\s+#\d+\.?$"
)
LEADING_MARK = re.compile(r"^(?::[a-z0-9_+-]+:|\[[\w #/-]{1,30}\])\s*")
VERSIONED = r"(?:prepare|release|version|bump|tag|cut|start)\b.*(?:\d+\.\d+|version|release|develop)"
UPKEEP = (
    r"(?:update|bump|upgrade|pin)\s+(?:the\s+)?(?:\S+\s+)?"
    r"(?:dependenc|requirement|lock|action|submodule|pre-commit|copyright)"
)
ROUTINE = re.compile(
    rf"""(?ix)^(?: merge\b | {VERSIONED} | {UPKEEP} | v?\d+(?:\.\d+)+ | bump\s+\S+\s+from | \[?pre-commit
      | update\s+(?:changelog|changes|readme|authors|contributors|translations) | typos?\b | changelog\b
      | fix(?:ed|es)?\s+(?:a\s+)?typos? | wip\b | fixup! | squash! | lint\b | formatting\b | whitespace
      | back\s+to\s+development | happy\s+new\s+year | revert\s+" )"""
)
"""How commits begin that say nothing about what the software does."""
INTERNAL = re.compile(
    r"(?i)\b(?:typing|type (?:annotations?|hints?)|annotat\w+|docstrings?|changelog|refactor\w*|tests?"
    r"|lint\w*|readme|comments?|references?)\b"
)
"""Words of commits that change how it is written rather than what it does, whatever verb they begin with."""
QUIET = frozenset({"docs", "doc", "test", "tests", "build", "ci", "chore", "style", "deps", "revert"})
RANKS = ("feature", "fix", "performance", "", "internal")
TYPES = {
    "feat": "feature",
    "feature": "feature",
    "fix": "fix",
    "bugfix": "fix",
    "perf": "performance",
    "refactor": "internal",
}
VERBS = (
    (re.compile(r"(?i)^(?:add|allow|support|introduce|implement|enable|new)(?:s|ed)?\b"), "feature"),
    (re.compile(r"(?i)^(?:fix|correct|prevent|avoid|handle)(?:es|s|ed)?\b"), "fix"),
    (re.compile(r"(?i)^(?:speed|optimi[sz]e)"), "performance"),
)


class CommitSeen(msgspec.Struct, frozen=True):
    sha: str
    subject: str
    author: str
    is_merge: bool = False
    code_lines: int | None = None
    """Lines of code it changed, outside tests and documentation; None where nobody says."""


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """What lies between two tags; None is what is not known."""

    earlier: str
    later: str
    earlier_date: str | None = None
    later_date: str | None = None
    commits_count: int | None = None
    files_count: int | None = None
    insertions: int | None = None
    deletions: int | None = None
    commits: tuple[CommitSeen, ...] = ()
    """All of them or, of very many, some."""


class _Change(msgspec.Struct, frozen=True):
    text: str
    kind: str
    area: str
    breaking: bool
    code_lines: int
    sha: str


def change_facts(between: Between, source: Evidence, commit_evidence: str) -> Iterator[Fact]:
    """`commit_evidence` names where a commit was seen, as `git log {sha}`."""
    yield from fact(
        "changes.range",
        "change",
        f"{between.earlier}..{between.later}",
        source,
        earlier=between.earlier,
        later=between.later,
        earlier_date=between.earlier_date,
        later_date=between.later_date,
    )
    yield from fact("changes.commits", "change", between.commits_count, source)
    yield from fact("changes.files", "change", between.files_count, source)
    yield from fact("changes.insertions", "change", between.insertions, source)
    yield from fact("changes.deletions", "change", between.deletions, source)
    if len(between.commits) == between.commits_count:
        people = {each.author for each in between.commits if each.author and not is_bot(each.author)}
        yield from fact("changes.authors", "change", len(people) or None, source)
    for number, each in enumerate(_telling(between.commits)[:MAX_CHANGES], start=1):
        seen = Evidence(source=source.source, field=commit_evidence.format(sha=each.sha[:12]))
        yield from fact(
            f"change.{number}",
            "change",
            each.text,
            seen,
            type=each.kind,
            area=each.area,
            breaking=each.breaking or None,
            commit=each.sha[:12],
        )


def _telling(commits: Iterable[CommitSeen]) -> list[_Change]:
    """Breaking changes, features, fixes, the rest; within each what changed most code; none said twice."""
    found: dict[str, _Change] = {}
    for commit in commits:
        change = None if commit.is_merge or is_bot(commit.author) else _read(commit)
        if change is not None:
            found.setdefault(change.text.lower(), change)
    return sorted(
        found.values(), key=lambda each: (not each.breaking, RANKS.index(each.kind), -each.code_lines)
    )


def _read(commit: CommitSeen) -> _Change | None:
    subject = LEADING_MARK.sub("", plain(commit.subject)).replace("`", "")
    match = CONVENTIONAL.match(subject)
    kind = match["type"].lower() if match else ""
    text = REFERENCE.sub("", match["rest"] if match else subject).strip().rstrip(".")
    is_quiet = kind in QUIET or ROUTINE.match(text) or ROUTINE.match(subject) or commit.code_lines == 0
    if is_quiet or len(text.split()) < FEWEST_WORDS or len(text) > MAX_SUBJECT_CHARACTERS:
        return None
    return _Change(
        text=text[:1].upper() + text[1:]
        if text[:1].islower() and text.split()[0].replace("-", "").isalpha()
        else text,
        kind=TYPES[kind] if kind else _kind(text),
        area=(match["scope"] or "") if match else "",
        breaking=bool(match and match["breaking"]),
        code_lines=commit.code_lines or 0,
        sha=commit.sha,
    )


def _kind(text: str) -> str:
    if INTERNAL.search(text):
        return "internal"
    return next((kind for pattern, kind in VERBS if pattern.match(text)), "")
