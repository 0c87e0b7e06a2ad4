"""`reporeel run --script-only`: the script as text, before anything is spoken or drawn."""

from __future__ import annotations

import sys

import aiohttp
import msgspec

from shared.record import JobRecord
from shared.script import Script

WRITTEN = 100.0
"""Per cent: a stage that waits for something else is not done."""


def script_waits(record: JobRecord) -> bool:
    """Whether the job has stopped for somebody to read its script."""
    return any(
        row.stage == "write" and row.status == "waiting" and row.error is None for row in record.stages
    )


async def shown_and_cancelled(door: aiohttp.ClientSession, job_id: str, as_json: bool) -> JobRecord:  # noqa: FBT001 - the command's own switch
    """Print what the job would say, and end it."""
    async with door.get(f"/jobs/{job_id}/script") as reply:
        reply.raise_for_status()
        answer = await reply.read()
    script = msgspec.json.decode(answer, type=Script)
    sys.stdout.write(msgspec.json.format(answer, indent=2).decode() + "\n" if as_json else as_text(script))
    async with door.post(f"/jobs/{job_id}/cancel") as reply:
        reply.raise_for_status()
        return msgspec.json.decode(await reply.read(), type=JobRecord)


def as_text(script: Script) -> str:
    """What is said, scene by scene."""
    told = ["\n  ".join((scene.heading, *(one.text for one in scene.sentences))) for scene in script.scenes]
    return "\n\n".join((script.title.text, *told)) + "\n"
