"""Every service replaced while webhooks come, in the order `kubectl rollout restart` keeps; then the sums.

    python -m tests.chaos.rolling_run --rounds 5 --a-second 20 [--careless]

As k8s/base says: a new process first, the old one asked to stop once the new one is ready. A gateway is taken
out of the Service before it is asked (`preStop`), and there are two. The workers go first, one service after
the other, then the gateways, as in docs/runbook.md.

The clock is honest: webhooks come at fixed times whatever the answers do, each over a connection of its own,
each tried once; an answer's time counts from when the webhook was due. `--careless` leaves a gateway that was
asked to stop in the Service, which must show.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import signal
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import msgspec

from shared.pipeline import PIPELINE
from shared.telemetry import LogSettings, configure_logging
from tests.chaos.children import Child, Children, free_port
from tests.chaos.kill_run import ACK_WAIT_SECONDS, REQUEST_SECONDS, SECRET, SERVICES, KillRun, Plan
from tests.chaos.notes import Note
from tests.chaos.sums import Sums
from tests.support.doors import signed
from tests.support.pipelines import wait_until

GATEWAYS = 2
READY_SECONDS = STOP_SECONDS = 60.0
PRE_STOP_SECONDS = 0.2
"""In a cluster five: there it takes longer until nobody sends any more."""
STEADY_SECONDS, AFTER_SECONDS = 10.0, 1.0
"""Load before the first and after the last restart."""


class Webhooks(msgspec.Struct):
    """What the senders saw."""

    seconds: list[float] = msgspec.field(default_factory=list)
    """From when each was due to its 202."""
    steady: int = 0
    """How many of them were answered before the first restart."""
    faults: list[str] = msgspec.field(default_factory=list)
    """What was answered otherwise, or not at all."""

    @property
    def rolling(self) -> list[float]:
        return self.seconds[self.steady :]


def quantile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]


class RollingRun(KillRun):
    """A run whose trouble is that everything is replaced, `rounds` times."""

    def __init__(
        self,
        folder: Path,
        *,
        rounds: int,
        a_second: float,
        steady_seconds: float = STEADY_SECONDS,
        careless: bool = False,
    ) -> None:
        super().__init__(Plan(jobs=0, kills=0, server_kills=0, seed=1), folder)
        self.webhooks = Webhooks()
        self.restarts = 0
        self.exit_codes: list[int] = []
        self._rounds = rounds
        self._steady_seconds = steady_seconds
        self._careless = careless
        self._pause = 1 / a_second
        self._numbers = itertools.count()
        self._in_service: dict[str, int] = {}
        """The port of each gateway that webhooks are sent to."""
        self._rolled = asyncio.Event()
        self._pids: set[int] = set()
        self._read_bytes = 0

    async def run(self) -> Sums:
        sums = await super().run()
        self._crashes += [f"a service ended with {code}" for code in self.exit_codes if code]
        return sums

    async def _start(self, mine: Children) -> None:
        async with asyncio.TaskGroup() as group:
            for service in SERVICES:
                group.create_task(self._ready_worker(mine, service))
            for _ in range(GATEWAYS):
                group.create_task(self._ready_gateway(mine))

    async def _restart_crashed(self, mine: Children) -> None:
        """Start nothing: nobody may end by itself here."""

    async def trouble(self, mine: Children) -> None:
        await asyncio.sleep(self._steady_seconds)
        self.webhooks.steady = len(self.webhooks.seconds)
        for _ in range(self._rounds):
            for service in SERVICES:
                await self._roll_worker(mine, service)
            await self._roll_gateways(mine)
        await asyncio.sleep(AFTER_SECONDS)
        self._rolled.set()

    async def _roll_worker(self, mine: Children, service: str) -> None:
        alive = [child for child in mine.all.values() if child.exit_code is None]
        (old,) = (child for child in alive if child.name.startswith(f"{service}-"))
        await self._ready_worker(mine, service)
        await self._stop(old)

    async def _roll_gateways(self, mine: Children) -> None:
        for name in list(self._in_service):
            if self._careless:
                await self._stop(mine.all[name])
            await self._ready_gateway(mine)
            del self._in_service[name]
            if not self._careless:
                await asyncio.sleep(PRE_STOP_SECONDS)
                await self._stop(mine.all[name])

    async def _stop(self, old: Child) -> None:
        old.signal(signal.SIGTERM)
        await wait_until(lambda: old.exit_code is not None, STOP_SECONDS)
        assert old.exit_code is not None
        self.exit_codes.append(old.exit_code)
        self.restarts += 1

    async def _ready_worker(self, mine: Children, service: str) -> None:
        """Start one more; while there is load it is ready when a first message has come to it."""
        name, notes = f"{service}-{next(self._numbers)}", str(self.folder / "notes")
        child = mine.start(name, "tests.chaos.worker", service, self._url, notes, **self._settings())
        if self.webhooks.seconds:
            await wait_until(lambda: child.pid in self._working(), READY_SECONDS)

    def _working(self) -> set[int]:
        """The processes a message has come to so far; reads only what was noted since it was asked last."""
        with (self.folder / "notes").open("rb") as file:
            file.seek(self._read_bytes)
            for line in file:
                if line.endswith(b"\n"):
                    self._read_bytes += len(line)
                    self._pids.add(msgspec.json.decode(line, type=Note).pid)
        return self._pids

    async def _ready_gateway(self, mine: Children) -> None:
        name, port = f"gateway-{next(self._numbers)}", free_port()
        settings = {
            "REPOREEL_PORT": str(port),
            "GITHUB_WEBHOOK_SECRET": SECRET,
            "NATS_URL": self._url,
            "REPOREEL_REPO_JOBS_PER_MINUTE": "0",
        }
        mine.start(name, "services", "serve", "gateway", **settings, **self._settings())
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            await wait_until(lambda: says_ready(session), READY_SECONDS)
        self._in_service[name] = self._door = port

    def _settings(self) -> dict[str, str]:
        return {"REPOREEL_ACK_WAIT_SECONDS": str(ACK_WAIT_SECONDS), "REPOREEL_LOG_LEVEL": "warning"}

    async def _deliver_all(self) -> None:
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
            began = time.monotonic()
            for number in itertools.count():
                if self._rolled.is_set():
                    return
                due = began + number * self._pause
                await asyncio.sleep(due - time.monotonic())
                group.create_task(self._deliver_once(session, f"acme/site-{number}", number, due))

    async def _deliver_once(self, session: aiohttp.ClientSession, repo: str, number: int, due: float) -> None:
        ports = list(self._in_service.values())
        where = f"http://127.0.0.1:{ports[number % len(ports)]}/webhook"
        payload = {
            "action": "published",
            "release": {"tag_name": "v1"},
            "repository": {"full_name": repo, "default_branch": "main"},
        }
        body = msgspec.json.encode(payload)
        limit = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        headers = signed(body, "release")
        try:
            async with session.post(where, data=body, headers=headers, timeout=limit) as reply:
                answer = await reply.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            self.webhooks.faults.append(f"{repo}: {error!r}")
            return
        if reply.status != 202:
            self.webhooks.faults.append(f"{repo}: {reply.status} {answer}")
            return
        self.webhooks.seconds.append(time.monotonic() - due)
        self._accepted[answer["job_id"]] = repo


async def says_ready(session: aiohttp.ClientSession) -> bool:
    try:
        async with session.get("/readyz") as reply:
            return reply.status == 200
    except aiohttp.ClientError:
        return False


TOLD = """\
{restarts} restarts of {services} services, {stages} stages; {accepted} webhooks answered 202, {faults} not
  while all is replaced: {rolling}
  before, at rest:       {steady}
  {s.published} of {s.accepted} jobs published, {s.parked} parked, {lost} lost, {twice} stored twice
  handlers ran {s.handled} times, {s.handled_again} of them again
"""
FAULTS_TOLD = 20


def told(run: RollingRun, sums: Sums) -> str:
    """Say what a run came to, in a few lines."""
    webhooks = run.webhooks
    lines = TOLD.format(
        s=sums,
        restarts=run.restarts,
        services=len(SERVICES) + 1,
        stages=len(PIPELINE),
        accepted=len(webhooks.seconds),
        faults=len(webhooks.faults),
        rolling=latency(webhooks.rolling),
        steady=latency(webhooks.seconds[: webhooks.steady]),
        lost=len(sums.lost),
        twice=len(sums.duplicates),
    )
    return lines + "".join(f"  FAULT {fault}\n" for fault in (webhooks.faults + sums.faults)[:FAULTS_TOLD])


def latency(seconds: list[float]) -> str:
    half, most, longest = (1000 * quantile(seconds, share) for share in (0.5, 0.99, 1))
    return f"answered after {half:.0f} ms (p50), {most:.0f} ms (p99), {longest:.0f} ms (longest)"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--a-second", type=float, default=20)
    parser.add_argument("--careless", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder for logs and streams")
    options = parser.parse_args()
    configure_logging(LogSettings(level="error"))
    with tempfile.TemporaryDirectory() as folder:
        run = RollingRun(
            options.keep or Path(folder),
            rounds=options.rounds,
            a_second=options.a_second,
            careless=options.careless,
        )
        sums = asyncio.run(run.run())
    sys.stdout.write(told(run, sums))
    return 1 if sums.faults or run.webhooks.faults else 0


if __name__ == "__main__":
    sys.exit(main())
