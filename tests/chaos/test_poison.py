"""An event whose handler kills its process: parked after its attempts, its neighbours served meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.chaos.stage_set import keep_running, stage_set
from tests.support.pipelines import wait_until

ACK_WAIT_SECONDS = 4.0
NEIGHBOURS = 20


async def test_a_deadly_event_is_parked_after_its_attempts_and_delays_nobody(tmp_path: Path) -> None:
    async with stage_set(tmp_path, ack_wait_seconds=ACK_WAIT_SECONDS) as system:
        supervisor = asyncio.create_task(keep_running(system.children, "narrator"))
        before = [await system.submit(f"acme/site-{number}") for number in range(NEIGHBOURS // 2)]
        deadly = await system.submit("acme/poison")
        after = [await system.submit(f"acme/site-{number}") for number in range(NEIGHBOURS // 2)]
        failed = await system.ended(deadly)
        neighbours = [await system.ended(job) for job in (*before, *after)]
        parked = (await system.ask("GET", "/parked"))["parked"]
        runs = system.notes("run", "write")

        (tmp_path / "mended").touch()
        await system.ask("POST", f"/parked/{parked[0]['id']}/requeue")
        await wait_until(lambda: system.status(deadly), 1)
        mended = await system.ended(deadly)
        left = (await system.ask("GET", "/parked"))["parked"]
        supervisor.cancel()
        await asyncio.wait([supervisor])

    poisoned = [note for note in runs if f".{deadly}." in note.subject]
    assert len(poisoned) == 3
    assert len({note.pid for note in poisoned}) == 3
    assert failed["error"]["code"] == "attempts_exhausted"
    assert [(entry["stage"], entry["job_id"], entry["attempts"]) for entry in parked] == [
        ("write", deadly, 3)
    ]
    assert "the process died each time" in parked[0]["reason"]
    assert {record["status"] for record in neighbours} == {"finished"}
    others = [note for note in runs if note not in poisoned]
    assert len(others) == NEIGHBOURS
    assert max(note.at for note in others) - poisoned[0].at < ACK_WAIT_SECONDS
    assert mended["status"] == "finished"
    assert left == []
