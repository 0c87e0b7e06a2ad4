"""Cuts the few schemas that we need out of GitHub's OpenAPI description: run it when that is renewed.

    npm pack @octokit/openapi @octokit/fixtures
    python -m tests.contract.data.make_github_schemas octokit-openapi-*.tgz octokit-fixtures-*.tgz

It writes `github_openapi.json` and `github_recorded.json` beside this file, with the checksums of what they
were made from. Both packages are MIT-licensed by the Octokit contributors; see `LICENSE.octokit`.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OPENAPI = "package/generated/api.github.com.json"
REPO = "/repos/{owner}/{repo}"
RUNS = f"{REPO}/check-runs"
ROUTES: dict[str, str | tuple[str, str]] = {
    "repository": REPO,
    "commit": f"{REPO}/commits/{{ref}}",
    "commits": f"{REPO}/commits",
    "languages": f"{REPO}/languages",
    "releases": f"{REPO}/releases",
    "tags": f"{REPO}/tags",
    "contributors": f"{REPO}/contributors",
    "runs": f"{REPO}/actions/runs",
    "compare": f"{REPO}/compare/{{basehead}}",
    "tarball": f"{REPO}/tarball/{{ref}}",
    "search": "/search/repositories",
    "installation": f"{REPO}/installation",
    "access_token": ("post", "/app/installations/{installation_id}/access_tokens"),
    "app": "/app",
    "app_deliveries": "/app/hook/deliveries",
    "app_redelivered": ("post", "/app/hook/deliveries/{delivery_id}/attempts"),
    "hook_deliveries": f"{REPO}/hooks/{{hook_id}}/deliveries",
    "hook_redelivered": ("post", f"{REPO}/hooks/{{hook_id}}/deliveries/{{delivery_id}}/attempts"),
    "user": "/user",
    "check_runs": f"{REPO}/commits/{{ref}}/check-runs",
    "check_run_made": ("post", RUNS),
    "check_run_edited": ("patch", f"{RUNS}/{{check_run_id}}"),
    "statuses": f"{REPO}/commits/{{ref}}/statuses",
    "status_made": ("post", f"{REPO}/statuses/{{sha}}"),
    "comments": f"{REPO}/issues/{{issue_number}}/comments",
    "comment_made": ("post", f"{REPO}/issues/{{issue_number}}/comments"),
    "comment_edited": ("patch", f"{REPO}/issues/comments/{{comment_id}}"),
    "reaction_made": ("post", f"{REPO}/issues/comments/{{comment_id}}/reactions"),
    "release_tagged": f"{REPO}/releases/tags/{{tag}}",
    "pulls": f"{REPO}/pulls",
    "pull_made": ("post", f"{REPO}/pulls"),
    "release_edited": ("patch", f"{REPO}/releases/{{release_id}}"),
}
"""Methods are GET where none is named."""
NOISE = frozenset({"description", "example", "examples", "title", "x-github", "externalDocs", "default"})
RECORDED = ("get-repository", "rename-repository", "errors", "get-archive")


def main(openapi: Path, fixtures: Path) -> None:
    described = json.loads(_member(openapi, OPENAPI))
    paths = described["paths"]
    named = {name: ("get", known) if isinstance(known, str) else known for name, known in ROUTES.items()}
    routes = {
        name: _route(described, paths[path][method], method, path) for name, (method, path) in named.items()
    }
    routes["error"] = {"schema": {"$ref": "#/definitions/basic-error"}}
    definitions = _closure(described["components"]["schemas"], routes)
    _write(
        "github_openapi.json",
        {"from": _origin(openapi), "routes": routes, "definitions": definitions},
    )
    scenarios = "package/scenarios/api.github.com/{}/normalized-fixture.json"
    recorded = {name: json.loads(_member(fixtures, scenarios.format(name))) for name in RECORDED}
    _write("github_recorded.json", {"from": _origin(fixtures), "scenarios": _shortened(recorded)})


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as opened:
        member = opened.extractfile(name)
        if member is None:
            raise SystemExit(f"{archive} holds no {name}")
        return member.read()


def _origin(archive: Path) -> dict[str, str]:
    package = json.loads(_member(archive, "package/package.json"))
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    return {"package": package["name"], "version": package["version"], "sha256": digest, "license": "MIT"}


def _route(described: dict[str, Any], operation: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    parameters = [_resolved(described, each) for each in operation.get("parameters", ())]
    answers = {
        status: schema
        for status, answer in operation["responses"].items()
        if status.startswith("2") and (schema := _json_schema(answer))
    }
    return {
        "method": method.upper(),
        "path": path,
        "query": {each["name"]: _cleaned(each["schema"]) for each in parameters if each["in"] == "query"},
        "statuses": sorted(operation["responses"]),
        "schema": next(iter(answers.values()), {}),
        "body": _json_schema(operation.get("requestBody", {})),
    }


def _json_schema(described: dict[str, Any]) -> dict[str, Any]:
    """What a request's body, or an answer, is in JSON; empty where it is none."""
    schema: dict[str, Any] = _cleaned(
        described.get("content", {}).get("application/json", {}).get("schema", {})
    )
    return schema


def _resolved(described: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    found: Any = described
    for key in node.get("$ref", "#").split("/")[1:]:
        found = found[key]
    return node if found is described else found


def _cleaned(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, names of definitions move, prose goes."""
    if isinstance(node, list):
        return [_cleaned(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        reference = {"$ref": node["$ref"].replace("#/components/schemas/", "#/definitions/")}
        return {"anyOf": [reference, {"type": "null"}]} if node.get("nullable") else reference
    kept = {key: value for key, value in node.items() if key not in NOISE or key == "properties"}
    if "properties" in kept:
        kept["properties"] = {name: _cleaned(value) for name, value in kept["properties"].items()}
    nullable = kept.pop("nullable", False)
    cleaned = {key: value if key == "properties" else _cleaned(value) for key, value in kept.items()}
    return {"anyOf": [cleaned, {"type": "null"}]} if nullable else cleaned


def _closure(schemas: dict[str, Any], start: Any) -> dict[str, Any]:
    """The definitions that are referred to, and those that they refer to."""
    found: dict[str, Any] = {}
    wanted = _references(start)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = _cleaned(schemas[name])
            wanted |= _references(found[name])
    return dict(sorted(found.items()))


def _references(node: Any) -> set[str]:
    if isinstance(node, list):
        return {name for each in node for name in _references(each)}
    if isinstance(node, dict):
        own = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
        return own | {name for each in node.values() for name in _references(each)}
    return set()


def _shortened(recorded: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [
            {key: each[key] for key in ("method", "path", "status", "response")}
            for each in scenario
            if isinstance(each["response"], dict | list)
        ]
        for name, scenario in recorded.items()
    }


def _write(name: str, content: dict[str, Any]) -> None:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    (HERE / name).write_text(text + "\n", "utf-8")
    print(name, len(text), "bytes")  # noqa: T201 - what a shell is told


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
