"""Urgent jobs overtake, and the others still move."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from shared.pipeline import SCAN
from tests.support.pipelines import pipeline_process, submission, submit, wait_until

LOW = 100


async def test_an_urgent_job_overtakes_a_hundred_and_in_the_end_all_are_done(tmp_path: Path) -> None:
    order: list[str] = []

    async def scan(event: Any, progress: Any) -> list[Any]:
        order.append(event.spec.priority)
        if len(order) == 1:
            await submit(running, *(submission(f"h{n}", priority="high") for n in range(3)))
        return []

    async with pipeline_process(tmp_path) as running:
        await submit(running, *(submission(f"l{n}", priority="low") for n in range(LOW)))
        async with asyncio.TaskGroup() as group:
            group.create_task(running.run_stage(SCAN, scan))
            await wait_until(lambda: len(order) == LOW + 3)
            running.stopping.set()
    assert order[:4].count("high") >= 2
    assert order[:5].count("high") == 3


async def test_while_urgent_jobs_keep_coming_the_others_get_their_turns(tmp_path: Path) -> None:
    order: list[str] = []

    async def scan(event: Any, progress: Any) -> list[Any]:
        order.append(event.spec.priority)
        return []

    async with pipeline_process(tmp_path) as running:
        for priority in ("low", "normal", "high"):
            await submit(running, *(submission(f"{priority}{n}", priority=priority) for n in range(20)))
        async with asyncio.TaskGroup() as group:
            group.create_task(running.run_stage(SCAN, scan))
            await wait_until(lambda: len(order) == 60)
            running.stopping.set()
    first = order[:24]
    assert first.count("high") >= 16
    assert first.count("normal") >= 2
    assert first.count("low") >= 2
