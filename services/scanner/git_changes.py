"""Asks a local repository what changed between its last two releases."""

from __future__ import annotations

from collections.abc import Iterator

from services.scanner.analysis.classify import is_code_path
from services.scanner.analysis.evidence import from_git
from services.scanner.changes import Between, CommitSeen, change_facts
from services.scanner.git import Git
from services.scanner.history import day
from services.scanner.versions import last_two
from shared.facts import Fact

MAX_TAGS = 2000
MAX_COMMITS = 1000
MERGED_TAGS = (
    "for-each-ref",
    "--sort=-creatordate",
    f"--count={MAX_TAGS}",
    "--format=%(refname:strip=2)%09%(creatordate:unix)",
)
PLAIN = ("--numstat", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")
LOG = ("log", "--format=%x1e%H%x1f%P%x1f%aN%x1f%s", "--no-show-signature", "--use-mailmap", *PLAIN)
DIFF = ("diff", *PLAIN)


def releases_between(git: Git, commit: str) -> tuple[str, str] | None:
    """The last two releases that a commit contains."""
    return last_two(tuple(_tags(git, commit)))


def git_change_facts(git: Git, commit: str) -> Iterator[Fact]:
    tags = _tags(git, commit)
    pair = last_two(tuple(tags))
    if pair is None or git.is_shallow:
        return
    earlier, later = (f"refs/tags/{tag}" for tag in pair)
    span = f"{earlier}..{later}"
    count = int(git.ask("rev-list", "--count", span, "--"))
    if not count:
        return
    files = list(map(_counted, _lines(git.ask(*DIFF, earlier, later, "--"))))
    between = Between(
        earlier=pair[0],
        later=pair[1],
        earlier_date=tags[pair[0]],
        later_date=tags[pair[1]],
        commits_count=count,
        files_count=len(files),
        insertions=sum(insertions for _path, insertions, _deletions in files),
        deletions=sum(deletions for _path, _insertions, deletions in files),
        commits=tuple(_commits(git, span)),
    )
    yield from change_facts(between, from_git(f"git log {pair[0]}..{pair[1]}"), "git show {sha}")


def _tags(git: Git, commit: str) -> dict[str, str | None]:
    """Newest first, each with its date."""
    rows = (line.partition("\t") for line in _lines(git.ask(*MERGED_TAGS, f"--merged={commit}", "refs/tags")))
    return {name: day(int(moment)) if moment.isdigit() else None for name, _tab, moment in rows}


def _commits(git: Git, span: str) -> Iterator[CommitSeen]:
    answer = git.ask(*LOG, f"--max-count={MAX_COMMITS}", span, "--").decode("utf-8", "replace")
    for record in answer.split("\x1e")[1:]:
        head, *counts = record.strip("\n").split("\n")
        sha, parents, author, subject = head.split("\x1f", 3)
        files = [_counted(line) for line in counts if line]
        code = sum(insertions + deletions for path, insertions, deletions in files if is_code_path(path))
        yield CommitSeen(sha, subject, author, is_merge=" " in parents, code_lines=code)


def _counted(line: str) -> tuple[str, int, int]:
    """A line of `--numstat`: path, insertions, deletions; of binary files git tells no lines."""
    insertions, deletions, path = line.split("\t", 2)
    return path, int(insertions) if insertions.isdigit() else 0, int(deletions) if deletions.isdigit() else 0


def _lines(answer: bytes) -> list[str]:
    return answer.decode("utf-8", "replace").split("\n")[:-1]
