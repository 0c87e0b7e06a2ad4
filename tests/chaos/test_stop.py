"""SIGTERM under load: what was begun is finished or handed back, nothing is tried twice, nobody complains."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from shared.runner import GRACE_SECONDS
from tests.chaos.stage_set import SERVICES, stage_set

JOBS = 50
PATIENCE_SECONDS = 600.0
"""A message that was left behind would keep its job waiting this long."""


async def test_a_stopping_service_drains_in_its_grace_time_and_wastes_no_attempt(tmp_path: Path) -> None:
    async with stage_set(tmp_path, lag="0.005", ack_wait_seconds=PATIENCE_SECONDS) as system:
        jobs = [await system.submit(f"acme/site-{number}", languages=["en"]) for number in range(JOBS)]
        stops = []
        for service in SERVICES:
            child = system.children.all[service]
            before = time.monotonic()
            code = await asyncio.to_thread(child.stop)
            stops.append((service, code, time.monotonic() - before))
            child.start()
        open_jobs = [job for job in jobs if await system.status(job) != "finished"]
        records = [await system.ended(job) for job in jobs]
        runs = system.notes("run")
        logs = [line for name in SERVICES for line in (tmp_path / f"{name}.log").read_text().splitlines()]
    assert open_jobs, "the services were stopped after the load, not under it"
    assert all(code == 0 and taken < GRACE_SECONDS for _, code, taken in stops), stops
    assert {record["status"] for record in records} == {"finished"}
    assert {row["attempt"] for record in records for row in record["stages"]} == {1}
    assert len(runs) == len({(note.stage, note.subject) for note in runs})
    assert [line for line in logs if json.loads(line)["level"] not in {"info", "debug"}] == []
