"""Compares the pipeline with its peers and prints Markdown tables: `make bench-pipeline`."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import uvloop

from shared.embedded import server_binary
from shared.telemetry import LogSettings, configure_logging
from tests.bench.contender import Contender
from tests.bench.measure import Measured, measure
from tests.bench.ours import Reporeel
from tests.bench.peers import PEERS
from tests.bench.servers import NATS_SYNC, BenchError, Fsync, redis_binary
from tests.bench.table import tables

ROUNDS, SINGLE_JOBS = 5, 15
SHORT_SHARE, SHORT_SINGLE_JOBS = 0.1, 5
"""The short form, for CI: one round, a tenth of the jobs. It shows that all of it works, not how fast."""
PACKAGES = ("nats-py", "uvloop", "rq", "arq", "celery", "redis", "hiredis")

Results = dict[Fsync, dict[str, list[Measured]]]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    configure_logging(LogSettings(level="warning"))
    contenders = [
        one for one in (Reporeel(), *PEERS) if one.name == Reporeel.name or options.only in one.name
    ]
    try:
        results = uvloop.run(_rounds(contenders, options))
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    lines = [*tables(results, contenders), "", "### Where", "", *_where()]
    sys.stdout.write("\n".join([*lines, ""]))
    return 0


async def _rounds(contenders: Sequence[Contender], options: argparse.Namespace) -> Results:
    """Measure all contenders in turn, round after round, so that each meets the same other load."""
    if task := asyncio.current_task():  # a terminated benchmark takes its servers with it
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    share = SHORT_SHARE if options.short else 1.0
    single_jobs = SHORT_SINGLE_JOBS if options.short else SINGLE_JOBS
    results: Results = {fsync: {one.name: [] for one in contenders} for fsync in NATS_SYNC}
    with tempfile.TemporaryDirectory(prefix="reporeel-bench-") as folder:
        for number in range(1 if options.short else options.rounds):
            for fsync, rows in results.items():
                for index, one in enumerate(contenders):
                    place = Path(folder, f"{number}-{index}-{fsync.replace(' ', '-')}")
                    jobs = int(one.jobs[fsync] * share)
                    row = await _measured(one, fsync, place, jobs=jobs, single_jobs=single_jobs)
                    rows[one.name].append(row)
                    sys.stderr.write(f"round {number + 1}, sync {fsync}, {one.name}: {row}\n")
    return results


async def _measured(one: Contender, fsync: Fsync, place: Path, *, jobs: int, single_jobs: int) -> Measured:
    """Measure one contender; a peer that fails gets one more fresh server, for its failures are not ours.

    Raises BenchError when Reporeel fails, or a peer twice.
    """
    try:
        return await measure(one, fsync, place, jobs=jobs, single_jobs=single_jobs)
    except BenchError as error:
        if one.name == Reporeel.name:
            raise
        sys.stderr.write(f"{error}\n{one.name} is measured once more\n")
        return await measure(one, fsync, Path(f"{place}-again"), jobs=jobs, single_jobs=single_jobs)


def _where() -> Iterator[str]:
    """Describe the machine and the versions."""
    models = [
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")
    ]
    model = models[0].partition(": ")[2] if models else platform.machine()
    yield f"- {os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}"
    waiting = os.getloadavg()[2]
    yield f"- {waiting:.1f} processes ran or waited for a core in the last quarter of an hour, ours included"
    yield f"- {_first_line(str(server_binary()), '--version')}; {_first_line(redis_binary(), '--version')}"
    yield "- " + ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def _first_line(*command: str) -> str:
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    return answer.stdout.splitlines()[0].partition(" sha=")[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="one round with few jobs, under a minute")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", metavar="PEER", help="compare with the peers of this name only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
