"""Preview, edit and approval over real HTTP, with the real writer and a real nats-server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from services.narrator.writer import Writer
from shared.events import JobSubmitted, RepoScanned, ScriptProposed, ScriptWritten, now
from shared.offload import Progress
from shared.pipeline import subject
from shared.script import Script, Sentence
from tests.support.doors import ask, door
from tests.support.fact_bases import LIBRARY
from tests.support.pipelines import Trivial, record_of, submission, submit, wait_until, working

JOB = "a" * 32
SCRIPT, APPROVE = f"/jobs/{JOB}/script", f"/jobs/{JOB}/approve"


class Stages(Trivial):
    """All stages trivial but the writer, which is the real one and reads a real fact base."""

    def __init__(self, running: Any) -> None:
        super().__init__()
        self._blobs = running.blobs

    async def scan(self, event: JobSubmitted, progress: Progress) -> RepoScanned:
        scanned = await super().scan(event, progress)
        facts = await self._blobs.put(msgspec.json.encode(LIBRARY))
        return msgspec.structs.replace(scanned, facts=facts)

    async def write(self, event: RepoScanned, progress: Progress) -> Any:
        self._note("write", event)
        return await Writer(self._blobs).handle(event, progress)


@contextlib.asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[tuple[Any, Any, Stages]]:
    async with door(folder) as (session, running):
        stages = Stages(running)
        async with working(running, stages.handlers()):
            yield session, running, stages


async def state(session: Any) -> dict[str, Any]:
    record: dict[str, Any] = (await ask(session, "GET", f"/jobs/{JOB}"))[1]
    return record


def stage(record: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in record["stages"] if row["stage"] == name)


async def waits(session: Any) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        record = await state(session)
        return record if record.get("stages") and stage(record, "write")["status"] == "waiting" else None

    record: dict[str, Any] = await wait_until(there)
    return record


async def ends(session: Any, status: str) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        record = await state(session)
        return record if record["status"] == status else None

    record: dict[str, Any] = await wait_until(there)
    return record


async def read(session: Any) -> Script:
    _, answer, _ = await ask(session, "GET", SCRIPT)
    return msgspec.convert(answer, Script)


async def put(session: Any, script: Script) -> tuple[int, Any]:
    status, answer, _ = await ask(session, "PUT", SCRIPT, data=msgspec.json.encode(script))
    return status, answer


def saying(script: Script, text: str, *facts: str) -> Script:
    """The script with another first sentence."""
    first = msgspec.structs.replace(script.scenes[0], sentences=(Sentence(text=text, facts=facts),))
    return msgspec.structs.replace(script, scenes=(first, *script.scenes[1:]))


async def test_a_job_that_asks_for_approval_waits_after_the_script_and_goes_on_when_approved(
    tmp_path: Path,
) -> None:
    async with at_work(tmp_path) as (session, running, stages):
        await submit(running, submission(JOB, approve=True))
        waiting = await waits(session)
        before = list(stages.calls)
        script = await read(session)
        status, approved, _ = await ask(session, "POST", APPROVE)
        record = await ends(session, "finished")
        again = await ask(session, "POST", APPROVE)
        await asyncio.sleep(0.2)
        stored = await running.bus.last([f"jobs.*.{JOB}.written.en.>"])
    assert waiting["status"] == "started"
    assert (stage(waiting, "write")["progress"], stage(waiting, "speak")["status"]) == (100.0, "queued")
    assert before == [("scan", "all"), ("write", "all")]
    assert script.scenes
    assert status == 200
    assert approved["status"] == "started"
    assert stage(record, "write")["status"] == "finished"
    assert again[0] == 200
    assert stages.calls.count(("speak", "en")) == 1
    assert len(stored) == 1


async def test_an_edit_becomes_what_is_spoken(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (session, running, _):
        await submit(running, submission(JOB, approve=True))
        await waits(session)
        edited = saying(await read(session), "Portico holds 112 files.", "repo.name", "files.count")
        first, again = await put(session, edited), await put(session, edited)
        read_back = await read(session)
        await ask(session, "POST", APPROVE)
        await ends(session, "finished")
        after = await read(session)
        stored = await running.bus.last([f"jobs.*.{JOB}.written.en.>"])
        late = await put(session, saying(edited, "It holds 112 files.", "files.count"))
    written = msgspec.json.decode(stored[0].payload, type=ScriptWritten)
    assert (first[0], first[1]["revision"], again[1]["revision"]) == (200, 2, 2)
    assert read_back == after == edited
    assert written.script.startswith("sha256/")
    assert (late[0], late[1]["error"]["code"]) == (409, "approved")


async def test_an_untrue_edit_is_refused_with_the_sentence_and_the_word(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (session, running, _):
        await submit(running, submission(JOB, approve=True))
        await waits(session)
        script = await read(session)
        lies = {
            "113": saying(script, "Portico holds 113 files.", "repo.name", "files.count"),
            "Redis": saying(script, "Portico needs Redis and holds 112 files.", "repo.name", "files.count"),
            "It is good.": saying(script, "It is good."),
            "https://evil.example/x": saying(
                script, "See https://evil.example/x and its 112 files.", "files.count"
            ),
        }
        answers = {word: await put(session, lie) for word, lie in lies.items()}
        unchanged = await read(session)
    for word, (status, answer) in answers.items():
        assert status == 422
        assert answer["error"]["code"] == "untrue"
        assert word in answer["error"]["message"]
        assert word in {violation["word"] for violation in answer["error"]["violations"]}
    assert unchanged == script


async def test_a_script_no_film_can_be_made_of_is_refused(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (session, running, _):
        await submit(running, submission(JOB, approve=True))
        await waits(session)
        script = await read(session)
        empty = await put(session, msgspec.structs.replace(script, scenes=()))
        spanish = await put(session, msgspec.structs.replace(script, language="es"))
        garbage = await ask(session, "PUT", SCRIPT, data=b"{}")
    assert (empty[0], empty[1]["error"]["code"]) == (422, "unfit")
    assert (spanish[0], spanish[1]["error"]["code"]) == (422, "unfit")
    assert garbage[0] == 400


async def test_a_waiting_job_can_be_cancelled_and_its_retry_keeps_the_edit(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (session, running, stages):
        await submit(running, submission(JOB, approve=True))
        await waits(session)
        edited = saying(await read(session), "Portico holds 112 files.", "repo.name", "files.count")
        await put(session, edited)
        _, cancelled, _ = await ask(session, "POST", f"/jobs/{JOB}/cancel")
        refused = [await ask(session, "POST", APPROVE), await put(session, edited)]
        await ask(session, "POST", f"/jobs/{JOB}/retry")
        await waits(session)
        kept = await read(session)
        await ask(session, "POST", APPROVE)
        await ends(session, "finished")
    assert cancelled["status"] == "cancelled"
    assert stage(cancelled, "write")["status"] == "cancelled"
    assert [(answer[0], answer[1]["error"]["code"]) for answer in refused] == [(409, "job_over")] * 2
    assert kept == edited
    assert stages.calls.count(("write", "all")) == 1


async def test_a_job_without_approval_shows_its_script_and_has_nothing_to_approve(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (session, running, _):
        await submit(running, submission(JOB))
        await ends(session, "finished")
        script = await read(session)
        other = await ask(session, "GET", f"{SCRIPT}?language=xx")
        refused = [await ask(session, "POST", APPROVE), await put(session, script)]
        unknown = await ask(session, "GET", f"/jobs/{'b' * 32}/script")
    assert script.scenes
    assert (other[0], other[1]["error"]["code"]) == (404, "script_unknown")
    assert [(answer[0], answer[1]["error"]["code"]) for answer in refused] == [
        (409, "nothing_to_approve")
    ] * 2
    assert unknown[0] == 404


async def test_approval_opens_every_language_and_finishes_what_a_crash_left_half_done(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (session, running, stages):
        await submit(running, submission(JOB, "en", "es", approve=True))
        await waits(session)
        stored = await running.bus.last([f"jobs.*.{JOB}.proposed.>"])
        proposal = msgspec.json.decode(stored[0].payload, type=ScriptProposed)
        approved = msgspec.structs.replace(proposal, approved=True, at=now())
        await running.bus.store(subject(approved), msgspec.json.encode(approved), {})  # and then it died
        await ask(session, "POST", APPROVE)
        await ends(session, "finished")
        record = await record_of(running, JOB)
    assert {("speak", "en"), ("translate", "es"), ("publish", "es")} <= set(stages.calls)
    assert record is not None
    assert record.status == "finished"


async def test_two_edits_of_the_same_script_do_not_both_win(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (session, running, _):
        await submit(running, submission(JOB, approve=True))
        await waits(session)
        script = await read(session)
        edits = [
            saying(script, f"Portico holds {words} files.", "repo.name", "files.count") for words in WORDS
        ]
        answers = await asyncio.gather(*(put(session, edit) for edit in edits))
        kept = await read(session)
    statuses = [status for status, _ in answers]
    assert set(statuses) <= {200, 409}
    assert statuses.count(200) >= 1
    assert kept in [edit for edit, status in zip(edits, statuses, strict=True) if status == 200]


WORDS = ("112", "one hundred and twelve", "about 112")


async def test_post_jobs_takes_the_wish_for_approval(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        _, accepted, _ = await ask(session, "POST", "/jobs", json={"repo": "acme/site", "approve": True})
        stored = await running.bus.last([f"jobs.*.{accepted['job_id']}.submitted.>"])
    assert msgspec.json.decode(stored[0].payload, type=JobSubmitted).spec.approve
