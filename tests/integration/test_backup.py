"""What the runbook says of backups, by the requests that `nats stream backup` and `restore` make."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from nats.aio.client import Client

import nats
from shared.bus import connect
from shared.lifecycle import Process, process
from shared.permissions import PROVISION
from shared.pipeline import PIPELINE, SERVICES
from shared.provision import provision
from shared.topology import ProvisionSettings
from tests.security.test_permissions import as_user, provisioned, server
from tests.support.pipelines import Trivial, ended, record_of, submission, submit

SAVED = "JOBS", "PARKED", "OBJ_media", "KV_ledger"
REQUEST_SECONDS = 10.0
JOB, DONE = "a" * 32, "b" * 32


class Backup(msgspec.Struct, frozen=True):
    """One stream as the server gives it out."""

    stream: str
    description: dict[str, Any]
    chunks: list[bytes]


async def test_a_backup_restored_by_its_user_serves_old_jobs_and_finishes_open_ones(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    async with provisioned(tmp_path / "old") as address, services(address) as parts:
        key = await parts["gateway"].blobs.put(b"a film")
        async with working(parts):
            await submit(parts["gateway"], submission(DONE))
            before = await ended(parts["gateway"], DONE)
        await submit(parts["gateway"], submission(JOB))
        async with operator(address) as client:
            backups = [await backup(client, stream) for stream in SAVED]
    async with server(tmp_path / "new") as address:
        async with operator(address) as client:
            for saved in backups:
                await restore(client, saved)
        async with connect(as_user(address, PROVISION), "p", inbox_prefix=f"_INBOX_{PROVISION}") as bus:
            await provision(bus, ProvisionSettings(media_max_bytes=1 << 30))
        async with services(address) as parts:
            assert await record_of(parts["gateway"], DONE) == before
            assert await parts["gateway"].blobs.get(key) == b"a film"
            async with working(parts):
                record = await ended(parts["gateway"], JOB)
    assert (before.status, record.status) == ("finished", "finished")


@contextlib.asynccontextmanager
async def services(address: str) -> AsyncIterator[dict[str, Process]]:
    stopping = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(process(as_user(address, name), name, {}, stopping))
            for name in SERVICES
        }


@contextlib.asynccontextmanager
async def working(parts: dict[str, Process]) -> AsyncIterator[None]:
    """All stages, each as its service's user."""
    handlers = Trivial().handlers()
    tasks = [
        asyncio.create_task(parts[stage.service].run_stage(stage, handlers[stage.name])) for stage in PIPELINE
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@contextlib.asynccontextmanager
async def operator(address: str) -> AsyncIterator[Client]:
    """The user that the runbook takes; its answers go where the `nats` program has them sent."""
    client = await nats.connect(as_user(address, PROVISION))
    try:
        yield client
    finally:
        await client.close()


async def asked(client: Client, where: str, body: bytes) -> dict[str, Any]:
    reply = await client.request(where, body, timeout=REQUEST_SECONDS)
    answer: dict[str, Any] = json.loads(reply.data or b"{}")
    assert "error" not in answer, answer
    return answer


async def backup(client: Client, stream: str) -> Backup:
    """The server says which chunks it wants to hear of; an empty one is the last."""
    inbox = client.new_inbox()
    chunks: list[bytes] = []
    arriving = await client.subscribe(inbox)
    wish = {"deliver_subject": inbox}
    answer = await asked(client, f"$JS.API.STREAM.SNAPSHOT.{stream}", json.dumps(wish).encode())
    while (message := await arriving.next_msg(REQUEST_SECONDS)).data:
        chunks.append(message.data)
        if message.reply:
            await message.respond(b"")
    return Backup(stream, {"config": answer["config"], "state": answer["state"]}, chunks)


async def restore(client: Client, saved: Backup) -> None:
    """Chunks go where the server says; an empty one ends them, and is answered by what is there now."""
    description = json.dumps(saved.description).encode()
    answer = await asked(client, f"$JS.API.STREAM.RESTORE.{saved.stream}", description)
    for chunk in [*saved.chunks, b""]:
        told = await asked(client, answer["deliver_subject"], chunk)
    assert told["state"]["messages"] == saved.description["state"]["messages"]
