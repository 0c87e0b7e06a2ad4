"""Jobs through the real door while processes and the server are killed at random; then the sums.

    python -m tests.chaos.kill_run --jobs 1000 --kills 100 --server-kills 5 --seed 1 [--mutant NAME]

One process a service, the gateway and nats-server in processes of their own. One webhook in ten is delivered
twice. Whoever gets no 202 delivers again. A job in fifty is refused by the scanner, so that something is
parked. At the end the answers are compared with what stands in the streams.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import hmac
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import msgspec

from shared.bus import Bus, connect
from shared.errors import Unavailable
from shared.parking import Parked
from shared.pipeline import JOBS, PARKED, stage_named
from shared.telemetry import LogSettings, configure_logging
from tests.chaos.children import Children, children, free_port, listening
from tests.chaos.notes import Note, read_notes
from tests.chaos.servers import Servers, start_servers
from tests.chaos.sums import Evidence, Outage, Sums, ends_of, everything, sums_of
from tests.chaos.worker import REFUSED
from tests.support.pipelines import wait_until

SECRET = "s3cret"
ACK_WAIT_SECONDS = 2.0
SERVICES = ("scanner", "narrator", "translator", "publisher")
GAP_SECONDS = (0.3, 0.9)
"""Between two kills."""
MESSAGE_SECONDS = 0.06
"""A worker with its lag takes about this long for one message."""
DOWN_SECONDS = 0.3
DUPLICATES = 0.1
REFUSALS = 0.02
QUIET_SECONDS = 20.0
RECORD_SECONDS = 60.0
REQUEST_SECONDS = 10.0
DELIVER_AGAIN_SECONDS = 0.2
AT_THE_DOOR = 8
AUDIT = "AUDIT"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    jobs: int
    kills: int
    server_kills: int
    seed: int
    mutant: str = ""
    servers: int = 1


class KillRun:
    """One run of a plan."""

    quiet_seconds = QUIET_SECONDS
    """When nothing has happened for so long, nothing will."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.rng = random.Random(plan.seed)
        self._door = free_port()
        self._url = ""
        self._accepted: dict[str, str] = {}
        self.answers = self.refused = 0
        """How often the door said 202, and how often it did not."""
        self.seconds = self.drain_seconds = 0.0
        self.killed: set[int] = set()
        self.outages: list[Outage] = []
        self._crashes: list[str] = []
        self._killing = asyncio.Lock()

    async def run(self) -> Sums:
        started = time.monotonic()
        with children(self.folder) as mine:
            servers = await start_servers(mine, self.plan.servers)
            async with connect(servers.url, "chaos") as bus, self.way_to(servers) as self._url:
                await servers.provision(bus, ack_wait_seconds=ACK_WAIT_SECONDS)
                audit = {"name": AUDIT, "allow_direct": True, "sources": [{"name": JOBS}]}
                await bus.api(f"STREAM.CREATE.{AUDIT}", audit | {"num_replicas": servers.replicas})
                await self._start(mine)
                restarts = asyncio.create_task(self._restart_crashed(mine))
                async with asyncio.TaskGroup() as group:
                    group.create_task(self.trouble(mine))
                    group.create_task(self._kill_servers(servers, bus))
                    group.create_task(self._deliver_all())
                drained = time.monotonic()
                await self._drain(bus)
                restarts.cancel()
                await asyncio.wait([restarts])
                self.drain_seconds = time.monotonic() - drained
                evidence = await self._evidence(bus)
        self.seconds = time.monotonic() - started
        return sums_of(evidence)

    @contextlib.asynccontextmanager
    async def way_to(self, servers: Servers) -> AsyncIterator[str]:
        """Give the address the services use."""
        yield servers.url

    async def trouble(self, mine: Children) -> None:
        """Kill at random: every other time whoever has just begun to work on something."""
        for number in range(self.plan.kills):
            await asyncio.sleep(self.rng.uniform(*GAP_SECONDS))
            name = self.rng.choice((*SERVICES, "gateway"))
            if number % 2:
                name = await self._busy() or name
                await asyncio.sleep(self.rng.uniform(0, MESSAGE_SECONDS))
            child = mine.all[name]
            async with self._killing:
                self.killed.add(child.kill())
                await asyncio.sleep(self.rng.uniform(0, 0.05))
                child.start()

    async def _start(self, mine: Children) -> None:
        ours = {"REPOREEL_ACK_WAIT_SECONDS": str(ACK_WAIT_SECONDS), "REPOREEL_LOG_LEVEL": "warning"}
        notes = str(self.folder / "notes")
        for service in SERVICES:
            mutant = ("--mutant", self.plan.mutant)
            mine.start(service, "tests.chaos.worker", service, self._url, notes, *mutant, **ours)
        settings = {"REPOREEL_PORT": str(self._door), "GITHUB_WEBHOOK_SECRET": SECRET, "NATS_URL": self._url}
        mine.start("gateway", "services", "serve", "gateway", **settings, **ours)
        await listening(self._door)

    async def _busy(self) -> str | None:
        """Wait a moment for a service that begins to work on a message."""
        notes = self.folder / "notes"
        before = notes.stat().st_size if notes.exists() else 0
        with contextlib.suppress(TimeoutError):
            await wait_until(lambda: notes.exists() and notes.stat().st_size > before, GAP_SECONDS[1])
            with notes.open("rb") as file:
                file.seek(before)
                note = msgspec.json.decode(file.readline(), type=Note)
            return stage_named(note.stage).service
        return None

    async def _kill_servers(self, servers: Servers, bus: Bus) -> None:
        """Kill one server at a time; of a cluster the next one only when it is whole again."""
        gap = self.plan.kills * sum(GAP_SECONDS) / 2 / (self.plan.server_kills + 1)
        for number in range(self.plan.server_kills):
            await asyncio.sleep(gap)
            server = servers.children[number % servers.replicas]
            outage = Outage(began=time.time())
            self.outages.append(outage)
            server.kill()
            await asyncio.sleep(DOWN_SECONDS)
            server.start()
            await servers.whole(bus, JOBS, PARKED)
            outage.ended = time.time()

    async def _restart_crashed(self, mine: Children) -> None:
        """Do what Kubernetes does for a process that ends by itself."""
        while True:
            await asyncio.sleep(0.2)
            async with self._killing:
                for name in (*SERVICES, "gateway"):
                    if mine.all[name].exit_code is not None:
                        end = mine.all[name].log.read_text()[-800:]
                        self._crashes.append(f"{name} ended by itself: {end}")
                        mine.all[name].start()

    async def _deliver_all(self) -> None:
        """Keep the pace of the kills, a few deliveries at a time."""
        pause = self.plan.kills * sum(GAP_SECONDS) / 2 / self.plan.jobs
        free = asyncio.Semaphore(AT_THE_DOOR)
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
            for number in range(self.plan.jobs):
                kind = REFUSED if self.rng.random() < REFUSALS else "site"
                repo = f"acme/{kind}-{number}"
                for _ in range(2 if self.rng.random() < DUPLICATES else 1):
                    await free.acquire()
                    delivery = group.create_task(self._deliver(session, repo))
                    delivery.add_done_callback(lambda _: free.release())
                await asyncio.sleep(self.rng.uniform(0, 2 * pause))

    async def _deliver(self, session: aiohttp.ClientSession, repo: str) -> None:
        """Deliver one webhook until it is answered 202."""
        payload = {
            "action": "published",
            "release": {"tag_name": "v1"},
            "repository": {"full_name": repo, "default_branch": "main"},
        }
        body = msgspec.json.encode(payload)
        signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-GitHub-Event": "release", "X-Hub-Signature-256": signature}
        limit = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        where = f"http://127.0.0.1:{self._door}/webhook"
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with session.post(where, data=body, headers=headers, timeout=limit) as reply:
                    answer = await reply.json()
                    if reply.status == 202:
                        self.answers += 1
                        self._accepted[answer["job_id"]] = repo
                        return
                    assert reply.status == 503, answer
                    assert "Retry-After" in reply.headers
            self.refused += 1
            await asyncio.sleep(DELIVER_AGAIN_SECONDS)

    async def _drain(self, bus: Bus) -> None:
        """Wait until every job is closed, or nothing has happened for long."""
        last, since = 0, time.monotonic()
        while time.monotonic() - since < self.quiet_seconds:
            await asyncio.sleep(0.3)
            with contextlib.suppress(Unavailable):
                stream = await bus.api(f"STREAM.INFO.{JOBS}", {"subjects_filter": "jobs.*.*.closed.all.g0"})
                if len(stream["state"].get("subjects") or {}) >= len(self._accepted):
                    return
                if stream["state"]["last_seq"] != last:
                    last, since = stream["state"]["last_seq"], time.monotonic()

    async def _evidence(self, bus: Bus) -> Evidence:
        stored, parked = await everything(bus, JOBS), await everything(bus, PARKED)
        return Evidence(
            accepted=self._accepted,
            stored=stored,
            audited=await everything(bus, AUDIT),
            parked=[msgspec.json.decode(message.payload, type=Parked) for message in parked],
            notes=read_notes(self.folder / "notes"),
            records=await self._records(ends_of(stored)),
            killed=frozenset(self.killed),
            outages=self.outages,
            crashes=self._crashes,
        )

    async def _records(self, ends: Mapping[str, list[str]]) -> dict[str, str]:
        """Ask the gateway how each job ended, until it has had the time to know."""
        told: dict[str, str] = {}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{self._door}") as session:

            async def agrees(job: str) -> bool:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"/jobs/{job}") as reply:
                        told[job] = (await reply.json()).get("status")
                return [told.get(job)] == ends[job]

            for job in self._accepted.keys() & ends:
                with contextlib.suppress(TimeoutError):
                    await wait_until(lambda job=job: agrees(job), RECORD_SECONDS)
        return told


TOLD = """\
seed {seed}: {s.accepted} accepted = {s.published} published + {s.parked} parked + {s.in_flight} in flight
  {answers} times 202, {refused} tries without; {seconds:.0f} s, drained in {drained:.0f} s
  {kills} service kills, {outages} outages of server or network; {s.killed_out} jobs killed as often as they \
may be tried
  lost {lost}, stored twice {twice}, strange ends {ends}, repeated without cause {repeated}, wrong records \
{records}, crashes {crashes}
  handlers ran {s.handled} times, {s.handled_again} of them again ({share:.2f} %)
"""
FAULTS_TOLD = 20


def told(run: KillRun, sums: Sums) -> str:
    """Say what a run came to, in a few lines."""
    lines = TOLD.format(
        s=sums,
        seed=run.plan.seed,
        answers=run.answers,
        refused=run.refused,
        seconds=run.seconds,
        drained=run.drain_seconds,
        kills=len(run.killed),
        outages=len(run.outages),
        lost=len(sums.lost),
        twice=len(sums.duplicates),
        ends=len(sums.strange_ends),
        repeated=len(sums.wrongly_repeated),
        records=len(sums.records_wrong),
        crashes=len(sums.crashes),
        share=100 * sums.share_handled_again,
    )
    return lines + "".join(f"  FAULT {fault}\n" for fault in sums.faults[:FAULTS_TOLD])


def main() -> int:
    parser = argparse.ArgumentParser()
    sizes = (("jobs", 1000), ("kills", 100), ("server-kills", 5), ("seed", 1), ("servers", 1))
    for name, default in sizes:
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--mutant", default="")
    parser.add_argument("--keep", type=Path, help="folder for logs and streams")
    options = parser.parse_args()
    configure_logging(LogSettings(level="error"))
    plan = Plan(
        jobs=options.jobs,
        kills=options.kills,
        server_kills=options.server_kills,
        seed=options.seed,
        mutant=options.mutant,
        servers=options.servers,
    )
    with tempfile.TemporaryDirectory() as folder:
        run = KillRun(plan, options.keep or Path(folder))
        sums = asyncio.run(run.run())
    sys.stdout.write(told(run, sums))
    return 1 if sums.faults else 0


if __name__ == "__main__":
    sys.exit(main())
