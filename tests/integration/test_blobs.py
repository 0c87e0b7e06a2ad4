"""The object store: what its own clients see, and how long bytes can be relied on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

import nats
from shared.blobs import STREAM, ObjectInfo
from tests.support.pipelines import pipeline_process


async def test_a_common_client_reads_what_we_stored(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    async with pipeline_process(tmp_path) as running:
        key = await running.blobs.put(data)
        client = await nats.connect(running.environ["NATS_URL"])
        store = await client.jetstream().object_store("media")
        found = await store.get(key)
        await client.close()
    assert found.data == data


async def test_bytes_that_may_soon_be_forgotten_are_stored_anew(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running:
        key = await running.blobs.put(b"facts")
        (meta,) = await running.bus.last(["$O.media.M.>"], stream=STREAM)
        info = msgspec.json.decode(meta.payload, type=ObjectInfo)
        info.mtime = (datetime.now(UTC) - timedelta(days=2)).isoformat()
        await running.bus.store(meta.subject, msgspec.json.encode(info), {"Nats-Rollup": "sub"})
        again = await running.blobs.put(b"facts")
        (renewed,) = await running.bus.last(["$O.media.M.>"], stream=STREAM)
        data = await running.blobs.get(key)
    assert again == key
    assert msgspec.json.decode(renewed.payload, type=ObjectInfo).nuid != info.nuid
    assert data == b"facts"
