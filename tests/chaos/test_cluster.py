"""Three servers, one killed at a time: what was acknowledged stays."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from shared.bus import connect
from tests.chaos.children import children
from tests.chaos.kill_run import KillRun, Plan, told
from tests.chaos.servers import start_servers
from tests.support.pipelines import submission

RACES = 300


@pytest.mark.chaos
async def test_a_cluster_whose_servers_are_killed_in_turn_loses_nothing_it_acknowledged(
    tmp_path: Path,
) -> None:
    run = KillRun(Plan(jobs=400, kills=20, server_kills=9, seed=1, servers=3), tmp_path)
    sums = await run.run()
    sys.stdout.write(told(run, sums))
    assert sums.accepted == 400
    assert sums.faults == []


@pytest.mark.chaos
async def test_in_a_cluster_one_of_two_submissions_at_once_wins_whatever_their_priorities(
    tmp_path: Path,
) -> None:
    with children(tmp_path) as mine:
        servers = await start_servers(mine, 3)
        async with connect(servers.url, "one") as one, connect(servers.url, "two") as two:
            await servers.provision(one)
            for number in range(RACES):
                unique = f"jobs.*.job{number}.submitted.all.g0"
                await asyncio.gather(
                    *(
                        bus.publish_once(submission(f"job{number}", priority=priority), unique=unique)
                        for bus, priority in ((one, "high"), (two, "normal"), (one, "low"))
                    )
                )
            stored = [message.subject for message in await one.last(["jobs.*.*.submitted.all.g0"])]
    assert len(stored) == RACES
