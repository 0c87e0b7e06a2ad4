"""Shows jobs as an operator sees them: subjects as they pass, and a job's entries in the status bucket.

    python docs/watch_job.py                     every event of every job, as it is stored
    python docs/watch_job.py JOB_ID              one job's key-value entries, as JSON

The server is $NATS_URL, or the embedded one of a running `reporeel up`. The `nats` command line shows the
same: `nats sub --stream JOBS --new 'jobs.>'` and `nats kv ls status`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from nats.aio.msg import Msg
from nats.js.api import DeliverPolicy

import nats


async def main(job_id: str | None) -> None:
    client = await nats.connect(_url())
    try:
        await (_show_entries(client, job_id) if job_id else _show_subjects(client))
    finally:
        await client.close()


async def _show_subjects(client: nats.NATS) -> None:
    async def show(message: Msg) -> None:
        sys.stdout.write(f"{message.subject}\n    {message.data.decode()}\n")
        sys.stdout.flush()

    await client.jetstream().subscribe(
        "jobs.>", stream="JOBS", ordered_consumer=True, cb=show, deliver_policy=DeliverPolicy.NEW
    )
    await asyncio.Event().wait()


async def _show_entries(client: nats.NATS, job_id: str) -> None:
    bucket = await client.jetstream().key_value("status")
    for key in sorted(await bucket.keys()):
        if not key.startswith(f"{job_id}."):
            continue
        entry = await bucket.get(key)
        sys.stdout.write(f"{key}\n    {(entry.value or b'').decode()}\n")


def _url() -> str:
    data = Path(os.environ.get("REPOREEL_DATA", "~/.local/share/reporeel")).expanduser()
    return os.environ.get("NATS_URL") or (data / "nats" / "nats.url").read_text().strip()


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
    except KeyboardInterrupt:
        sys.exit(130)
