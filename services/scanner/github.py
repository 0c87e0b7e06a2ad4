"""Asks GitHub's REST API about one repository, and downloads the archive of one pinned commit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec

from services.scanner.github_http import Answer, GitHubHttp
from services.scanner.github_records import Commit, Contributor, Record, Release, Repository, Tag
from services.scanner.github_refusals import Refused
from shared.errors import Reject

REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
LAST_PAGE = re.compile(r"<([^<>]*[?&]page=(\d+)[^<>]*)>;\s*rel=\"last\"")
PAGE = 100
MAX_RELEASES = 10
HOW_TO_FIX = "Check the spelling and the ref; private repositories need GITHUB_TOKEN with contents:read."

T = TypeVar("T")


class GitHub:
    """Read-only; every address is built here from a checked name and a commit id."""

    def __init__(self, http: GitHubHttp) -> None:
        self._http = http

    async def close(self) -> None:
        await self._http.close()

    async def look_up(self, name: str, ref: str | None) -> Record:
        """All that the facts need of a repository at a branch, tag, commit or its default branch.

        Raises Reject (not_found, empty, unauthorized, forbidden) or Retry (rate limits, outages).
        """
        if not REPOSITORY.fullmatch(name):
            raise Reject(f"{name!r} is no GitHub repository", code="not_found", hint="Write owner/name.")
        try:
            repository = _decoded(await self._http.ask(f"/repos/{name}"), Repository)
            full_name = repository.full_name
            if not REPOSITORY.fullmatch(full_name):
                raise Reject(f"GitHub calls {name} {full_name!r}", code="not_found", hint=HOW_TO_FIX)
            commit = await self._commit(full_name, ref or repository.default_branch)
        except Refused as error:
            raise _rejected(error, name, ref) from error
        return await self._details(repository, commit)

    async def download(self, record: Record, path: Path) -> None:
        """Write the commit's .tar.gz to a file."""
        name, sha = record.repository.full_name, record.commit.sha
        try:
            await self._http.download(f"/repos/{name}/tarball/{sha}", path)
        except Refused as error:
            raise _rejected(error, name, sha) from error

    async def _commit(self, name: str, ref: str) -> Commit:
        commit = _decoded(await self._http.ask(f"/repos/{name}/commits/{quote(ref, safe='')}"), Commit)
        if not re.fullmatch(r"[0-9a-f]{40,64}", commit.sha):
            raise Refused(404, f"{commit.sha!r} is no commit id")
        return commit

    async def _details(self, repository: Repository, commit: Commit) -> Record:
        """What a film can do without: a refusal becomes a warning."""
        where = f"/repos/{repository.full_name}"
        details = _Details(self._http)
        contributors, contributors_count = await details.counted(
            f"{where}/contributors?anon=1&per_page={PAGE}", tuple[Contributor, ...]
        )
        _newest, commits_count = await details.counted(
            f"{where}/commits?sha={commit.sha}&per_page=1", tuple[Commit, ...]
        )
        oldest = f"{where}/commits?sha={commit.sha}&per_page=1&page={commits_count}"
        first = await details.one(oldest, tuple[Commit, ...]) if commits_count else None
        return Record(
            repository=repository,
            commit=commit,
            languages=await details.one(f"{where}/languages", dict[str, int]) or {},
            releases=await details.one(f"{where}/releases?per_page={MAX_RELEASES}", tuple[Release, ...])
            or (),
            tags=await details.one(f"{where}/tags?per_page={PAGE}", tuple[Tag, ...]) or (),
            contributors=contributors or (),
            contributors_count=contributors_count,
            commits_count=commits_count,
            first_commit=first[0] if first else None,
            warnings=tuple(details.warnings),
        )


class _Details:
    """Questions whose answers may be missing."""

    def __init__(self, http: GitHubHttp) -> None:
        self._http = http
        self.warnings: list[str] = []

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
            answer = await self._http.ask(path)
        except Refused as error:
            self.warnings.append(f"GitHub does not tell {path.partition('?')[0]}: {error}")
            return None
        return answer if answer.body else None

    def _read(self, path: str, answer: Answer, wanted: type[T]) -> T | None:
        try:
            return msgspec.json.decode(answer.body, type=wanted)
        except msgspec.MsgspecError as error:
            self.warnings.append(f"GitHub's answer to {path.partition('?')[0]} is not understood: {error}")
            return None


def _decoded(answer: Answer, wanted: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=wanted)
    except msgspec.MsgspecError as error:
        raise Refused(answer.status, f"an answer that is not understood: {error}") from error


def _rejected(error: Refused, name: str, ref: str | None) -> Reject:
    what = f"{name}@{ref}" if ref else name
    return Reject(f"{what}: {error}", code=error.code, hint=error.hint or HOW_TO_FIX)
