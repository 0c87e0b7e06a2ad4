"""Facts of a local repository's git history: commits, people, tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.scanner.analysis.evidence import fact, from_git
from services.scanner.analysis.text import plain
from services.scanner.git import Git
from services.scanner.versions import milestones, ranked
from shared.facts import Fact

MAX_CONTRIBUTORS = 5
MAX_TAGS, MAX_TAGS_READ = 10, 500
MAX_COMMITS = 500_000
MAX_MILESTONES = 5
MAX_MONTHS = 1200
"""A hundred years; commits may claim any date."""
YEAR_SECONDS = int(timedelta(days=365).total_seconds())
BOT_MARKS = ("[bot]", "dependabot", "renovate", "github-actions", "pre-commit-ci")
LOG = ("log", "--format=%ct%x1f%aN", "--no-show-signature", "--use-mailmap", f"--max-count={MAX_COMMITS}")
TAGS = (
    "for-each-ref",
    "--sort=-creatordate",
    f"--count={MAX_TAGS_READ}",
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
        yield from _by_month(moments)
        yield from _people(Counter(plain(row[1]) for row in rows))
    yield from _tags(git)


def _by_month(moments: list[int]) -> Iterator[Fact]:
    months = Counter(day(moment)[:7] for moment in moments)
    rows = tuple(f"{month}: {months[month]}" for month in sorted(months)[-MAX_MONTHS:])
    busiest = max(months, key=lambda month: (months[month], month))
    yield from fact("commits.by_month", "history", rows, from_git("git log"))
    yield from fact(
        "commits.busiest", "history", months[busiest], from_git("git log"), first_day=f"{busiest}-01"
    )


def _people(commits: Counter[str]) -> Iterator[Fact]:
    yield from fact("contributors.count", "history", len(commits), from_git("git log, authors"))
    people = [pair for pair in commits.items() if not is_bot(pair[0])]
    ranked = sorted(people, key=lambda pair: (-pair[1], pair[0]))[:MAX_CONTRIBUTORS]
    for number, (name, count) in enumerate(ranked, start=1):
        yield from fact(
            f"contributor.{number}", "contributor", name, from_git("git log, authors"), commits=count
        )


def _tags(git: Git) -> Iterator[Fact]:
    lines = [line.partition("\t") for line in _lines(git.ask(*TAGS, "refs/tags"))]
    dates = {name: moment for moment, _, name in lines}
    # The newest is told too, whatever it names: how long ago it was is a fact of its own.
    shown = [*ranked(tuple(dates))[: MAX_TAGS - 1], *tuple(dates)[:1]]
    for number, name in enumerate(dict.fromkeys(shown), start=1):
        moment = dates[name]
        date = day(int(moment)) if moment.isdigit() else None
        yield from fact(
            f"tag.{number}", "tag", plain(name), from_git("git for-each-ref refs/tags"), date=date
        )
    yield from _milestones(dates)


def _milestones(dates: dict[str, str]) -> Iterator[Fact]:
    """Those whose date is known; where there are many, the first, and the newest."""
    told = [name for name in milestones(tuple(dates)) if dates[name].isdigit()]
    told = told if len(told) <= MAX_MILESTONES else [told[0], *told[1 - MAX_MILESTONES :]]
    for number, name in enumerate(told, start=1):
        yield from fact(
            f"milestone.{number}",
            "tag",
            plain(name),
            from_git("git for-each-ref refs/tags"),
            date=day(int(dates[name])),
        )


def _lines(answer: bytes) -> list[str]:
    return answer.decode("utf-8", "replace").split("\n")[:-1]


def day(seconds: int) -> str:
    """The UTC date of a Unix time."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def is_bot(name: str) -> bool:
    return any(mark in name.lower() for mark in BOT_MARKS)
