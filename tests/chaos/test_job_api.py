"""Whatever is asked of jobs in whatever order, while workers die: each ends once a generation."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from shared.pipeline import JOBS
from shared.record import JobRecord
from tests.chaos.kill_run import AUDIT
from tests.chaos.stage_set import END, SERVICES, StageSet, stage_set
from tests.chaos.sums import duplicates, everything
from tests.chaos.worker import LANGUAGES
from tests.support.pipelines import wait_until

EXAMPLES, STEPS = 15, 40
END_SECONDS = 90.0
RETRY_SECONDS = 30.0
KINDS = ("site", "refused")
STAGES = (None, "scan", "write", "speak", "render", "publish")


class Jobs(RuleBasedStateMachine):
    """The job API in front of real processes, and a model of what was accepted."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.Runner()
        self._stack = contextlib.AsyncExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._accepted: dict[str, str] = {}
        self._keys: dict[tuple[str, int], str] = {}
        self._system = self._run(self._start())

    def _run(self, work: Any) -> Any:
        return self._loop.run(work)

    async def _start(self) -> StageSet:
        system = await self._stack.enter_async_context(
            stage_set(self._folder, ack_wait_seconds=1.5, lag="0.005")
        )
        audit = {"name": AUDIT, "allow_direct": True, "sources": [{"name": JOBS}]}
        await system.bus.api(f"STREAM.CREATE.{AUDIT}", audit)
        return system

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        """Ask until the answer is none of a gateway or server that is gone for the moment."""
        until = time.monotonic() + RETRY_SECONDS
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with self._system.session.request(method, path, **options) as reply:
                    if reply.status != 503:
                        assert reply.status < 500, await reply.text()
                        return await reply.json()
            assert time.monotonic() < until, f"{method} {path} was not answered"
            await asyncio.sleep(0.1)

    def _any(self, number: int) -> str | None:
        return sorted(self._accepted)[number % len(self._accepted)] if self._accepted else None

    @rule(kind=st.sampled_from(KINDS), number=st.integers(0, 3))
    def submit(self, kind: str, number: int) -> None:
        body = {"repo": f"acme/{kind}-{number}"}
        headers = {"Idempotency-Key": str(number)}
        job = self._run(self._ask("POST", "/jobs", json=body, headers=headers))["job_id"]
        assert self._keys.setdefault((kind, number), job) == job
        self._accepted[job] = kind

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        if (job := self._any(number)) is not None:
            record = self._run(self._ask("POST", f"/jobs/{job}/cancel"))
            assert record["status"] in {*END, "started"}

    @rule(
        number=st.integers(0, 9),
        stage=st.sampled_from(STAGES),
        languages=st.sampled_from([(), *((language,) for language in LANGUAGES)]),
    )
    def retry(self, number: int, stage: str | None, languages: tuple[str, ...]) -> None:
        if (job := self._any(number)) is not None:
            body = {"from_stage": stage, "languages": languages}
            self._run(self._ask("POST", f"/jobs/{job}/retry", json=body))

    @rule(number=st.integers(0, 9))
    def requeue(self, number: int) -> None:
        parked = self._run(self._ask("GET", "/parked"))["parked"]
        if parked:
            self._run(self._ask("POST", f"/parked/{parked[number % len(parked)]['id']}/requeue"))

    @rule(service=st.sampled_from(SERVICES))
    def kill_worker(self, service: str) -> None:
        self._system.children.all[service].kill()
        self._system.children.all[service].start()

    @rule()
    def kill_gateway(self) -> None:
        self._system.children.all["gateway"].kill()
        self._system.children.all["gateway"].start()

    @rule()
    def kill_server(self) -> None:
        self._system.children.all["nats"].kill()
        self._system.children.all["nats"].start()

    @rule()
    def mend(self) -> None:
        (self._folder / "mended").touch()

    @rule(seconds=st.sampled_from([0.05, 0.3, 1.0]))
    def let_time_pass(self, seconds: float) -> None:
        self._run(asyncio.sleep(seconds))

    @invariant()
    def every_record_is_well_formed(self) -> None:
        for job in self._accepted:
            answer = self._run(self._ask("GET", f"/jobs/{job}"))
            if "error" in answer and "code" in (answer["error"] or {}) and "job_id" not in answer:
                continue  # the gateway has just come back and does not know its jobs yet
            check(msgspec.convert(answer, JobRecord))

    def teardown(self) -> None:
        try:
            self._run(self._come_to_rest())
        finally:
            self._run(self._stack.aclose())
            self._loop.close()

    async def _come_to_rest(self) -> None:
        for child in self._system.children.all.values():
            if child.exit_code is not None:
                child.start()
        for job in self._accepted:
            await wait_until(lambda job=job: self._is_over(job), END_SECONDS)
        stored = await everything(self._system.bus, JOBS)
        audited = await everything(self._system.bus, AUDIT)
        assert duplicates(stored, audited, self._system.notes("taken")) == []
        jobs = {message.subject.split(".")[2] for message in stored}
        assert jobs == set(self._accepted)
        ends: dict[tuple[str, str], int] = defaultdict(int)
        newest: dict[str, int] = defaultdict(int)
        for message in stored:
            _, _, job, kind, _, generation = message.subject.split(".")
            newest[job] = max(newest[job], int(generation[1:]))
            ends[job, generation] += kind == "ended"
        assert all(ends[job, f"g{newest[job]}"] == 1 for job in jobs)
        assert max(ends.values(), default=0) <= 1

    async def _is_over(self, job: str) -> bool:
        answer = await self._ask("GET", f"/jobs/{job}")
        return answer.get("status") in END


def check(record: JobRecord) -> None:
    """Say what no record may say."""
    assert 0 <= record.progress <= 100
    assert (record.result is not None) == (record.status == "finished")
    assert (record.ended_at is not None) == (record.status in END)
    assert (record.error is not None) <= (record.status == "failed")
    if record.status == "finished":
        assert record.result is not None
        assert [output.language for output in record.result.outputs] == list(record.languages)
        assert {row.status for row in record.stages} == {"finished"}
    if record.status in END:
        assert not {row.status for row in record.stages} & {"queued", "started", "waiting"}
    for row in record.stages:
        assert (row.error is not None) <= (row.status in {"failed", "waiting", "started"})


@pytest.mark.chaos
def test_each_job_ends_once_a_generation_whatever_is_asked_of_it() -> None:
    run_state_machine_as_test(
        Jobs,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
