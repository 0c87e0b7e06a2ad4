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
import itertools
import math
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp
import msgspec

from shared.bus import Bus, Stored, connect
from shared.errors import Unavailable
from shared.events import JobEnded
from shared.jobs import decode
from shared.parking import Parked
from shared.pipeline import JOBS, PARKED, PIPELINE, stage_named, token
from shared.telemetry import LogSettings, configure_logging
from tests.chaos.children import Children, children, free_port, listening
from tests.chaos.notes import Note, read_notes
from tests.chaos.servers import Servers, start_servers
from tests.chaos.worker import LANGUAGES, REFUSED
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
READ_SECONDS = 60.0
REQUEST_SECONDS = 10.0
DELIVER_AGAIN_SECONDS = 0.2
AT_THE_DOOR = 8
AUDIT = "AUDIT"
OUTPUTS = frozenset({token(kind) for stage in PIPELINE for kind in stage.publishes} | {token(JobEnded)})


class Sums(msgspec.Struct, kw_only=True):
    """What a run came to."""

    seed: int
    accepted: int
    answers: int
    """How often the door said 202."""
    published: int
    parked: int
    in_flight: int
    lost: list[str]
    duplicates: list[str]
    """Subjects of outputs that were stored more than once."""
    strange_ends: list[str]
    """Jobs with none, or more than one, or the wrong terminal state."""
    wrongly_repeated: list[str]
    """Messages handled again though neither their process nor the server had been killed."""
    records_wrong: list[str]
    """Jobs that `GET /jobs/{id}` tells otherwise than the stream."""
    service_kills: int
    outages: int
    """How often the server was killed, or the network failed."""
    refused_at_the_door: int
    crashes: list[str]
    """Processes that ended by themselves."""
    handled: int
    handled_again: int
    seconds: float
    drain_seconds: float

    @property
    def share_handled_again(self) -> float:
        return self.handled_again / max(1, self.handled - self.handled_again)

    @property
    def faults(self) -> list[str]:
        return [
            *self.lost,
            *self.duplicates,
            *self.strange_ends,
            *self.wrongly_repeated,
            *self.records_wrong,
            *self.crashes,
        ]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    jobs: int
    kills: int
    server_kills: int
    seed: int
    mutant: str = ""
    servers: int = 1


class Outage(msgspec.Struct):
    """A server was killed, and until its streams were whole again some requests were refused."""

    began: float
    ended: float = math.inf

    def overlaps(self, start: float, end: float) -> bool:
        return self.began <= end and start <= self.ended


class KillRun:
    """One run of a plan."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.rng = random.Random(plan.seed)
        self._door = free_port()
        self._url = ""
        self._accepted: dict[str, str] = {}
        self._answers = self._refused = 0
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
                sums = await self._sums(bus)
        sums.seconds = round(time.monotonic() - started, 1)
        sums.drain_seconds = round(time.monotonic() - drained, 1)
        return sums

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
                        self._answers += 1
                        self._accepted[answer["job_id"]] = repo
                        return
                    assert reply.status == 503, answer
                    assert "Retry-After" in reply.headers
            self._refused += 1
            await asyncio.sleep(DELIVER_AGAIN_SECONDS)

    async def _drain(self, bus: Bus) -> None:
        """Wait until every job is closed, or nothing has happened for long."""
        last, since = 0, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            await asyncio.sleep(0.3)
            with contextlib.suppress(Unavailable):
                stream = await bus.api(f"STREAM.INFO.{JOBS}", {"subjects_filter": "jobs.*.*.closed.all.g0"})
                if len(stream["state"].get("subjects") or {}) >= len(self._accepted):
                    return
                if stream["state"]["last_seq"] != last:
                    last, since = stream["state"]["last_seq"], time.monotonic()

    async def _sums(self, bus: Bus) -> Sums:
        stored, audited = await everything(bus, JOBS), await everything(bus, AUDIT)
        parked = [
            msgspec.json.decode(message.payload, type=Parked) for message in await everything(bus, PARKED)
        ]
        notes = read_notes(self.folder / "notes")
        ends = self._ends(stored)
        languages: dict[str, set[str]] = defaultdict(set)
        for message in stored:
            _, _, job, kind, branch, _ = message.subject.split(".")
            if kind == "published":
                languages[job].add(branch)
        parked_jobs = {entry.job_id or "" for entry in parked}
        published = {job for job, known in languages.items() if known == set(LANGUAGES)}
        submitted = {message.subject.split(".")[2] for message in stored if ".submitted." in message.subject}
        in_flight = {job for job in submitted - published - parked_jobs if job not in ends}
        accepted = set(self._accepted)
        places = published | parked_jobs | in_flight
        runs = [note for note in notes if note.what == "run"]
        return Sums(
            seed=self.plan.seed,
            accepted=len(accepted),
            answers=self._answers,
            published=len(published),
            parked=len(parked_jobs),
            in_flight=len(in_flight),
            lost=[
                *(f"{job} was accepted and is nowhere" for job in accepted - places),
                *(f"{job} is still on its way" for job in in_flight),
                *(f"{job} was never accepted" for job in places - accepted),
                *(f"{job} is published and parked" for job in published & parked_jobs),
            ],
            duplicates=duplicates(stored, audited, notes),
            strange_ends=[
                f"{job} ({repo}) ended {ends.get(job, [])}"
                for job, repo in self._accepted.items()
                if ends.get(job, []) != ["failed" if REFUSED in repo else "finished"]
            ],
            wrongly_repeated=self._wrongly_repeated(runs),
            records_wrong=await self._wrong_records(ends),
            service_kills=len(self.killed),
            outages=len(self.outages),
            refused_at_the_door=self._refused,
            crashes=self._crashes,
            handled=len(runs),
            handled_again=len(runs) - len({(note.stage, note.subject) for note in runs}),
            seconds=0.0,
            drain_seconds=0.0,
        )

    def _ends(self, stored: Sequence[Stored]) -> dict[str, list[str]]:
        ends: dict[str, list[str]] = defaultdict(list)
        for message in stored:
            if ".ended." in message.subject:
                event = decode(message.payload)
                assert isinstance(event, JobEnded)
                ends[event.job_id].append(event.outcome)
        return ends

    def _wrongly_repeated(self, runs: Sequence[Note]) -> list[str]:
        """Find handlers that ran again though nobody had interrupted them."""
        by_message: dict[tuple[str, str], list[Note]] = defaultdict(list)
        for note in runs:
            by_message[note.stage, note.subject].append(note)
        return [
            f"{stage} ran again for {where}: {first.pid} at {first.at:.1f}, {again.pid} at {again.at:.1f}"
            for (stage, where), known in by_message.items()
            for first, again in itertools.pairwise(known)
            if first.pid not in self.killed
            and not any(out.overlaps(first.at, again.at) for out in self.outages)
        ]

    async def _wrong_records(self, ends: dict[str, list[str]]) -> list[str]:
        """Compare what the gateway tells of each job with the job's end."""
        wrong: list[str] = []
        async with aiohttp.ClientSession(f"http://127.0.0.1:{self._door}") as session:

            async def agrees(job: str) -> bool:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"/jobs/{job}") as reply:
                        told[0] = (await reply.json()).get("status")
                return told == ends[job]

            for job in self._accepted.keys() & ends:
                told = [""]
                try:
                    await wait_until(lambda job=job: agrees(job), 60)
                except TimeoutError:
                    wrong.append(f"GET /jobs/{job} says {told[0]}, the stream {ends[job]}")
        return wrong


def duplicates(stored: Sequence[Stored], audited: Sequence[Stored], notes: Sequence[Note]) -> list[str]:
    """Find outputs that were stored at more than one sequence, whoever saw it."""
    seen: dict[str, set[int]] = defaultdict(set)
    for message in stored:
        seen[message.subject].add(message.sequence)
    for note in notes:
        if note.what == "taken":
            seen[note.subject].add(note.sequence)
    times = Counter(message.subject for message in audited)
    return [
        f"{where} was stored {max(len(sequences), times[where])} times"
        for where, sequences in seen.items()
        if (len(sequences) > 1 or times[where] > 1) and where.split(".")[3] in OUTPUTS
    ]


async def everything(bus: Bus, stream: str) -> list[Stored]:
    """Read a whole stream, again from the start if the server is not there yet."""
    messages: list[Stored] = []

    async def read() -> bool:
        messages.clear()
        with contextlib.suppress(Unavailable):
            sequence, before = 1, 0
            while sequence != before:
                before = sequence
                async for message in bus.read(stream, {"seq": sequence, "next_by_subj": ">", "batch": 500}):
                    sequence = message.sequence + 1
                    messages.append(message)
            return True
        return False

    await wait_until(read, READ_SECONDS)
    return messages


TOLD = """\
seed {s.seed}: {s.accepted} accepted = {s.published} published + {s.parked} parked + {s.in_flight} in flight
  {s.answers} times 202, {s.refused_at_the_door} tries without; {s.seconds} s, drained in {s.drain_seconds} s
  {s.service_kills} service kills, {s.outages} outages of server or network
  lost {lost}, stored twice {twice}, strange ends {ends}, repeated without cause {repeated}, wrong records \
{records}, crashes {crashes}
  handlers ran {s.handled} times, {s.handled_again} of them again ({share:.2f} %)
"""


def told(sums: Sums) -> str:
    numbers = {
        "lost": len(sums.lost),
        "twice": len(sums.duplicates),
        "ends": len(sums.strange_ends),
        "repeated": len(sums.wrongly_repeated),
        "records": len(sums.records_wrong),
        "crashes": len(sums.crashes),
        "share": 100 * sums.share_handled_again,
    }
    faults = "".join(f"  FAULT {fault}\n" for fault in sums.faults[:20])
    return TOLD.format(s=sums, **numbers) + faults


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
        sums = asyncio.run(KillRun(plan, options.keep or Path(folder)).run())
    sys.stdout.write(told(sums))
    return 1 if sums.faults else 0


if __name__ == "__main__":
    sys.exit(main())
