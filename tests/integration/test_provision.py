"""What provisioning makes of a server that was provisioned before."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from shared.bus import ApiFault
from shared.lifecycle import Process
from shared.pipeline import JOBS, STATUS_BUCKET
from shared.provision import provision
from shared.topology import ProvisionSettings
from tests.support.pipelines import pipeline_process, submission, submit, wait_until

BUCKET = f"KV_{STATUS_BUCKET}"
KEY = "{job}.g0.submitted.all"


async def test_a_status_bucket_that_is_ahead_of_the_stream_is_made_anew(tmp_path: Path) -> None:
    """A machine without power may lose the end of the stream, and not the same of the bucket."""
    async with pipeline_process(tmp_path) as running:
        for job in ("lost", "lost-too"):
            await submit(running, submission(job))
            await wait_until(partial(_entry, running, job))
        stream = (await running.bus.api(f"STREAM.INFO.{JOBS}"))["config"]
        await running.bus.api(f"STREAM.DELETE.{JOBS}")
        await running.bus.api(f"STREAM.CREATE.{JOBS}", stream)
        await provision(running.bus, ProvisionSettings())
        await submit(running, submission("new"))
        await wait_until(lambda: _entry(running, "new"))
        remembered = await _entry(running, "lost")
    assert not remembered


async def test_provisioning_again_keeps_the_bucket_and_what_stands_in_it(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running:
        await submit(running, submission("a"))
        await wait_until(lambda: _entry(running, "a"))
        made = (await running.bus.api(f"STREAM.INFO.{BUCKET}"))["created"]
        await provision(running.bus, ProvisionSettings(retention_days=5))
        info = await running.bus.api(f"STREAM.INFO.{BUCKET}")
    assert (info["created"], info["state"]["messages"]) == (made, 1)
    assert info["config"]["max_age"] == 5 * 24 * 3600 * 10**9


async def test_a_stream_that_holds_something_of_its_own_is_never_made_anew(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running:
        await submit(running, submission("a"))
        with pytest.raises(ApiFault, match=r"NATS refuses STREAM\.UPDATE\.JOBS"):
            await provision(running.bus, ProvisionSettings(replicas=3))
        kept = await running.bus.last(["jobs.>"])
    assert len(kept) == 1


async def _entry(running: Process, job: str) -> list[Any]:
    return await running.bus.last([f"$KV.{STATUS_BUCKET}.{KEY.format(job=job)}"], stream=BUCKET)
