"""Work that never ends, work that takes long, and what becomes of its child process."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.chaos.notes import Note
from tests.chaos.stage_set import StageSet, stage_set
from tests.chaos.worker import LIMIT_SECONDS, LONG_SECONDS
from tests.support.pipelines import wait_until

REACHED_SECONDS = 2.0


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def child_of(system: StageSet, job_id: str) -> Note:
    """Wait for the child process that works on a job."""

    def found() -> Note | None:
        return next((note for note in system.notes("child") if f".{job_id}." in note.subject), None)

    note: Note = await wait_until(found)
    return note


async def test_a_child_that_never_returns_is_killed_at_its_limit_and_parked_after_its_attempts(
    tmp_path: Path,
) -> None:
    async with stage_set(tmp_path, services=("scanner", "narrator")) as system:
        job = await system.submit("acme/hanging")
        record = await system.ended(job)
        parked = (await system.ask("GET", "/parked"))["parked"]
        runs, gone = system.notes("run", "speak"), system.notes("gone", "speak")
        pids = [note.pid for note in system.notes("child")]
    times = [last.at - first.at for first, last in zip(runs, gone, strict=True)]
    assert len(times) == 3
    assert all(LIMIT_SECONDS <= seconds <= LIMIT_SECONDS + 1 for seconds in times)
    assert all(later.at > earlier.at for earlier, later in pairwise(runs))
    assert record["status"] == "failed"
    assert [(entry["stage"], entry["attempts"]) for entry in parked] == [("speak", 3)]
    assert "TimeLimitExceeded" in parked[0]["reason"]
    assert not any(is_alive(pid) for pid in pids)


async def test_cancelling_a_job_reaches_the_child_that_works_on_it(tmp_path: Path) -> None:
    async with stage_set(tmp_path, services=("scanner", "narrator")) as system:
        job = await system.submit("acme/hanging", ref="patient")
        child = await child_of(system, job)
        alive = is_alive(child.pid)
        await system.ask("POST", f"/jobs/{job}/cancel")
        await wait_until(lambda: not is_alive(child.pid), REACHED_SECONDS)
        record = await system.ended(job)
    assert alive
    assert record["status"] == "cancelled"


async def test_a_child_dies_with_its_killed_parent(tmp_path: Path) -> None:
    async with stage_set(tmp_path, services=("scanner", "narrator")) as system:
        job = await system.submit("acme/hanging", ref="patient")
        child = await child_of(system, job)
        alive = is_alive(child.pid)
        system.children.all["narrator"].kill()
        await wait_until(lambda: not is_alive(child.pid), REACHED_SECONDS)
        system.children.all["narrator"].start()
    assert alive


async def test_work_ten_times_longer_than_the_patience_of_the_bus_runs_once(tmp_path: Path) -> None:
    async with stage_set(tmp_path, ack_wait_seconds=LONG_SECONDS / 10) as system:
        system.children.start(
            "second-narrator",
            "tests.chaos.worker",
            "narrator",
            system.url,
            str(tmp_path / "notes"),
            REPOREEL_ACK_WAIT_SECONDS=str(LONG_SECONDS / 10),
        )
        record = await system.ended(await system.submit("acme/long"))
        runs = system.notes("run")
    assert record["status"] == "finished"
    assert sorted(note.stage for note in runs) == ["close", "publish", "render", "scan", "speak", "write"]
