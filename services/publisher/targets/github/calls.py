"""The few calls of GitHub's REST API that tell something there, or ask what was told."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from shared.github.http import GitHubHttp
from shared.github.refusals import Refused

T = TypeVar("T")

PAGE = 100
MOST_PAGES = 10
COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class Numbered(msgspec.Struct):
    """Anything that GitHub has made for us."""

    id: int


class Commit(msgspec.Struct):
    sha: str


class CheckRun(msgspec.Struct):
    id: int
    external_id: str | None = None


class CheckRuns(msgspec.Struct):
    check_runs: list[CheckRun] = []


class CommitStatus(msgspec.Struct):
    state: str
    context: str = ""
    description: str | None = None


class Person(msgspec.Struct):
    login: str = ""


class Comment(msgspec.Struct):
    id: int
    body: str | None = None
    user: Person | None = None


class Release(msgspec.Struct):
    id: int
    body: str | None = None


class Calls:
    """Each raises Refused for a no that stays one, and Retry for what may pass."""

    def __init__(self, http: GitHubHttp) -> None:
        self._http = http
        self._login = ""

    async def close(self) -> None:
        await self._http.close()

    async def as_app(self, repo: str) -> bool:
        """Whether we are a GitHub App there: only one may make check runs."""
        return bool(await self._http.app_name(f"/repos/{repo}"))

    async def login(self, repo: str) -> str:
        """Who we are there."""
        if name := await self._http.app_name(f"/repos/{repo}"):
            return f"{name}[bot]"
        if not self._login:
            self._login = (await self._get("/user", Person)).login
        return self._login

    async def commit(self, repo: str, ref: str) -> str:
        """The commit that a branch, tag or `HEAD` is at now."""
        sha = (await self._get(f"/repos/{repo}/commits/{quote(ref, safe='')}", Commit)).sha
        if not COMMIT.fullmatch(sha):
            raise Refused(404, f"{sha!r} is no commit id")
        return sha

    async def check_runs(self, repo: str, sha: str, name: str) -> list[CheckRun]:
        path = f"/repos/{repo}/commits/{sha}/check-runs?check_name={quote(name, safe='')}&filter=all"
        return (await self._get(f"{path}&per_page={PAGE}", CheckRuns)).check_runs

    async def statuses(self, repo: str, sha: str) -> list[CommitStatus]:
        """The newest first."""
        path = f"/repos/{repo}/commits/{sha}/statuses?per_page={PAGE}"
        return await self._get(path, list[CommitStatus])

    async def comments(self, repo: str, issue: int, since: datetime) -> AsyncIterator[Comment]:
        moment = quote(since.strftime("%Y-%m-%dT%H:%M:%SZ"), safe="")
        for page in range(1, MOST_PAGES + 1):
            path = f"/repos/{repo}/issues/{issue}/comments?since={moment}&per_page={PAGE}&page={page}"
            found = await self._get(path, list[Comment])
            for comment in found:
                yield comment
            if len(found) < PAGE:
                return

    async def release(self, repo: str, tag: str) -> Release:
        return await self._get(f"/repos/{repo}/releases/tags/{quote(tag, safe='')}", Release)

    async def make(self, path: str, body: Any) -> int:
        """Make something, and give its number."""
        return _read(await self._http.send("POST", path, body), Numbered).id

    async def edit(self, path: str, body: Any) -> None:
        await self._http.send("PATCH", path, body)

    async def _get(self, path: str, kind: type[T]) -> T:
        return _read((await self._http.ask(path)).body, kind)


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Refused(200, f"an answer that is not understood: {error}") from error
