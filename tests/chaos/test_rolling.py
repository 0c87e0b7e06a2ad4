"""All services replaced under load: each webhook is answered; no job fails, is lost or published twice."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.chaos.rolling_run import GATEWAYS, SERVICES, RollingRun, quantile, told
from tests.chaos.sums import Sums

pytestmark = pytest.mark.chaos

ROUNDS = 3
P99_SECONDS = 1.0


async def ran(run: RollingRun) -> Sums:
    sums = await run.run()
    sys.stdout.write(told(run, sums))
    return sums


async def test_while_all_is_replaced_webhooks_are_answered_within_a_second(tmp_path: Path) -> None:
    run = RollingRun(tmp_path, rounds=ROUNDS, a_second=10)
    sums = await ran(run)
    assert run.restarts == ROUNDS * (len(SERVICES) + GATEWAYS)
    assert run.webhooks.faults == sums.faults == []
    assert (sums.published, sums.parked) == (sums.accepted, 0)
    assert sums.accepted == len(run.webhooks.seconds)
    assert quantile(run.webhooks.rolling, 0.99) < P99_SECONDS


async def test_a_gateway_stopped_before_it_is_out_of_the_service_is_noticed(tmp_path: Path) -> None:
    run = RollingRun(tmp_path, rounds=1, a_second=20, steady_seconds=1, careless=True)
    await ran(run)
    assert run.webhooks.faults
