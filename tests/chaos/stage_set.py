"""The whole system as processes of its own, driven through its HTTP door."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from shared.bus import Bus, connect
from shared.provision import provision
from shared.topology import ProvisionSettings
from tests.chaos.children import Children, children, free_port, listening, start_server
from tests.chaos.notes import Note, read_notes
from tests.support.pipelines import wait_until

SERVICES = ("scanner", "narrator", "translator", "publisher")
END = frozenset({"finished", "failed", "cancelled"})


class StageSet:
    """A server, the services, the gateway, and a client."""

    def __init__(
        self, mine: Children, bus: Bus, session: aiohttp.ClientSession, url: str, notes: Path
    ) -> None:
        self.children = mine
        self.bus = bus
        self.session = session
        self.url = url
        self._notes = notes

    def notes(self, what: str, stage: str = "") -> list[Note]:
        """Give what workers noted, of one kind, and of one stage if it is named."""
        return [note for note in read_notes(self._notes) if note.what == what and stage in {"", note.stage}]

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        async with self.session.request(method, path, **options) as reply:
            return await reply.json()

    async def submit(self, repo: str, **wish: Any) -> str:
        """Submit a job, again while the gateway cannot accept it, and give its id."""

        async def accepted() -> str | None:
            answer = await self.ask("POST", "/jobs", json={"repo": repo, "languages": ["en"]} | wish)
            return answer.get("job_id")

        job_id: str = await wait_until(accepted)
        return job_id

    async def status(self, job_id: str) -> str:
        record = await self.ask("GET", f"/jobs/{job_id}")
        return str(record.get("status"))

    async def ended(self, job_id: str, seconds: float = 60.0) -> Any:
        """Wait for a job's end and give its record."""

        async def record() -> Any:
            known = await self.ask("GET", f"/jobs/{job_id}")
            return known if known.get("status") in END else None

        return await wait_until(record, seconds)


@contextlib.asynccontextmanager
async def stage_set(
    folder: Path, *, ack_wait_seconds: float | None = None, services: Sequence[str] = SERVICES, lag: str = "0"
) -> AsyncIterator[StageSet]:
    """Run everything until the block ends."""
    port, door = free_port(), free_port()
    url, notes = f"nats://127.0.0.1:{port}", folder / "notes"
    environ = {"NATS_URL": url, "REPOREEL_PORT": str(door), "REPOREEL_LOG_LEVEL": "info"}
    if ack_wait_seconds is not None:
        environ["REPOREEL_ACK_WAIT_SECONDS"] = str(ack_wait_seconds)
    with children(folder) as mine:
        await start_server(mine, port)
        async with connect(url, "test") as bus:
            await provision(bus, ProvisionSettings(ack_wait_seconds=ack_wait_seconds))
            for service in services:
                mine.start(service, "tests.chaos.worker", service, url, str(notes), "--lag", lag, **environ)
            mine.start("gateway", "services", "serve", "gateway", **environ)
            await listening(door)
            async with aiohttp.ClientSession(f"http://127.0.0.1:{door}") as session:
                yield StageSet(mine, bus, session, url, notes)


async def keep_running(mine: Children, name: str) -> None:
    """Start a process again whenever it ends, as Kubernetes does, until this is cancelled."""
    while True:
        await wait_until(lambda: mine.all[name].exit_code is not None, 3600)
        mine.all[name].start()
