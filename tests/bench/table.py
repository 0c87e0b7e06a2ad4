"""The results as Markdown: medians with smallest and largest value, and how many times better ours is."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.bench.contender import Contender
from tests.bench.measure import Measured
from tests.bench.servers import Fsync

Results = Mapping[Fsync, Mapping[str, Sequence[Measured]]]
Figure = Callable[[Measured], float]

TITLES: Mapping[Fsync, str] = {
    "every second": "Synced to disk every second (`sync_interval: 1s`; Redis `appendfsync everysec`)",
    "always": "Synced to disk before each answer (`sync_interval: always`; Redis `appendfsync always`)",
}


def tables(results: Results, contenders: Sequence[Contender]) -> Iterator[str]:
    """Give the lines of all tables; the first contender is the one the others are compared with."""
    for fsync, rounds in results.items():
        measured = [
            (contender, rounds[contender.name]) for contender in contenders if contender.name in rounds
        ]
        yield from _throughput(fsync, measured)
        yield from _waits(fsync, measured)
    yield from ("### How each was run", "")
    yield from (f"- {contender.name}: {contender.how}" for contender in contenders)


def _throughput(fsync: Fsync, measured: Sequence[tuple[Contender, Sequence[Measured]]]) -> Iterator[str]:
    ours = measured[0][1]
    yield from (f"### {TITLES[fsync]}", "")
    yield "| | jobs/s | Reporeel is faster by | CPU ms a job | Reporeel needs less by |"
    yield "|---|---|---|---|---|"
    for contender, theirs in measured:
        rate = _spread([row.jobs_per_second for row in theirs], 0)
        cpu = _spread([1000 * row.cpu_seconds for row in theirs], 1)
        faster = _times(ours, theirs, lambda row: 1 / row.jobs_per_second)
        lighter = _times(ours, theirs, lambda row: row.cpu_seconds)
        yield f"| {contender.name} | {rate} | {faster} | {cpu} | {lighter} |"
    yield ""


def _waits(fsync: Fsync, measured: Sequence[tuple[Contender, Sequence[Measured]]]) -> Iterator[str]:
    ours = measured[0][1]
    yield f"| one job, idle system, sync {fsync} | through four tasks, ms | × | picked up after, ms | × |"
    yield "|---|---|---|---|---|"
    for contender, theirs in measured:
        latency = _spread([1000 * row.latency_seconds for row in theirs], 1)
        pick_up = _spread([1000 * row.pick_up_seconds for row in theirs], 1)
        sooner = _times(ours, theirs, lambda row: row.latency_seconds)
        earlier = _times(ours, theirs, lambda row: row.pick_up_seconds)
        yield f"| {contender.name} | {latency} | {sooner} | {pick_up} | {earlier} |"
    yield ""


def _times(ours: Sequence[Measured], theirs: Sequence[Measured], figure: Figure) -> str:
    """How many times less ours is, round by round: what ran side by side is compared."""
    if ours is theirs:
        return ""
    ratios = [figure(their) / figure(our) for our, their in zip(ours, theirs, strict=True)]
    return f"**{_spread(ratios, 1)}**"


def _spread(values: Sequence[float], digits: int) -> str:
    middle = f"{statistics.median(values):.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f})"
