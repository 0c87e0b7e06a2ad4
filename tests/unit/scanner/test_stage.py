"""The whole scan stage against a fake GitHub: policy, the repository's file, caching, waiting."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.scanner.service import Scanner
from services.scanner.settings import ScannerSettings
from shared.errors import Reject
from shared.events import JobSpec, JobSubmitted, StageReported, now
from shared.facts import FactBase
from shared.lifecycle import Process
from shared.offload import ignore_progress
from shared.settings import load
from tests.support.fake_github import FakeGitHub, FakeRepository
from tests.support.pipelines import Trivial, ended, pipeline_process, submission, submit, working
from tests.unit.scanner.building import SMALL_PROJECT, value_of, write_files

LONG_README = "# Demo\n\n" + "Demo adds numbers that nobody wants to add by hand. " * 12 + "\n"
MIT = (
    "MIT License\n\nPermission is hereby granted, free of charge, to any person\n"
    "The above copyright notice and this permission notice shall be included in all copies\n"
)
WISHES = "languages: [en, tlh]\ntriggers: [star]\nbrand_color: '#0a7f5c'\nprivacy: public\n"
FILES = {
    **SMALL_PROJECT,
    "README.md": LONG_README,
    "LICENSE": MIT,
    ".github/reporeel.yml": WISHES,
    "CHANGELOG.md": "# Changes\n\n## 1.1\n\n- Something of the changelog\n",
}


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        repository = github.add("acme/site", write_files(tmp_path / "site", FILES))
        repository.description = "Adds numbers that nobody wants to add by hand."
        repository.ci_succeeded = True
        yield github


@pytest.fixture
def repository(fake: FakeGitHub) -> FakeRepository:
    return fake.repositories["acme/site"]


def scanner_for(fake: FakeGitHub, running: Process, **variables: str) -> Scanner:
    settings = load(ScannerSettings, {"GITHUB_API_URL": fake.url, **variables})
    return Scanner.made(settings, running.blobs, running.bus)


def submitted(trigger: str = "api", **spec: object) -> JobSubmitted:
    return JobSubmitted(job_id="j" * 32, spec=JobSpec(repo="acme/site", trigger=trigger, **spec), at=now())


POLICY = {"REPOREEL_POLICY_TRIGGERS": "star,schedule"}


async def test_a_good_repository_passes_the_policy_and_its_file_is_heard(fake, repository, tmp_path):
    repository.tags = ("v1.1", "v1.0")
    repository.releases = [
        {"tag_name": "v1.1", "body": "- Adds faster", "published_at": "2026-02-01T00:00:00Z"},
        {"tag_name": "v1.0", "published_at": "2026-01-01T00:00:00Z"},
    ]
    repository.changes = (("feat: add faster (#3)", "Ada"), ("Merge branch 'x'", "Ada"))
    repository.changed_files = (("a.py", 5, 2), ("b.py", 1, 0))
    async with (
        pipeline_process(tmp_path / "nats") as running,
        scanner_for(fake, running, **POLICY) as scanner,
    ):
        scanned = await scanner.handle(submitted("star"), ignore_progress)
        base = msgspec.json.decode(await running.blobs.get(scanned.facts), type=FactBase)
    assert scanned.languages == ("en",)
    assert base.wishes.brand_color == "#0a7f5c"
    assert any("tlh" in warning for warning in base.warnings)
    assert any("'privacy'" in warning for warning in scanned.warnings)
    assert value_of(base, "ci.success") == "2026-03-01"
    assert value_of(base, "commits.last_year") == 2
    assert value_of(base, "changes.range") == "v1.0..v1.1"
    assert (value_of(base, "changes.commits"), value_of(base, "changes.insertions")) == (2, 6)
    assert base.find("changes.range").attributes["later_date"] == "2026-02-01"
    assert [fact.value for fact in base.of_kind("change") if fact.id[:7] == "change."] == ["Add faster"]
    assert [fact.value for fact in base.of_kind("change") if fact.id[:5] == "note."] == ["Adds faster"]
    assert len({fact.id for fact in base.facts}) == len(base.facts)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"description": None}, "description"),
        ({"archived": True}, "state"),
        ({"ci_succeeded": False}, "ci"),
        ({"private": True}, "private"),
    ],
)
async def test_a_refused_repository_is_not_downloaded(fake, repository, tmp_path, changed, rule):
    for name, value in changed.items():
        setattr(repository, name, value)
    async with (
        pipeline_process(tmp_path / "nats") as running,
        scanner_for(fake, running, **POLICY) as scanner,
    ):
        with pytest.raises(Reject, match=f"{rule}: ") as caught:
            await scanner.handle(submitted("star"), ignore_progress)
    assert caught.value.code == "policy"
    assert not any("tarball" in request.path for request in fake.requests)


async def test_files_are_judged_once_they_are_read(fake, repository, tmp_path):
    write_files(repository.folder, {"README.md": "# Short\n", "LICENSE": "All rights reserved.\n"})
    async with (
        pipeline_process(tmp_path / "nats") as running,
        scanner_for(fake, running, **POLICY) as scanner,
    ):
        with pytest.raises(Reject, match=r"license: none is known.*readme: it has 8 bytes"):
            await scanner.handle(submitted("star"), ignore_progress)
        await scanner.handle(submitted("api"), ignore_progress)
        with pytest.raises(Reject, match="triggers"):
            await scanner.handle(submitted("release"), ignore_progress)


async def test_a_private_repository_that_is_asked_for_says_so(fake, repository, tmp_path):
    repository.private = True
    async with (
        pipeline_process(tmp_path / "nats") as running,
        scanner_for(fake, running) as scanner,
    ):
        scanned = await scanner.handle(submitted(), ignore_progress)
        base = msgspec.json.decode(await running.blobs.get(scanned.facts), type=FactBase)
    assert value_of(base, "repo.private") is True


async def test_a_repository_without_a_commit_is_refused(fake, repository, tmp_path):
    repository.empty = True
    async with (
        pipeline_process(tmp_path / "nats") as running,
        scanner_for(fake, running) as scanner,
    ):
        with pytest.raises(Reject) as caught:
            await scanner.handle(submitted(), ignore_progress)
    assert caught.value.code == "empty"


async def test_what_has_not_changed_is_not_sent_again(fake, repository, tmp_path):
    async with (
        pipeline_process(tmp_path / "nats") as running,
        scanner_for(fake, running) as scanner,
    ):
        first = await scanner.handle(submitted(), ignore_progress)
        del fake.charged[:]
        again = await scanner.handle(submitted(), ignore_progress)
        charged = list(fake.charged)
        repository.stars = 4711
        changed = await scanner.handle(submitted(), ignore_progress)
        base = msgspec.json.decode(await running.blobs.get(changed.facts), type=FactBase)
    assert charged == [f"/repos/acme/site/tarball/{repository.sha}"]
    assert again.facts == first.facts
    assert value_of(base, "repo.stars") == 4711


WAIT_SECONDS = 1
LATE_SECONDS = 4.0
"""How late a busy machine may be; never early."""


@pytest.mark.parametrize(
    "headers",
    [{"retry-after": str(WAIT_SECONDS)}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}],
    ids=["secondary", "primary"],
)
async def test_a_rate_limit_is_waited_for_exactly_and_uses_up_no_attempt(fake, tmp_path, headers):
    """Through the real runner: four refusals, more than there are attempts, then the answer."""
    refusals = 4 if "retry-after" in headers else 1
    reset = int(time.time()) + WAIT_SECONDS + 1
    sent = {name: str(reset) if value == "soon" else value for name, value in headers.items()}
    message = "You have exceeded a secondary rate limit."
    fake.fail("/repos/acme/site$", 403, headers=sent, message=message, times=refusals)
    asked: list[float] = []
    async with (
        pipeline_process(tmp_path / "nats") as running,
        scanner_for(fake, running) as scanner,
        working(running, Trivial().handlers() | {"scan": noting(scanner, asked)}),
    ):
        await submit(running, submission("a"))
        record = await ended(running, "a")
        reports = await running.bus.last(["jobs.*.a.scan.>"])
    assert record.status == "finished"
    assert len(asked) == refusals + 1
    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    if "retry-after" in headers:
        assert all(WAIT_SECONDS <= pause < WAIT_SECONDS + LATE_SECONDS for pause in pauses), pauses
    else:
        assert time.time() >= reset
    scan = next(row for row in record.stages if row.stage == "scan")
    assert scan.attempt == 1
    assert all(msgspec.json.decode(each.payload, type=StageReported).attempt == 1 for each in reports)


def noting(scanner: Scanner, asked: list[float]) -> object:
    async def handle(event: JobSubmitted, progress: object) -> object:
        asked.append(time.monotonic())
        return await scanner.handle(event, progress)

    return handle
