"""Services behind a network that is slow, resets connections, and lets them hang half-open."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.children import Children
from tests.chaos.kill_run import GAP_SECONDS, SERVICES, KillRun, Plan, told
from tests.chaos.proxy import Proxy, proxy
from tests.chaos.servers import Servers
from tests.chaos.stage_set import stage_set
from tests.chaos.sums import Outage

DELAY_SECONDS = 0.004
RESET_SECONDS = 5.0
DEAF_SECONDS = 40.0
"""How long a connection's trouble may make itself felt; a half-open one is noticed by missing pongs."""
FAULTS = 45
DEAF_EVERY = 15
JOBS = 300
ABSENCE_SECONDS = 8.0


class NetworkRun(KillRun):
    """A run whose trouble is the network: nothing is killed, connections are."""

    quiet_seconds = DEAF_SECONDS
    _proxy: Proxy

    @contextlib.asynccontextmanager
    async def way_to(self, servers: Servers) -> AsyncIterator[str]:
        port = int(servers.url.rpartition(":")[2])
        async with proxy(port, delay_seconds=DELAY_SECONDS, rng=self.rng) as self._proxy:
            yield f"nats://127.0.0.1:{self._proxy.port}"

    @property
    def connections(self) -> int:
        return self._proxy.connections

    async def trouble(self, mine: Children) -> None:
        for number in range(self.plan.kills):
            await asyncio.sleep(self.rng.uniform(*GAP_SECONDS))
            began = time.time()
            if number % DEAF_EVERY == DEAF_EVERY - 1:
                self._proxy.go_deaf()
                self.outages.append(Outage(began=began, ended=began + DEAF_SECONDS))
            else:
                self._proxy.cut()
                self.outages.append(Outage(began=began, ended=began + RESET_SECONDS))


@pytest.mark.chaos
async def test_a_bad_network_loses_no_job_and_publishes_none_twice(tmp_path: Path) -> None:
    run = NetworkRun(Plan(jobs=JOBS, kills=FAULTS, server_kills=0, seed=1), tmp_path)
    sums = await run.run()
    lines = {name: (tmp_path / f"{name}.log").read_text().count("\n") for name in (*SERVICES, "gateway")}
    sys.stdout.write(f"{told(run, sums)}  {run.connections} connections, log lines {lines}\n")
    assert sums.accepted == JOBS
    assert sums.faults == []
    assert run.connections > FAULTS
    assert run.connections < 2 * (len(SERVICES) + 1) * (FAULTS + 10)
    assert max(lines.values()) < 20 * FAULTS


@pytest.mark.chaos
async def test_without_a_server_nobody_runs_in_circles(tmp_path: Path) -> None:
    async with stage_set(tmp_path) as system:
        await system.ended(await system.submit("acme/site"))
        system.children.all["nats"].kill()
        pids = {name: system.children.all[name].pid for name in (*SERVICES, "gateway")}
        before = {name: processor_seconds(pid) for name, pid in pids.items()}
        lines = {name: log_lines(system.children, name) for name in pids}
        await asyncio.sleep(ABSENCE_SECONDS)  # what is measured is this time itself
        used = {name: processor_seconds(pid) - before[name] for name, pid in pids.items()}
        said = {name: log_lines(system.children, name) - lines[name] for name in pids}
        system.children.all["nats"].start()
        record = await system.ended(await system.submit("acme/site"))
    sys.stdout.write(f"without a server for {ABSENCE_SECONDS} s: processor {used}, log lines {said}\n")
    assert record["status"] == "finished"
    assert max(used.values()) < 0.2 * ABSENCE_SECONDS
    assert max(said.values()) < 20 * ABSENCE_SECONDS


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def log_lines(children: Children, name: str) -> int:
    return children.all[name].log.read_text().count("\n")
