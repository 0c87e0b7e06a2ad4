"""Our fake GitHub against GitHub's own description of its API, and our client against both.

The description and the recorded answers lie in `data/`, with origin, checksums and the script that cut them.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import msgspec
import pytest

from services.scanner.github import GitHub
from services.scanner.github_http import GitHubHttp
from services.scanner.github_records import Comparison, Release, Repository
from services.scanner.github_refusals import refusal
from tests.support.fake_github import FakeGitHub

DATA = Path(__file__).parent / "data"
DESCRIBED = json.loads((DATA / "github_openapi.json").read_text("utf-8"))
RECORDED = json.loads((DATA / "github_recorded.json").read_text("utf-8"))["scenarios"]
ROUTES: dict[str, Any] = DESCRIBED["routes"]

ASKED = {
    "repository": "/repos/acme/site",
    "commit": "/repos/acme/site/commits/main",
    "commits": "/repos/acme/site/commits?per_page=1",
    "languages": "/repos/acme/site/languages",
    "releases": "/repos/acme/site/releases",
    "tags": "/repos/acme/site/tags",
    "contributors": "/repos/acme/site/contributors",
    "runs": "/repos/acme/site/actions/runs?per_page=1",
    "compare": "/repos/acme/site/compare/v1.0...v1.1",
}


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    (tmp_path / "README.md").write_text("# Site\n")
    async with FakeGitHub() as github:
        repository = github.add("acme/site", tmp_path)
        repository.license = {"spdx_id": "MIT", "name": "MIT License"}
        repository.languages = {"Python": 100}
        repository.tags = ("v1.1", "v1.0")
        repository.releases = [{"tag_name": "v1.1", "body": "- A thing"}, {"tag_name": "v1.0"}]
        repository.ci_succeeded = True
        repository.changes = (("feat: add a thing", "Ada"),)
        repository.changed_files = (("a.py", 3, 1),)
        yield github


def errors_of(route: str, answer: Any) -> list[str]:
    schema = {**ROUTES[route]["schema"], "definitions": DESCRIBED["definitions"]}
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    return [
        f"{'/'.join(map(str, error.path))}: {error.message[:120]}" for error in validator.iter_errors(answer)
    ]


async def got(fake: FakeGitHub, path: str, **headers: str) -> tuple[int, Any, dict[str, str]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(fake.url + path, headers=headers, allow_redirects=False) as response,
    ):
        body = await response.text()
        known = {name.lower(): value for name, value in response.headers.items()}
        return response.status, json.loads(body) if "json" in response.content_type else None, known


@pytest.mark.parametrize("route", ASKED)
async def test_the_fake_answers_as_github_says_it_does(fake, route):
    status, answer, _headers = await got(fake, ASKED[route])
    assert status == 200
    assert errors_of(route, answer) == []


@pytest.mark.parametrize("route", ASKED)
async def test_the_judge_is_awake(fake, route):
    _status, answer, _headers = await got(fake, ASKED[route])
    broken = {"Python": "many"} if route == "languages" else [{}] if isinstance(answer, list) else {}
    assert errors_of(route, broken)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/repos/acme/none", 404), ("/repos/acme/site/commits/nonsense", 422), ("/repos/old/name", 301)],
)
async def test_refusals_look_like_githubs(fake, path, status):
    fake.renamed["old/name"] = "acme/site"
    found, answer, _headers = await got(fake, path)
    assert found == status
    assert errors_of("error", answer) == []
    route = "commit" if "commits" in path else "repository"
    assert str(status) in ROUTES[route]["statuses"]


async def test_an_archive_is_answered_by_a_redirect(fake):
    sha = fake.repositories["acme/site"].sha
    status, _answer, headers = await got(fake, f"/repos/acme/site/tarball/{sha}")
    assert [str(status)] == ROUTES["tarball"]["statuses"]
    assert headers["location"]


async def test_an_answer_that_is_known_costs_nothing(fake):
    _status, _answer, headers = await got(fake, ASKED["tags"])
    status, answer, _headers = await got(fake, ASKED["tags"], **{"If-None-Match": headers["etag"]})
    assert (status, answer) == (304, None)


async def test_every_question_of_our_client_is_one_github_describes(fake):
    http = GitHubHttp(
        fake.url, "", timeout_seconds=5.0, download_time_limit_seconds=5.0, max_packed_bytes=10**6
    )
    await GitHub(http).look_up("acme/site", None)
    await http.close()
    assert len(fake.requests) >= 10
    for request in fake.requests:
        route = next(name for name in ROUTES if name in ASKED and matches(name, request.path))
        for name, value in request.query.items():
            schema = ROUTES[route]["query"][name]
            typed = json.loads(value) if schema.get("type") in ("integer", "boolean") else value
            jsonschema.validate(typed, schema)


def matches(route: str, path: str) -> bool:
    described, asked = ROUTES[route]["path"].split("/"), path.split("/")
    return len(described) == len(asked) and all(
        one.startswith("{") or one == other for one, other in zip(described, asked, strict=True)
    )


def recorded(scenario: str) -> list[dict[str, Any]]:
    return list(RECORDED[scenario])


def test_a_recorded_repository_is_understood():
    (answer,) = [each["response"] for each in recorded("get-repository") if each["status"] == 200][:1]
    found = msgspec.convert(answer, Repository)
    assert "/" in found.full_name
    assert found.private is False


def test_a_recorded_rename_is_a_redirect_we_follow():
    statuses = [each["status"] for each in recorded("rename-repository")]
    assert 301 in statuses
    moved = next(each for each in recorded("rename-repository") if each["status"] == 301)
    assert moved["response"]["url"]


def test_a_recorded_refusal_is_understood():
    for each in recorded("errors"):
        error = refusal(each["status"], {}, msgspec.json.encode(each["response"]), 0.0)
        assert each["response"]["message"][:20] in str(error)


def test_records_tolerate_what_github_leaves_out():
    assert msgspec.convert({"tag_name": "v1"}, Release).body is None
    assert msgspec.convert({}, Comparison).commits == ()


def test_the_vendored_data_names_its_origin():
    for name in ("github_openapi.json", "github_recorded.json"):
        origin = json.loads((DATA / name).read_text("utf-8"))["from"]
        assert origin["license"] == "MIT"
        assert len(origin["sha256"]) == 64
    assert "MIT License" in (DATA / "LICENSE.octokit").read_text("utf-8")
