"""Asks GitHub's REST API about one repository, and downloads the archive of one pinned commit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec

from services.scanner.github_details import details_of
from services.scanner.github_records import Commit, Record, Repository
from shared.errors import Reject
from shared.github.cache import Answer
from shared.github.http import GitHubHttp
from shared.github.refusals import Refused

REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
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
            repository = decoded(await self._http.ask(f"/repos/{name}"), Repository)
            full_name = repository.full_name
            if not REPOSITORY.fullmatch(full_name):
                raise Reject(f"GitHub calls {name} {full_name!r}", code="not_found", hint=HOW_TO_FIX)
            commit = await self._commit(full_name, ref or repository.default_branch)
        except Refused as error:
            raise _rejected(error, name, ref) from error
        return await details_of(self._http, repository, commit, ref)

    async def download(self, record: Record, path: Path) -> None:
        """Write the commit's .tar.gz to a file."""
        name, sha = record.repository.full_name, record.commit.sha
        try:
            await self._http.download(f"/repos/{name}/tarball/{sha}", path)
        except Refused as error:
            raise _rejected(error, name, sha) from error

    async def _commit(self, name: str, ref: str) -> Commit:
        commit = decoded(await self._http.ask(f"/repos/{name}/commits/{quote(ref, safe='')}"), Commit)
        if not re.fullmatch(r"[0-9a-f]{40,64}", commit.sha):
            raise Refused(404, f"{commit.sha!r} is no commit id")
        return commit


def decoded(answer: Answer, wanted: type[T]) -> T:
    """Raises Refused when the answer is not of the shape that GitHub describes."""
    try:
        return msgspec.json.decode(answer.body, type=wanted)
    except msgspec.MsgspecError as error:
        raise Refused(answer.status, f"an answer that is not understood: {error}") from error


def _rejected(error: Refused, name: str, ref: str | None) -> Reject:
    what = f"{name}@{ref}" if ref else name
    return Reject(f"{what}: {error}", code=error.code, hint=error.hint or HOW_TO_FIX)
