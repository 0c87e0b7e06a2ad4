"""The shapes of GitHub's answers, with every field its own description requires."""

from __future__ import annotations

from typing import Any

API = "https://api.github.com"
DATE = "2026-03-01T12:00:00Z"

REPOSITORY_LINKS = (
    "archive assignees blobs branches collaborators comments commits compare contents contributors "
    "deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events "
    "issues keys labels languages merges milestones notifications pulls releases stargazers statuses "
    "subscribers subscription tags teams trees"
).split()
USER_LINKS = (
    "avatar events followers following gists html organizations received_events repos starred subscriptions"
).split()
RUN_LINKS = ("jobs", "logs", "check_suite", "cancel", "rerun", "artifacts", "workflow")


def user(login: str) -> dict[str, Any]:
    url = f"{API}/users/{login}"
    links = {f"{name}_url": f"{url}/{name}" for name in USER_LINKS}
    known = {"login": login, "id": 1, "node_id": "U_", "gravatar_id": "", "url": url}
    return links | known | {"site_admin": False, "type": "User"}


def minimal_repository(full_name: str, *, private: bool, description: str | None) -> dict[str, Any]:
    owner, name = full_name.split("/")
    url = f"{API}/repos/{full_name}"
    links = {f"{each}_url": f"{url}/{each}" for each in REPOSITORY_LINKS}
    return links | {
        "id": 1,
        "node_id": "R_",
        "name": name,
        "full_name": full_name,
        "owner": user(owner),
        "private": private,
        "fork": False,
        "html_url": f"https://github.com/{full_name}",
        "url": url,
        "description": description,
    }


def full_repository(minimal: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """`fields` are those a test may choose, by the names of `FakeRepository`."""
    address = f"github.com/{minimal['full_name']}.git"
    count = {"open_issues": 0, "network_count": fields["forks"], "subscribers_count": 1, "size": 12}
    has = dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions"), False)
    dates = dict.fromkeys(("created_at", "updated_at", "pushed_at"), DATE)
    return {
        **minimal,
        **count,
        **has,
        **dates,
        "clone_url": f"https://{address}",
        "git_url": f"git://{address}",
        "ssh_url": f"git@{address}",
        "svn_url": f"https://{address}",
        "mirror_url": None,
        "homepage": fields["homepage"],
        "language": None,
        "default_branch": fields["default_branch"],
        "forks": fields["forks"],
        "forks_count": fields["forks"],
        "stargazers_count": fields["stars"],
        "watchers": fields["stars"],
        "watchers_count": fields["stars"],
        "open_issues_count": 0,
        "archived": fields["archived"],
        "disabled": fields["disabled"],
        "topics": list(fields["topics"]),
        "license": fields["license"] and spdx_license(fields["license"]),
        "visibility": "private" if minimal["private"] else "public",
    }


def spdx_license(given: dict[str, str]) -> dict[str, Any]:
    return {"key": given.get("spdx_id", "other").lower(), "url": None, "node_id": "L_", **given}


def commit(
    full_name: str, sha: str, *, date: str, message: str = "A commit", author: str = "Octo Cat"
) -> dict[str, Any]:
    url = f"{API}/repos/{full_name}/commits/{sha}"
    person = {"name": author, "email": "octocat@example.com", "date": date}
    tree = {"sha": sha, "url": f"{API}/repos/{full_name}/git/trees/{sha}"}
    inner = {
        "author": person,
        "committer": person,
        "message": message,
        "tree": tree,
        "comment_count": 0,
        "url": url,
    }
    return {
        "sha": sha,
        "node_id": "C_",
        "url": url,
        "html_url": f"https://github.com/{full_name}/commit/{sha}",
        "comments_url": f"{url}/comments",
        "commit": inner,
        "author": user("octocat"),
        "committer": user("octocat"),
        "parents": [],
    }


def release(full_name: str, given: dict[str, Any]) -> dict[str, Any]:
    url = f"{API}/repos/{full_name}/releases/1"
    addresses = ("url", "html_url", "assets_url", "upload_url", "tarball_url", "zipball_url")
    fixed = {"id": 1, "node_id": "RE_", "author": user("octocat"), "assets": [], "target_commitish": "main"}
    chosen = {
        "name": None,
        "body": None,
        "draft": False,
        "prerelease": False,
        "published_at": DATE,
        "created_at": DATE,
    }
    return dict.fromkeys(addresses, url) | fixed | chosen | given


def tag(full_name: str, name: str, sha: str) -> dict[str, Any]:
    url = f"{API}/repos/{full_name}"
    target = {"sha": sha, "url": f"{url}/commits/{sha}"}
    balls = {"zipball_url": f"{url}/zipball/{name}", "tarball_url": f"{url}/tarball/{name}"}
    return {"name": name, "commit": target, "node_id": "REF_", **balls}


def contributor(login: str, contributions: int) -> dict[str, Any]:
    return user(login) | {"contributions": contributions}


def run(minimal: dict[str, Any], sha: str, branch: str) -> dict[str, Any]:
    url = f"{minimal['url']}/actions/runs/1"
    links = {f"{name}_url": f"{url}/{name}" for name in RUN_LINKS}
    person = {"name": "Octo Cat", "email": "octocat@example.com"}
    head = {
        "id": sha,
        "tree_id": sha,
        "message": "A commit",
        "timestamp": DATE,
        "author": person,
        "committer": person,
    }
    return links | {
        "id": 1,
        "node_id": "WFR_",
        "name": "CI",
        "head_branch": branch,
        "head_sha": sha,
        "path": ".github/workflows/ci.yml",
        "display_title": "A commit",
        "run_number": 1,
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "workflow_id": 1,
        "url": url,
        "html_url": url,
        "pull_requests": [],
        "created_at": DATE,
        "updated_at": DATE,
        "head_commit": head,
        "repository": minimal,
        "head_repository": minimal,
    }


def comparison(
    full_name: str, basehead: str, commits: list[dict[str, Any]], files: list[dict[str, Any]]
) -> dict[str, Any]:
    url = f"{API}/repos/{full_name}/compare/{basehead}"
    base = commit(full_name, "b" * 40, date=DATE)
    links = dict.fromkeys(("url", "html_url", "permalink_url", "diff_url", "patch_url"), url)
    return links | {
        "base_commit": base,
        "merge_base_commit": base,
        "status": "ahead",
        "ahead_by": len(commits),
        "behind_by": 0,
        "total_commits": len(commits),
        "commits": commits,
        "files": files,
    }


def changed_file(filename: str, additions: int, deletions: int) -> dict[str, Any]:
    url = f"{API}/{filename}"
    links = {"blob_url": url, "raw_url": url, "contents_url": url}
    count = {"additions": additions, "deletions": deletions, "changes": additions + deletions}
    return {"sha": "f" * 40, "filename": filename, "status": "modified", **count, **links}


def search_item(described: dict[str, Any]) -> dict[str, Any]:
    """A repository as a search lists it."""
    left_out = ("network_count", "subscribers_count")
    return {key: value for key, value in described.items() if key not in left_out} | {
        "score": 1.0,
        "has_downloads": False,
    }


def installation(owner: str) -> dict[str, Any]:
    url = f"{API}/app/installations/7"
    links = {
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{API}/installation/repositories",
    }
    fixed = {
        "id": 7,
        "app_id": 1,
        "app_slug": "reporeel",
        "target_id": 1,
        "target_type": "User",
        "events": [],
    }
    dates = {"created_at": DATE, "updated_at": DATE, "suspended_at": None, "suspended_by": None}
    return {
        **links,
        **fixed,
        **dates,
        "account": user(owner),
        "html_url": "https://github.com/settings/installations/7",
        "permissions": {"contents": "read"},
        "repository_selection": "selected",
        "single_file_name": None,
    }
