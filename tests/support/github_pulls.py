"""Where a fake GitHub keeps pull requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from aiohttp import web

from tests.support import github_answers as answers
from tests.support.github_answers import API, DATE

Repository = Callable[[web.Request], dict[str, Any]]
"""What GitHub tells of the repository that a request is about; raises HTTPNotFound."""

LINKS = ("comments", "commits", "statuses", "html", "issue", "review_comments", "review_comment", "self")
COUNTS = ("additions", "changed_files", "comments", "commits", "deletions", "review_comments")
NOTHING = ("assignee", "auto_merge", "closed_at", "merge_commit_sha", "merged_at", "milestone")


class Pulls:
    def __init__(self, repository: Repository) -> None:
        self.opened: list[dict[str, Any]] = []
        self._repository = repository

    def routes(self) -> Iterator[web.RouteDef]:
        yield web.get("/repos/{owner}/{name}/pulls", self._list)
        yield web.post("/repos/{owner}/{name}/pulls", self._open)

    async def _list(self, request: web.Request) -> web.Response:
        full_name, query = self._repository(request)["full_name"], request.query
        found = [
            one
            for one in self.opened
            if one["base"]["repo"]["full_name"] == full_name
            and query.get("head") in (None, one["head"]["label"])
            and query.get("base") in (None, one["base"]["ref"])
            and query.get("state", "open") in ("all", one["state"])
        ]
        size = int(query.get("per_page", "30"))
        return web.json_response([_simple(one) for one in found[::-1][:size]])

    async def _open(self, request: web.Request) -> web.Response:
        repository, given = self._repository(request), await request.json()
        pull = _pull(repository, len(self.opened) + 1, given)
        label = pull["head"]["label"]
        if any(one["head"]["label"] == label and one["state"] == "open" for one in self.opened):
            message = f"Validation Failed: A pull request already exists for {label}."
            body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": "422"}
            return web.json_response(body, status=422)
        self.opened.append(pull)
        return web.json_response(pull, status=201)


def _pull(repository: dict[str, Any], number: int, given: dict[str, Any]) -> dict[str, Any]:
    full_name, owner = repository["full_name"], repository["owner"]["login"]
    url, page = f"{API}/repos/{full_name}/pulls/{number}", f"https://github.com/{full_name}/pull/{number}"
    names = ("comments", "commits", "diff", "issue", "patch", "review_comment", "review_comments", "statuses")
    return {
        **{f"{name}_url": f"{url}/{name}" for name in names},
        **dict.fromkeys(NOTHING),
        **dict.fromkeys(COUNTS, 0),
        "id": number,
        "node_id": "PR_",
        "number": number,
        "url": url,
        "html_url": page,
        "state": "open",
        "locked": False,
        "title": given["title"],
        "body": given.get("body"),
        "user": answers.user("reporeel-bot"),
        "labels": [],
        "created_at": DATE,
        "updated_at": DATE,
        "head": _end(repository, owner, given["head"]),
        "base": _end(repository, owner, given["base"]),
        "_links": {name: {"href": url} for name in LINKS},
        "author_association": "CONTRIBUTOR",
        "merged": False,
        "mergeable": True,
        "mergeable_state": "clean",
        "merged_by": None,
        "maintainer_can_modify": False,
    }


def _simple(pull: dict[str, Any]) -> dict[str, Any]:
    """As a list shows it."""
    left_out = {"merged", "mergeable", "mergeable_state", "merged_by", "maintainer_can_modify", *COUNTS}
    return {name: value for name, value in pull.items() if name not in left_out}


def _end(repository: dict[str, Any], owner: str, ref: str) -> dict[str, Any]:
    repo, user = repository | {"has_downloads": True}, answers.user(owner)
    return {"label": f"{owner}:{ref}", "ref": ref, "repo": repo, "sha": "0" * 40, "user": user}
