"""The GitHub client and the whole scan stage, against a fake GitHub over real HTTP."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.scanner.github import GitHub
from services.scanner.github_facts import github_facts
from services.scanner.github_records import Record
from services.scanner.scan import scan_archive
from services.scanner.service import Scanner
from services.scanner.settings import ScannerSettings
from shared.blobs import Blobs
from shared.errors import Reject, Retry
from shared.events import JobSpec, JobSubmitted, now
from shared.facts import FactBase
from shared.github.http import GitHubHttp
from shared.github.refusals import refusal
from shared.measures import Measures
from shared.offload import ignore_progress
from shared.settings import load
from tests.support.fake_github import FakeGitHub
from tests.support.pipelines import pipeline_process
from tests.unit.scanner.building import SMALL_PROJECT, commit_all, value_of, write_files


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.add("acme/site", write_files(tmp_path / "site", SMALL_PROJECT))
        yield github


@pytest.fixture
async def client(fake: FakeGitHub) -> AsyncIterator[GitHub]:
    github = client_of(fake.url)
    yield github
    await github.close()


def client_of(url: str, token: str = "", max_packed_bytes: int = 10_000_000) -> GitHub:
    http = GitHubHttp(
        url,
        token,
        timeout_seconds=5.0,
        download_time_limit_seconds=5.0,
        max_packed_bytes=max_packed_bytes,
    )
    return GitHub(http)


async def test_a_repository_is_pinned_described_and_downloaded(fake, client, tmp_path):
    repository = fake.repositories["acme/site"]
    record = await client.look_up("acme/site", None)
    await client.download(record, tmp_path / "a.tar.gz")
    base = scan_archive(ignore_progress, tmp_path / "a.tar.gz", record, ScannerSettings().limits).base
    assert (base.repo, base.commit) == ("acme/site", repository.sha)
    assert value_of(base, "repo.stars") == 42
    assert value_of(base, "repo.topics") == ("testing",)
    assert value_of(base, "files.count") == len(SMALL_PROJECT)
    assert value_of(base, "readme.title") == "Demo"
    assert (value_of(base, "commits.count"), value_of(base, "commits.first")) == (3, "2024-01-15")
    assert base.warnings == ()


async def test_the_quota_that_is_left_is_noted(fake):
    measures = Measures()
    http = GitHubHttp(fake.url, "", timeout_seconds=5.0, measures=measures)
    await http.ask("/repos/acme/site")
    await http.ask("/repos/acme/site/commits?per_page=1")
    await http.close()
    assert {(one.name, one.of, one.value) for one in measures.newest()} == {
        ("github_quota_remaining", "core", 4998),
        ("github_quota_limit", "core", 5000),
    }


async def test_the_pinned_commit_is_what_is_downloaded(fake, client, tmp_path):
    record = await client.look_up("acme/site", "main")
    await client.download(record, tmp_path / "a.tar.gz")
    assert fake.requests[-2].path.endswith(f"/tarball/{record.commit.sha}")


async def test_contributors_are_counted_over_all_pages(fake, client):
    fake.repositories["acme/site"].contributors = tuple((f"p{number}", 1) for number in range(250))
    record = await client.look_up("acme/site", None)
    assert record.contributors_count == 250


async def test_releases_are_newest_first_and_drafts_are_left_out(fake, client):
    repository = fake.repositories["acme/site"]
    repository.releases = [
        {"tag_name": "v1.9", "name": "v1.9", "published_at": "2026-01-01T00:00:00Z", "draft": False},
        {"tag_name": "v1.10", "name": "The tenth", "published_at": "2026-02-01T00:00:00Z", "draft": False},
        {"tag_name": "v2", "name": "Secret", "published_at": None, "draft": True},
    ]
    repository.tags = ("v1.9", "v1.10", "v0.5")
    facts = {fact.id: fact for fact in github_facts(await client.look_up("acme/site", None))}
    assert facts["release.1"].value == "v1.10"
    assert facts["release.1"].attributes == {"date": "2026-02-01", "title": "The tenth"}
    assert [facts[f"tag.{number}"].value for number in (1, 2, 3)] == ["v1.10", "v1.9", "v0.5"]
    assert "release.3" not in facts


@pytest.mark.parametrize("name", ["acme/none", "nobody/site"])
async def test_an_unknown_repository_is_rejected_by_name(client, name):
    with pytest.raises(Reject, match=name) as caught:
        await client.look_up(name, None)
    assert caught.value.code == "not_found"
    assert "GITHUB_TOKEN" in caught.value.hint


async def test_an_unknown_ref_is_rejected_by_name(client):
    with pytest.raises(Reject, match="acme/site@nonsense") as caught:
        await client.look_up("acme/site", "nonsense")
    assert caught.value.code == "not_found"


@pytest.mark.parametrize(
    "name",
    ["acme", "acme/site/x", "../etc", "acme/..", "a b/c", "acme/site?x=1", "acme/site#x", "-a/b", "a/b\n"],
)
async def test_a_name_that_is_no_repository_is_never_asked_for(fake, client, name):
    with pytest.raises(Reject, match="no GitHub repository"):
        await client.look_up(name, None)
    assert fake.requests == []


async def test_a_ref_cannot_leave_its_place_in_the_address(fake, client):
    with pytest.raises(Reject):
        await client.look_up("acme/site", "../../../user?x=#y")
    assert all(request.path.startswith("/repos/acme/site") for request in fake.requests)


async def test_a_renamed_repository_is_followed(fake, client):
    fake.renamed["old/name"] = "acme/site"
    record = await client.look_up("old/name", None)
    assert record.repository.full_name == "acme/site"


async def test_a_rate_limit_waits_as_long_as_the_server_says(fake, client):
    fake.fail("/repos/acme/site$", 403, headers={"retry-after": "37"})
    with pytest.raises(Retry) as caught:
        await client.look_up("acme/site", None)
    assert (caught.value.delay_seconds, caught.value.code) == (37.0, "rate_limited")


async def test_a_used_up_quota_waits_for_its_reset(fake, client):
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 120)}
    fake.fail("/languages$", 403, headers=headers)
    with pytest.raises(Retry) as caught:
        await client.look_up("acme/site", None)
    assert 100 < caught.value.delay_seconds <= 120


@pytest.mark.parametrize(
    ("status", "headers", "said", "delay"),
    [
        (429, {}, "slow down", 60.0),
        (403, {}, "You have exceeded a secondary rate limit.", 60.0),
        (429, {"retry-after": "5"}, "", 5.0),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000"}, "", 1.0),
        (403, {"retry-after": "999999"}, "", 3660.0),
        (500, {}, "", 10.0),
        (503, {}, "", 10.0),
    ],
)
def test_what_passes_is_retried_after_the_right_time(status, headers, said, delay):
    found = refusal(status, headers, msgspec.json.encode({"message": said}), 2000.0)
    assert isinstance(found, Retry)
    assert found.delay_seconds == delay


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "unauthorized"), (403, "forbidden"), (404, "not_found"), (409, "empty"), (451, "unavailable")],
)
async def test_what_does_not_pass_is_rejected_with_what_to_do(fake, client, status, code):
    fake.fail("/repos/acme/site", status, message="no")
    with pytest.raises(Reject) as caught:
        await client.look_up("acme/site", None)
    assert caught.value.code == code
    assert caught.value.hint


async def test_a_server_that_is_down_is_tried_again():
    client = client_of("http://127.0.0.1:9")
    with pytest.raises(Retry, match="cannot be reached"):
        await client.look_up("acme/site", None)
    await client.close()


async def test_details_that_are_refused_become_warnings_not_facts(fake, client):
    for path in ("/contributors$", "/releases$", "/tags$", "/languages$", "/commits$"):
        fake.fail(path, 403, message="The history is too large to list contributors")
    record = await client.look_up("acme/site", None)
    assert len(record.warnings) == 5
    ids = {fact.id for fact in github_facts(record)}
    assert not ids & {"contributors.count", "commits.count", "commits.first", "tag.1", "release.1"}


async def test_fields_that_are_missing_make_no_facts():
    record = msgspec.json.decode(
        b'{"repository": {"full_name": "a/b", "name": "b"}, "commit": {"sha": "' + b"0" * 40 + b'"}}',
        type=Record,
    )
    ids = [fact.id for fact in github_facts(record)]
    assert ids == ["repo.name", "repo.full_name", "repo.commit"]


async def test_an_archive_over_the_limit_is_rejected(fake, tmp_path):
    client = client_of(fake.url, max_packed_bytes=10)
    record = await client.look_up("acme/site", None)
    with pytest.raises(Reject) as caught:
        await client.download(record, tmp_path / "a.tar.gz")
    assert "REPOREEL_SCAN_MAX_PACKED_BYTES" in caught.value.hint
    await client.close()


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest", "http://127.0.0.1:1/x", "file:///etc/passwd", "", "//evil.example/x"],
)
async def test_a_redirect_to_another_host_is_not_followed(fake, client, tmp_path, location):
    record = await client.look_up("acme/site", None)
    fake.fail("/tarball/", 302, headers={"Location": location})
    with pytest.raises(Reject, match="redirect"):
        await client.download(record, tmp_path / "a.tar.gz")


async def test_redirects_in_a_circle_end(fake, client):
    fake.fail("/repos/acme/site$", 301, headers={"Location": "/repos/acme/site"})
    with pytest.raises(Reject, match="too many redirects"):
        await client.look_up("acme/site", None)


async def test_the_token_is_sent_when_there_is_one(fake):
    client = client_of(fake.url, token="t0ken")
    await client.look_up("acme/site", None)
    assert fake.requests[0].headers["Authorization"] == "Bearer t0ken"
    await client.close()


async def test_an_answer_that_is_not_understood_is_rejected(fake, client):
    fake.fail("/repos/acme/site$", 200)
    with pytest.raises(Reject, match="not understood"):
        await client.look_up("acme/site", None)


def settings_for(fake: FakeGitHub) -> ScannerSettings:
    return load(ScannerSettings, {"GITHUB_API_URL": fake.url, "REPOREEL_SCAN_TIME_LIMIT_SECONDS": "60"})


def submitted(repo: str, **spec: object) -> JobSubmitted:
    return JobSubmitted(job_id="j" * 32, spec=JobSpec(repo=repo, **spec), at=now())


async def base_of(blobs: Blobs, key: str) -> FactBase:
    return msgspec.json.decode(await blobs.get(key), type=FactBase)


async def test_the_stage_stores_the_fact_base_and_tells_its_progress(fake, tmp_path):
    heard: list[float] = []
    async with (
        pipeline_process(tmp_path / "nats") as running,
        Scanner.made(settings_for(fake), running.blobs, running.bus) as scanner,
    ):
        scanned = await scanner.handle(submitted("acme/site", languages=("pt",)), heard.append)
        base = await base_of(running.blobs, scanned.facts)
        again = await scanner.handle(submitted("acme/site"), heard.append)
        folder = tmp_path / "site"
        commit = commit_all(folder)
        local = await scanner.handle(submitted(str(folder)), heard.append)
        with pytest.raises(Reject) as missing:
            await scanner.handle(submitted(str(tmp_path / "none")), heard.append)
    assert (scanned.languages, again.languages) == (("pt",), ("en",))
    assert base.commit == scanned.commit == fake.repositories["acme/site"].sha
    assert again.facts == scanned.facts
    assert local.commit == commit
    first_scan = heard[: heard.index(100.0) + 1]
    assert first_scan == sorted(first_scan)
    assert missing.value.code == "not_found"
