"""Random kills over all services and the server: accepted = published + parked + in flight, exactly."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.chaos.kill_run import KillRun, Plan, told
from tests.chaos.mutants import MUTANTS
from tests.chaos.sums import Sums

JOBS = int(os.environ.get("CHAOS_JOBS", "1000"))
KILLS = int(os.environ.get("CHAOS_KILLS", "100"))
SERVER_KILLS = int(os.environ.get("CHAOS_SERVER_KILLS", "5"))
SEEDS = [int(seed) for seed in os.environ.get("CHAOS_SEEDS", "1,2,3").split(",")]


async def ran(plan: Plan, folder: Path) -> Sums:
    run = KillRun(plan, folder)
    sums = await run.run()
    sys.stdout.write(told(run, sums))
    assert sums.accepted == plan.jobs
    assert (len(run.killed), len(run.outages)) == (plan.kills, plan.server_kills)
    return sums


async def test_kills_lose_no_job_and_publish_none_twice(tmp_path: Path) -> None:
    sums = await ran(Plan(jobs=200, kills=20, server_kills=2, seed=1), tmp_path)
    assert sums.faults == []
    assert sums.share_handled_again < 0.1


@pytest.mark.chaos
@pytest.mark.parametrize("seed", SEEDS)
async def test_many_kills_lose_no_job_and_publish_none_twice(tmp_path: Path, seed: int) -> None:
    sums = await ran(Plan(jobs=JOBS, kills=KILLS, server_kills=SERVER_KILLS, seed=seed), tmp_path)
    assert sums.faults == []
    assert sums.share_handled_again < 0.1


@pytest.mark.chaos
@pytest.mark.parametrize("mutant", MUTANTS)
async def test_the_same_sums_find_the_fault_in_a_runner_built_wrong(tmp_path: Path, mutant: str) -> None:
    sums = await ran(Plan(jobs=300, kills=40, server_kills=2, seed=1, mutant=mutant), tmp_path)
    assert sums.lost if mutant == "acknowledges_first" else sums.duplicates
