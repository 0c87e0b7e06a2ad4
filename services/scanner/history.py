"""Facts of a local repository's git history: commits, people, tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.scanner.analysis.evidence import fact, from_git
from services.scanner.analysis.text import plain
from services.scanner.git import Git
from shared.facts import Fact

MAX_CONTRIBUTORS = 5
MAX_TAGS = 10
MAX_COMMITS = 500_000
YEAR_SECONDS = int(timedelta(days=365).total_seconds())
BOT_MARKS = ("[bot]", "dependabot", "renovate", "github-actions", "pre-commit-ci")
LOG = ("log", "--format=%ct%x1f%aN", "--no-show-signature", "--use-mailmap", f"--max-count={MAX_COMMITS}")
TAGS = (
    "for-each-ref",
    "--sort=-creatordate",
    f"--count={MAX_TAGS}",
    "--format=%(creatordate:unix)%09%(refname:strip=2)",
)


def history_facts(git: Git, commit: str, below: tuple[str, ...] = ()) -> Iterator[Fact]:
    """The history up to a commit, of these paths; a shallow clone tells nothing but its last commit."""
    rows = [line.split("\x1f", 1) for line in _lines(git.ask(*LOG, commit, "--", *below))]
    if not rows:
        return
    moments = sorted(int(row[0]) for row in rows)
    yield from fact("commits.last", "history", day(moments[-1]), from_git("git log"))
    if not git.is_shallow and len(rows) < MAX_COMMITS:
        yield from fact("commits.count", "history", len(rows), from_git("git log"))
        yield from fact("commits.first", "history", day(moments[0]), from_git("git log"))
        recent = sum(1 for moment in moments if moment > moments[-1] - YEAR_SECONDS)
        yield from fact("commits.last_year", "history", recent, from_git("git log"))
        yield from _people(Counter(plain(row[1]) for row in rows))
    yield from _tags(git)


def _people(commits: Counter[str]) -> Iterator[Fact]:
    yield from fact("contributors.count", "history", len(commits), from_git("git log, authors"))
    people = [pair for pair in commits.items() if not is_bot(pair[0])]
    ranked = sorted(people, key=lambda pair: (-pair[1], pair[0]))[:MAX_CONTRIBUTORS]
    for number, (name, count) in enumerate(ranked, start=1):
        yield from fact(
            f"contributor.{number}", "contributor", name, from_git("git log, authors"), commits=count
        )


def _tags(git: Git) -> Iterator[Fact]:
    for number, line in enumerate(_lines(git.ask(*TAGS, "refs/tags")), start=1):
        moment, _, name = line.partition("\t")
        date = day(int(moment)) if moment.isdigit() else None
        yield from fact(
            f"tag.{number}", "tag", plain(name), from_git("git for-each-ref refs/tags"), date=date
        )


def _lines(answer: bytes) -> list[str]:
    return answer.decode("utf-8", "replace").split("\n")[:-1]


def day(seconds: int) -> str:
    """The UTC date of a Unix time."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def is_bot(name: str) -> bool:
    return any(mark in name.lower() for mark in BOT_MARKS)
