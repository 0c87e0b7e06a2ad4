"""Where a fake GitHub keeps what is written to it: check runs, statuses, comments, reactions, releases."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.support import github_answers
from tests.support import github_written as written

Known = Callable[[web.Request], str]
"""The full name of the repository that a request is about; raises HTTPNotFound."""

MOST_BODY_CHARACTERS = 65_536
MOST_DESCRIPTION_CHARACTERS = 140


SLUG = "reporeel"
"""Of the one App there is."""


class Desk:
    """Who comes with a token of the App is the App; everybody else is one and the same person."""

    def __init__(self, known: Known) -> None:
        self.login = "reporeel-bot"
        self.check_runs: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self.comments: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
        self.reactions: list[tuple[int, str]] = []
        self.releases: dict[tuple[str, str], dict[str, Any]] = {}
        self._known = known
        self._numbers = itertools.count(1000)

    def routes(self) -> Iterator[web.RouteDef]:
        repo = "/repos/{owner}/{name}"
        yield web.get("/user", self._user)
        yield web.get(f"{repo}/commits/{{ref}}/check-runs", self._list_runs)
        yield web.post(f"{repo}/check-runs", self._make_run)
        yield web.patch(f"{repo}/check-runs/{{id}}", self._edit_run)
        yield web.get(f"{repo}/commits/{{ref}}/statuses", self._list_statuses)
        yield web.post(f"{repo}/statuses/{{sha}}", self._make_status)
        yield web.get(f"{repo}/issues/{{issue}}/comments", self._list_comments)
        yield web.post(f"{repo}/issues/{{issue}}/comments", self._make_comment)
        yield web.patch(f"{repo}/issues/comments/{{id}}", self._edit_comment)
        yield web.post(f"{repo}/issues/comments/{{id}}/reactions", self._react)
        yield web.get(f"{repo}/releases/tags/{{tag}}", self._release)
        yield web.patch(f"{repo}/releases/{{id}}", self._edit_release)

    def add_comment(self, full_name: str, issue: int, login: str, body: str) -> dict[str, Any]:
        comment = written.comment(full_name, issue, next(self._numbers), login, body, _moment())
        self.comments[full_name, issue].append(comment)
        return comment

    def add_release(self, full_name: str, tag: str, body: str | None) -> dict[str, Any]:
        release = github_answers.release(full_name, {"tag_name": tag, "body": body})
        release["id"] = next(self._numbers)
        self.releases[full_name, tag] = release
        return release

    async def _user(self, _request: web.Request) -> web.Response:
        return web.json_response(written.public_user(self.login))

    async def _list_runs(self, request: web.Request) -> web.Response:
        self._known(request)
        ref, query = request.match_info["ref"], request.query
        found = [
            run
            for run in self.check_runs
            if run["head_sha"] == ref and query.get("check_name") in (None, run["name"])
        ]
        return web.json_response({"total_count": len(found), "check_runs": _page(request, found)})

    async def _make_run(self, request: web.Request) -> web.Response:
        full_name = self._known(request)
        if not _is_app(request):
            return _refused(403, "You must authenticate via a GitHub App.")
        given = await request.json()
        run = written.check_run(full_name, next(self._numbers), SLUG, _settled(given))
        self.check_runs.append(run)
        return web.json_response(run, status=201)

    async def _edit_run(self, request: web.Request) -> web.Response:
        full_name = self._known(request)
        if not _is_app(request):
            return _refused(403, "You must authenticate via a GitHub App.")
        run = _with_id(self.check_runs, request)
        given = await request.json()
        unconcluded = {"conclusion": None, "completed_at": None} if given.get("status") != "completed" else {}
        kept = {key: run[key] for key in ("name", "head_sha", "external_id", "details_url", "started_at")}
        run |= written.check_run(full_name, run["id"], SLUG, kept | unconcluded | _settled(given))
        return web.json_response(run)

    async def _list_statuses(self, request: web.Request) -> web.Response:
        self._known(request)
        found = [one for one in self.statuses if one["url"].endswith(request.match_info["ref"])]
        return web.json_response(_page(request, found[::-1]))

    async def _make_status(self, request: web.Request) -> web.Response:
        full_name, sha, given = self._known(request), request.match_info["sha"], await request.json()
        if len(given.get("description") or "") > MOST_DESCRIPTION_CHARACTERS:
            return _refused(422, "Validation Failed: description is too long (maximum is 140 characters)")
        status = written.status(full_name, sha, next(self._numbers), self.login, given, _moment())
        self.statuses.append(status)
        return web.json_response(status, status=201)

    async def _list_comments(self, request: web.Request) -> web.Response:
        full_name, issue = self._known(request), int(request.match_info["issue"])
        since = request.query.get("since", "")
        found = [one for one in self.comments[full_name, issue] if one["updated_at"] >= since]
        return web.json_response(_page(request, found))

    async def _make_comment(self, request: web.Request) -> web.Response:
        full_name, issue, given = self._known(request), int(request.match_info["issue"]), await request.json()
        if len(given["body"]) > MOST_BODY_CHARACTERS:
            return _refused(422, "Validation Failed: body is too long")
        return web.json_response(
            self.add_comment(full_name, issue, self._writer(request), given["body"]), status=201
        )

    async def _edit_comment(self, request: web.Request) -> web.Response:
        full_name, given = self._known(request), await request.json()
        mine = [one for (name, _), some in self.comments.items() if name == full_name for one in some]
        comment = _with_id(mine, request)
        comment |= {"body": given["body"], "updated_at": _moment()}
        return web.json_response(comment)

    async def _react(self, request: web.Request) -> web.Response:
        self._known(request)
        number, content = int(request.match_info["id"]), (await request.json())["content"]
        new = (number, content) not in self.reactions
        if new:
            self.reactions.append((number, content))
        reaction = written.reaction(1, self._writer(request), content, _moment())
        return web.json_response(reaction, status=201 if new else 200)

    async def _release(self, request: web.Request) -> web.Response:
        release = self.releases.get((self._known(request), request.match_info["tag"]))
        if release is None:
            raise web.HTTPNotFound
        return web.json_response(release)

    async def _edit_release(self, request: web.Request) -> web.Response:
        full_name, given = self._known(request), await request.json()
        release = _with_id([one for (name, _), one in self.releases.items() if name == full_name], request)
        release |= given
        return web.json_response(release)

    def _writer(self, request: web.Request) -> str:
        return f"{SLUG}[bot]" if _is_app(request) else self.login


def _is_app(request: web.Request) -> bool:
    return request.headers.get("Authorization", "").startswith("Bearer ghs_")


def _settled(given: dict[str, Any]) -> dict[str, Any]:
    """As GitHub reads it: a conclusion completes the run."""
    return given | ({"status": "completed"} if given.get("conclusion") else {})


def _with_id(some: list[dict[str, Any]], request: web.Request) -> dict[str, Any]:
    found = next((one for one in some if one["id"] == int(request.match_info["id"])), None)
    if found is None:
        raise web.HTTPNotFound
    return found


def _page(request: web.Request, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    size, page = int(request.query.get("per_page", "30")), int(request.query.get("page", "1"))
    return found[(page - 1) * size : page * size]


def _refused(status: int, message: str) -> web.Response:
    body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return web.json_response(body, status=status)


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
