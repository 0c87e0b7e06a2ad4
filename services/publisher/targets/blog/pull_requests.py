"""Proposes a post that was pushed to a branch of its own, as a pull request on GitHub; one a branch."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from shared.errors import Reject
from shared.github.http import GitHubHttp
from shared.github.refusals import Refused


class _PullRequest(msgspec.Struct):
    html_url: str


class PullRequests:
    def __init__(self, http: GitHubHttp, repo: str, base: str) -> None:
        self._http = http
        self._path = f"/repos/{repo}/pulls"
        self._owner = repo.partition("/")[0]
        self._base = base

    async def open(self, branch: str, title: str, body: str) -> str:
        """Open one, unless the branch has one already, and give its address.

        Raises Retry while GitHub is away, Reject where it does not let us.
        """
        try:
            return await self._opened_before(branch) or await self._opened(branch, title, body)
        except Refused as error:
            raise Reject(
                f"GitHub opens no pull request: {error}",
                code="site_refused",
                hint="REPOREEL_BLOG_TOKEN needs `pull requests: write` on REPOREEL_BLOG_PULL_REQUESTS.",
            ) from error

    async def _opened_before(self, branch: str) -> str:
        """Also one that was closed since: what people decided is not asked again."""
        query = {"head": f"{self._owner}:{branch}", "base": self._base, "state": "all", "per_page": "1"}
        answer = await self._http.ask(f"{self._path}?{urlencode(query)}")
        found = msgspec.json.decode(answer.body, type=list[_PullRequest])
        return found[0].html_url if found else ""

    async def _opened(self, branch: str, title: str, body: str) -> str:
        wanted = {"title": title, "head": branch, "base": self._base, "body": body}
        answer = await self._http.send("POST", self._path, wanted)
        return msgspec.json.decode(answer, type=_PullRequest).html_url
