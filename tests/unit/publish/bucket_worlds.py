"""A bucket on each kind of server, behind a relay that can lose what passes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from services.publisher.targets.bucket.bucket import Bucket
from services.publisher.targets.bucket.copy import BucketCopy
from services.publisher.targets.bucket.gcs import GoogleStorage
from services.publisher.targets.bucket.s3 import S3
from services.publisher.targets.bucket.settings import BucketSettings
from services.publisher.targets.ledger import Key, Ledger
from services.publisher.targets.target import Parcel
from shared.bus import Bus
from tests.support.bucket_servers import ACCESS, BUCKET, SECRET, FakeGcs, SeaweedFS, Server
from tests.support.google_relay import GoogleRelay
from tests.support.relay import Relay

S3_PART_BYTES = 5 << 20
"""The smallest that S3 joins."""
GCS_CHUNK_BYTES = 1 << 20
PREFIX = "videos"


@dataclass
class World:
    server: Server
    relay: Relay
    settings: BucketSettings
    part_bytes: int

    def bucket(self) -> Bucket:
        if isinstance(self.server, SeaweedFS):
            return S3(self.settings, part_bytes=self.part_bytes)
        return GoogleStorage(self.settings, chunk_bytes=self.part_bytes)

    async def send(self, bus: Bus, sent: Parcel) -> str:
        """As a process that has just started sends it."""
        bucket = self.bucket()
        key = Key(sent.job_id, sent.language, BucketCopy.name, sent.revision)
        try:
            page = await Ledger(bus).page(key)
            return await BucketCopy(bucket, self.settings).send(sent, page, lambda _percent: None)
        finally:
            await bucket.close()

    async def send_and_die(self, bus: Bus, sent: Parcel, after_seconds: float) -> None:
        sending = asyncio.create_task(self.send(bus, sent))
        await asyncio.wait([sending], timeout=after_seconds)
        sending.cancel()
        await asyncio.wait([sending])

    def content(self, name: str) -> bytes | None:
        """What really stands there, not asked by way of the code under test."""
        assert isinstance(self.server, SeaweedFS | FakeGcs)
        return self.server.content(name)


@contextlib.asynccontextmanager
async def world(server: Server) -> AsyncIterator[World]:
    is_s3 = isinstance(server, SeaweedFS)
    async with (Relay if is_s3 else GoogleRelay)(server.url) as relay, machine() as identity:
        settings = BucketSettings(
            place=f"{'s3' if is_s3 else 'gs'}://{BUCKET}/{PREFIX}",
            s3_url=relay.url,
            s3_key=ACCESS,
            s3_secret=SECRET,
            gcs_url=relay.url,
            gcs_machine_url=identity,
        )
        yield World(server, relay, settings, S3_PART_BYTES if is_s3 else GCS_CHUNK_BYTES)


@contextlib.asynccontextmanager
async def machine() -> AsyncIterator[str]:
    """Google's metadata server, as a machine of theirs finds it."""

    async def token(request: web.Request) -> web.Response:
        if request.headers.get("Metadata-Flavor") != "Google":
            return web.Response(status=403)
        return web.json_response({"access_token": "machine", "expires_in": 3600, "token_type": "Bearer"})

    application = web.Application()
    application.router.add_get("/computeMetadata/v1/instance/service-accounts/default/token", token)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def enlarge(parcel: Parcel, size: int) -> None:
    """Give the film's file so many bytes."""
    parcel.video.write_bytes(bytes(range(251)) * (size // 251 + 1))
    with parcel.video.open("r+b") as file:
        file.truncate(size)
