"""Jobs that GitHub is told of, and reporters that can die and start again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Generator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from services.publisher.follower import Follower, following
from services.publisher.targets.github.calls import Calls
from services.publisher.targets.github.reporter import Reporter, is_told
from services.publisher.targets.github.settings import GitHubTargetSettings
from shared.bus import Bus
from shared.events import JobSubmitted
from shared.lifecycle import Process
from shared.pipeline import GITHUB_CONSUMER
from tests.support.fake_github import FakeGitHub, pem_of
from tests.support.pipelines import Trivial, ended, submission, submit, wait_until, working

PUBLIC_URL = "https://films.example"
APP_KEY: RSAPrivateKey = generate_private_key(public_exponent=65537, key_size=2048)
APP = {"github_app_id": "1", "github_app_private_key": pem_of(APP_KEY)}
PERSON = {"github_token": "personal"}
SETTLE_SECONDS = 0.2
TRIES = 30


def wish(number: int = 1, **spec: Any) -> JobSubmitted:
    return submission(f"{number:032x}", "en", "pt", publish=("files", "github"), **spec)


@contextlib.asynccontextmanager
async def reporter(github: FakeGitHub, bus: Bus, who: dict[str, str]) -> AsyncIterator[Reporter]:
    """A reporter as a process that has just started has it."""
    calls = Calls(GitHubTargetSettings(github_api_url=github.url, **who).github_http())
    try:
        yield Reporter(bus, calls, PUBLIC_URL, settle_seconds=SETTLE_SECONDS)
    finally:
        await calls.close()


@contextlib.asynccontextmanager
async def telling(github: FakeGitHub, bus: Bus, who: dict[str, str]) -> AsyncIterator[None]:
    async with (
        reporter(github, bus, who) as one,
        following(Follower(bus, GITHUB_CONSUMER, one.tell, is_told)),
    ):
        yield


async def film(running: Process, github: FakeGitHub, who: dict[str, str], wanted: JobSubmitted) -> None:
    """Let a job run from its first moment to its end, and be told of."""
    handlers = Trivial().handlers()
    async with telling(github, running.bus, who), working(running, handlers):
        await submit(running, wanted)
        await ended(running, wanted.job_id)
        await all_told(running.bus)


async def all_told(bus: Bus) -> None:
    async def nothing_waits() -> bool:
        found = await bus.api("CONSUMER.INFO.JOBS.github")
        return found["num_pending"] == found["num_ack_pending"] == 0

    await wait_until(nothing_waits)


class Dies:
    """Awaits a coroutine, and is cancelled at its nth real wait; `waits` tells how many there were."""

    def __init__(self, work: Coroutine[Any, Any, Any], at: int) -> None:
        self._work = work
        self._at = at
        self.waits = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._work.__await__()
        value: Any = None
        while True:
            try:
                waited_for = steps.send(value)
            except StopIteration as end:
                return end.value
            self.waits += 1
            if self.waits == self._at:
                with contextlib.suppress(asyncio.CancelledError, StopIteration):
                    steps.throw(asyncio.CancelledError())
                steps.close()
                raise Died
            value = yield waited_for


class Died(Exception):
    """As a process does: nothing is told to anybody."""


def pages(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "README.md").write_text("# Site\n")
    return folder
