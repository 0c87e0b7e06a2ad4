"""The shapes of GitHub's answers to what is written there, with every field its own description requires."""

from __future__ import annotations

from typing import Any

from tests.support.github_answers import API, DATE, user


def public_user(login: str) -> dict[str, Any]:
    unknown = ("bio", "blog", "company", "email", "hireable", "location", "name")
    counts = dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0)
    dates = {"created_at": DATE, "updated_at": DATE}
    return user(login) | dict.fromkeys(unknown) | counts | dates | {"user_view_type": "public"}


def check_run(full_name: str, number: int, slug: str, given: dict[str, Any]) -> dict[str, Any]:
    url = f"{API}/repos/{full_name}/check-runs/{number}"
    output = {"title": None, "summary": None, "text": None} | (given.get("output") or {})
    dates = {"started_at": given.get("started_at") or DATE, "completed_at": given.get("completed_at")}
    if given.get("conclusion") and not dates["completed_at"]:
        dates["completed_at"] = DATE
    return {
        "id": number,
        "node_id": "CR_",
        "head_sha": given["head_sha"],
        "external_id": given.get("external_id"),
        "url": url,
        "html_url": f"https://github.com/{full_name}/runs/{number}",
        "details_url": given.get("details_url"),
        "status": given.get("status", "queued"),
        "conclusion": given.get("conclusion"),
        **dates,
        "output": output | {"annotations_count": 0, "annotations_url": f"{url}/annotations"},
        "name": given["name"],
        "check_suite": {"id": 5},
        "app": app(slug),
        "pull_requests": [],
    }


def app(slug: str) -> dict[str, Any]:
    return {
        "id": 1,
        "slug": slug,
        "node_id": "A_",
        "owner": user("octocat"),
        "name": slug,
        "description": "",
        "external_url": "https://example.com",
        "html_url": f"https://github.com/apps/{slug}",
        "created_at": DATE,
        "updated_at": DATE,
        "permissions": {"checks": "write"},
        "events": [],
    }


def status(
    full_name: str, sha: str, number: int, login: str, given: dict[str, Any], at: str
) -> dict[str, Any]:
    return {
        "url": f"{API}/repos/{full_name}/statuses/{sha}",
        "avatar_url": "https://github.com/images/error/octocat.gif",
        "id": number,
        "node_id": "S_",
        "state": given["state"],
        "description": given.get("description"),
        "target_url": given.get("target_url"),
        "context": given.get("context", "default"),
        "created_at": at,
        "updated_at": at,
        "creator": user(login),
    }


def comment(full_name: str, issue: int, number: int, login: str, body: str, at: str) -> dict[str, Any]:
    return {
        "id": number,
        "node_id": "IC_",
        "url": f"{API}/repos/{full_name}/issues/comments/{number}",
        "html_url": f"https://github.com/{full_name}/issues/{issue}#issuecomment-{number}",
        "issue_url": f"{API}/repos/{full_name}/issues/{issue}",
        "body": body,
        "user": user(login),
        "author_association": "NONE",
        "created_at": at,
        "updated_at": at,
    }


def reaction(number: int, login: str, content: str, at: str) -> dict[str, Any]:
    return {"id": number, "node_id": "R_", "user": user(login), "content": content, "created_at": at}
