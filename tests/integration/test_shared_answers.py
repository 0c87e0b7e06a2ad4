"""Scanner processes share what GitHub answered: a killed one leaves it to the next, and to its replica."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import msgspec
import pytest

from shared.events import RepoScanned
from shared.lifecycle import Process, process
from shared.permissions import PROVISION
from tests.integration.test_split_services import free_port, nats_server, ready, service
from tests.support.commands import reporeel
from tests.support.fake_github import FakeGitHub
from tests.support.pipelines import submission, submit, wait_until
from tests.unit.scanner.building import SMALL_PROJECT, write_files


async def scanned(running: Process, job: str) -> RepoScanned:
    """The outcome of a job that is submitted now."""
    await submit(running, submission(job))

    async def there() -> list[bytes]:
        return [one.payload for one in await running.bus.last([f"jobs.*.{job}.scanned.>"])]

    return msgspec.json.decode((await wait_until(there, 60.0))[0], type=RepoScanned)


async def test_a_restarted_scanner_and_its_replica_pay_no_quota_for_what_has_not_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, stopping = free_port(), asyncio.Event()
    async with FakeGitHub() as github, nats_server(tmp_path, port), contextlib.AsyncExitStack() as stack:
        repository = github.add("acme/site", write_files(tmp_path / "site", SMALL_PROJECT))
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        made = await reporeel("provision", NATS_URL_FILE=str(tmp_path / PROVISION / "url"))
        assert made.code == 0, made.err
        url = (tmp_path / "gateway" / "url").read_text().strip()
        gateway = await stack.enter_async_context(process(url, "gateway", {}, stopping))
        doors = free_port(), free_port(), free_port()
        async with service("scanner", tmp_path, doors[0]):  # killed at the end
            await ready(doors[0])
            first = await scanned(gateway, "a" * 32)
            paid_first = list(github.charged)
        for door in doors[1:]:
            await stack.enter_async_context(service("scanner", tmp_path, door))
            await ready(door)
        del github.charged[:]
        again = [await scanned(gateway, letter * 32) for letter in "bcdef"]
    archive = f"/repos/acme/site/tarball/{repository.sha}"
    assert len(paid_first) > 8
    assert [each.facts for each in again] == [first.facts] * 5
    assert github.charged == [archive] * 5
