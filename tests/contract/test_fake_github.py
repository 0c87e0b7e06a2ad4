"""Our fake GitHub against GitHub's own description of its API, and our client against both.

The description and the recorded answers lie in `data/`, with origin, checksums and the script that cut them.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from services.scanner.discovery import DiscoverySettings, discovered
from services.scanner.github import GitHub
from services.scanner.github_records import Comparison, Release, Repository
from shared.github.app import GitHubApp
from shared.github.http import GitHubHttp
from shared.github.refusals import refusal
from tests.support.fake_github import FakeGitHub, pem_of
from tests.support.github_oracle import DATA, ROUTES, answer_faults, request_faults, route_of

RECORDED = json.loads((DATA / "github_recorded.json").read_text("utf-8"))["scenarios"]

ASKED = {
    "repository": "/repos/acme/site",
    "commit": "/repos/acme/site/commits/main",
    "commits": "/repos/acme/site/commits?per_page=1",
    "languages": "/repos/acme/site/languages",
    "releases": "/repos/acme/site/releases",
    "tags": "/repos/acme/site/tags",
    "contributors": "/repos/acme/site/contributors",
    "runs": "/repos/acme/site/actions/runs?per_page=1",
    "search": "/search/repositories?q=stars:1..*&sort=stars&order=desc&per_page=100&page=1",
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
    assert answer_faults(route, answer) == []


@pytest.mark.parametrize("route", ASKED)
async def test_the_judge_is_awake(fake, route):
    _status, answer, _headers = await got(fake, ASKED[route])
    broken = {"Python": "many"} if route == "languages" else [{}] if isinstance(answer, list) else {}
    assert answer_faults(route, broken)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/repos/acme/none", 404), ("/repos/acme/site/commits/nonsense", 422), ("/repos/old/name", 301)],
)
async def test_refusals_look_like_githubs(fake, path, status):
    fake.renamed["old/name"] = "acme/site"
    found, answer, _headers = await got(fake, path)
    assert found == status
    assert answer_faults("error", answer) == []
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


async def test_the_fake_grants_tokens_to_an_app_as_github_does(fake):
    key = generate_private_key(public_exponent=65537, key_size=2048)
    fake.app_key = key.public_key()
    bearer = {"Authorization": f"Bearer {GitHubApp('1', pem_of(key)).assertion()}"}
    status, found, _headers = await got(fake, "/repos/acme/site/installation", **bearer)
    assert (status, answer_faults("installation", found)) == (200, [])
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{fake.url}/app/installations/{found['id']}/access_tokens", headers=bearer) as response,
    ):
        status, granted = response.status, await response.json()
    assert [str(status)] == [each for each in ROUTES["access_token"]["statuses"] if each.startswith("2")]
    assert answer_faults("access_token", granted) == []
    assert answer_faults("access_token", {"token": 1})


async def test_a_search_asks_what_github_describes(fake):
    http = client_of(fake)
    found = [each.repo async for each in discovered(http, DiscoverySettings(), date(2026, 3, 1))]
    await http.close()
    assert found == ["acme/site"]
    assert fake.wrongs == []


async def test_every_question_of_our_client_is_one_github_describes(fake):
    http = client_of(fake)
    await GitHub(http).look_up("acme/site", None)
    await http.close()
    assert len(fake.requests) >= 10
    assert all(route_of(request.method, request.rel_url.raw_path) for request in fake.requests)
    assert fake.wrongs == []


async def test_a_question_that_github_does_not_describe_is_noticed(fake):
    await got(fake, "/repos/acme/site/languages?per_side=7")
    assert fake.wrongs == ["languages knows no parameter 'per_side'"]
    assert request_faults("releases", {"per_page": "many"}, None)
    assert request_faults("status_made", {}, {"state": "splendid", "colour": "red"})
    assert request_faults("comment_made", {}, {})


WRITTEN = {
    "check_run_made": ("POST", "check-runs", {"name": "film", "head_sha": "c" * 40, "conclusion": "success"}),
    "status_made": ("POST", f"statuses/{'c' * 40}", {"state": "pending", "context": "film"}),
    "comment_made": ("POST", "issues/7/comments", {"body": "Hello"}),
    "comment_edited": ("PATCH", "issues/comments/1000", {"body": "Hello again"}),
    "check_run_edited": ("PATCH", "check-runs/1001", {"status": "in_progress"}),
    "release_edited": ("PATCH", "releases/1002", {"body": "News"}),
    "reaction_made": ("POST", "issues/comments/1000/reactions", {"content": "eyes"}),
    "comments": ("GET", "issues/7/comments?per_page=100&page=1", None),
    "check_runs": ("GET", f"commits/{'c' * 40}/check-runs?check_name=film", None),
    "statuses": ("GET", f"commits/{'c' * 40}/statuses", None),
    "release_tagged": ("GET", "releases/tags/v1.1", None),
}


async def test_the_fake_keeps_what_is_written_as_github_says_it_does(fake):
    fake.desk.add_comment("acme/site", 7, "octocat", "/film")
    headers = {"Authorization": "Bearer ghs_1"}
    run = {"name": "film", "head_sha": "c" * 40}
    async with aiohttp.ClientSession(f"{fake.url}/repos/acme/site/", headers=headers) as session:
        await session.post("check-runs", json=run)
        fake.desk.add_release("acme/site", "v1.1", None)
        for name, (method, path, body) in WRITTEN.items():
            async with session.request(method, path, json=body) as response:
                assert str(response.status) in ROUTES[name]["statuses"], name
                answered = await response.json()
            assert answer_faults(name, answered) == []
            assert answer_faults(name, [{}] if isinstance(answered, list) else {}), "the judge is awake"
    assert fake.wrongs == []


async def test_only_an_app_makes_check_runs_at_the_fake_too(fake):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{fake.url}/repos/acme/site/check-runs", json={"name": "f", "head_sha": "c"}) as answer,
    ):
        assert answer.status == 403


def client_of(fake: FakeGitHub) -> GitHubHttp:
    return GitHubHttp(
        fake.url, "", timeout_seconds=5.0, download_time_limit_seconds=5.0, max_packed_bytes=10**6
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
