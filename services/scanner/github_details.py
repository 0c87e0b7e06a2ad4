"""What GitHub's API tells beyond the repository itself; a film can do without each of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote

import msgspec

from services.scanner.github_records import (
    Commit,
    Comparison,
    Contributor,
    Record,
    Release,
    Repository,
    Tag,
    WorkflowRun,
    WorkflowRuns,
)
from services.scanner.versions import last_two
from shared.github.cache import Answer
from shared.github.http import GitHubHttp
from shared.github.refusals import Refused

LAST_PAGE = re.compile(r"<([^<>]*[?&]page=(\d+)[^<>]*)>;\s*rel=\"last\"")
PAGE = 100
MAX_RELEASES = 10
YEAR = timedelta(days=365)

T = TypeVar("T")


async def details_of(http: GitHubHttp, repository: Repository, commit: Commit, ref: str | None) -> Record:
    """A refusal becomes a warning. Raises Retry where GitHub asks us to wait."""
    details = _Details(http, repository, commit)
    contributors, contributors_count = await details.counted(
        f"contributors?anon=1&per_page={PAGE}", tuple[Contributor, ...]
    )
    commits_count = await details.commits_count()
    releases = await details.one(f"releases?per_page={MAX_RELEASES}", tuple[Release, ...]) or ()
    tags = await details.one(f"tags?per_page={PAGE}", tuple[Tag, ...]) or ()
    between = _between(releases, tags, ref)
    return Record(
        repository=repository,
        commit=commit,
        languages=await details.one("languages", dict[str, int]) or {},
        releases=releases,
        tags=tags,
        contributors=contributors or (),
        contributors_count=contributors_count,
        commits_count=commits_count,
        first_commit=await details.first_commit(commits_count),
        commits_last_year=await details.commits_last_year(),
        last_success=await details.last_success(),
        tags_between=between,
        comparison=await details.comparison(between),
        warnings=tuple(dict.fromkeys(details.warnings)),
    )


def _between(releases: tuple[Release, ...], tags: tuple[Tag, ...], ref: str | None) -> tuple[str, str] | None:
    """The last two published releases; of a repository that publishes none, the last two versions."""
    published = [each.tag_name for each in releases if not each.draft]
    named = [each.name for each in tags]
    newest = ref if ref in (*published, *named) else None
    return last_two(published, newest) or last_two([*published, *named], newest)


class _Details:
    """Questions about one repository whose answers may be missing."""

    def __init__(self, http: GitHubHttp, repository: Repository, commit: Commit) -> None:
        self._http = http
        self._where = f"/repos/{repository.full_name}"
        self._branch = repository.default_branch
        self._commit = commit
        self.warnings: list[str] = []

    async def commits_count(self) -> int | None:
        _newest, count = await self.counted(f"commits?sha={self._commit.sha}&per_page=1", tuple[Commit, ...])
        return count

    async def first_commit(self, count: int | None) -> Commit | None:
        if not count:
            return None
        oldest = await self.one(f"commits?sha={self._commit.sha}&per_page=1&page={count}", tuple[Commit, ...])
        return oldest[0] if oldest else None

    async def commits_last_year(self) -> int | None:
        """How many commits the twelve months brought that end with this one."""
        body = self._commit.commit
        date = body.committer.date if body and body.committer else None
        try:
            since = (datetime.fromisoformat(date or "") - YEAR).isoformat()
        except ValueError:
            return None
        path = f"commits?sha={self._commit.sha}&per_page=1&since={quote(since, safe='')}"
        _newest, count = await self.counted(path, tuple[Commit, ...])
        return count

    async def last_success(self) -> WorkflowRun | None:
        branch = quote(self._branch, safe="")
        path = f"actions/runs?branch={branch}&status=success&exclude_pull_requests=true&per_page=1"
        found = await self.one(path, WorkflowRuns)
        return found.workflow_runs[0] if found and found.workflow_runs else None

    async def comparison(self, between: tuple[str, str] | None) -> Comparison | None:
        if between is None:
            return None
        earlier, later = (quote(tag, safe="") for tag in between)
        return await self.one(f"compare/{earlier}...{later}?per_page={PAGE}", Comparison)

    async def one(self, path: str, wanted: type[T]) -> T | None:
        answer = await self._asked(path)
        return None if answer is None else self._read(path, answer, wanted)

    async def counted(
        self, path: str, wanted: type[tuple[T, ...]]
    ) -> tuple[tuple[T, ...] | None, int | None]:
        """The first page, and how many entries all pages hold together."""
        answer = await self._asked(path)
        first = None if answer is None else self._read(path, answer, wanted)
        if answer is None or first is None:
            return None, None
        last = LAST_PAGE.search(answer.link)
        if last is None:
            return first, len(first) or None
        if len(first) == 1:
            return first, int(last.group(2))
        rest = await self.one(f"{path}&page={last.group(2)}", wanted)
        return first, None if rest is None else len(first) * (int(last.group(2)) - 1) + len(rest)

    async def _asked(self, path: str) -> Answer | None:
        try:
            answer = await self._http.ask(f"{self._where}/{path}")
        except Refused as error:
            self._warn("does not tell", path, error)
            return None
        return answer if answer.body else None

    def _read(self, path: str, answer: Answer, wanted: type[T]) -> T | None:
        try:
            return msgspec.json.decode(answer.body, type=wanted)
        except msgspec.MsgspecError as error:
            self._warn("is not understood about", path, error)
            return None

    def _warn(self, verb: str, path: str, error: Exception) -> None:
        self.warnings.append(f"GitHub {verb} {self._where}/{path.partition('?')[0]}: {error}")
