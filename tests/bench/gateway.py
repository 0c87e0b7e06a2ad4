"""Compares the gateway with Flask, gunicorn, RQ and Redis and prints Markdown: `make bench-gateway`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import uvloop

from shared.bus import connect
from shared.provision import provision
from shared.telemetry import LogSettings, configure_logging
from shared.topology import ProvisionSettings
from tests.bench import load
from tests.bench.__main__ import _where
from tests.bench.chain import PORT_VARIABLE
from tests.bench.servers import (
    NATS_SYNC,
    BenchError,
    Fsync,
    free_port,
    listening,
    nats_server,
    processes,
    redis_server,
)
from tests.support.doors import SECRET
from tests.support.gateway_child import serve_gateway
from tests.support.pipelines import wait_until
from tests.support.raw_http import Connection, request

ROUNDS, SINGLE, MANY, CONNECTIONS = 7, 500, 2000, 16
"""Of 500, five are slower than p99: fewer would make it the slowest of all."""
SHORT_ROUNDS, SHORT_SINGLE, SHORT_MANY = 1, 50, 200
COMMITS = 8
"""Of each push: its payload is about 7 kB, as GitHub's are."""


@dataclass(frozen=True)
class Measured:
    """One contender in one round; times in microseconds."""

    enqueue_p50: float
    enqueue_p99: float
    enqueue_rate: float
    enqueue_rate_16: float
    enqueue_p50_16: float
    status_p50: float
    status_p99: float
    status_rate: float
    status_rate_16: float
    status_p50_16: float


Results = Mapping[Fsync, Mapping[str, list[Measured]]]
numbers = itertools.count()


@contextlib.asynccontextmanager
async def ours(folder: Path, fsync: Fsync) -> AsyncIterator[str]:
    """One process, one event loop."""
    off = dict.fromkeys(("REPOREEL_SOURCE_JOBS_PER_MINUTE", "REPOREEL_REPO_JOBS_PER_MINUTE"), "0")
    async with nats_server(folder / "nats", fsync) as url, connect(url, "bench") as bus:
        await provision(bus, ProvisionSettings())
        async with serve_gateway(
            url, folder / "gateway.log", REPOREEL_PUSH_REPOS="acme/site", **off
        ) as child:
            yield child.address


@contextlib.asynccontextmanager
async def flask(folder: Path, fsync: Fsync) -> AsyncIterator[str]:
    """Two processes with four threads each, and connections kept alive: its best among those tried."""
    async with redis_server(folder / "redis", fsync) as redis_port:
        port = redis_port + 1
        command = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4"]
        command += ["--keep-alive", "30", "-b", f"127.0.0.1:{port}", "tests.bench.flask_gateway:app"]
        environ = {PORT_VARIABLE: str(redis_port), "GITHUB_WEBHOOK_SECRET": SECRET}
        (folder / "flask").mkdir()
        async with processes(folder / "flask", [command], environ):
            address = f"http://127.0.0.1:{port}"
            await wait_until(lambda: _answers(address), 30.0)
            yield address


CONTENDERS: Mapping[str, Callable[[Path, Fsync], contextlib.AbstractAsyncContextManager[str]]] = {
    "Reporeel": ours,
    "Flask, gunicorn, RQ, Redis": flask,
}


def push() -> bytes:
    """A request with a push nobody has sent before."""
    number = next(numbers)
    commit = {
        "id": f"{number:040x}",
        "message": "commit message " * 5,
        "added": [f"src/{n}.py" for n in range(8)],
    }
    repository = {"full_name": "acme/site", "default_branch": "main"} | {f"k{n}": "v" * 30 for n in range(30)}
    body = json.dumps(
        {
            "ref": "refs/heads/main",
            "after": f"{number:040x}",
            "repository": repository,
            "commits": [commit | {"modified": [f"docs/{n}.md" for n in range(24)]} for _ in range(COMMITS)],
        }
    ).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": str(number), "X-Hub-Signature-256": signature}
    return request("POST", "/webhook", body, headers)


async def measure(address: str, single: int, many: int) -> Measured:
    enqueued, rate, ids = await _one_by_one(address, [push() for _ in range(single)], 202)
    rate_16, enqueued_16 = await _together(address, [push() for _ in range(many)], 202)
    asked = [request("GET", f"/jobs/{job_id}") for job_id in ids]
    await _together(address, asked, 200)  # both have seen every job once
    shown, shown_rate, _ = await _one_by_one(address, asked, 200)
    shown_rate_16, shown_16 = await _together(
        address, list(itertools.islice(itertools.cycle(asked), many)), 200
    )
    return Measured(
        *(*_quantiles(enqueued), rate, rate_16, enqueued_16),
        *(*_quantiles(shown), shown_rate, shown_rate_16, shown_16),
    )


async def _one_by_one(
    address: str, requests: Sequence[bytes], status: int
) -> tuple[list[float], float, list[str]]:
    """Give each request's microseconds, the rate, and the ids in the answers."""
    begun = time.perf_counter()
    answers = await asyncio.to_thread(load.one_by_one, address, requests)
    rate = len(requests) / (time.perf_counter() - begun)
    _check(answers, status, len(requests))
    return [answer.microseconds for answer in answers], rate, [_job_of(answer) for answer in answers]


async def _together(address: str, requests: Sequence[bytes], status: int) -> tuple[float, float]:
    """Give the rate, and the median of each request's microseconds."""
    begun = time.perf_counter()
    answers = await asyncio.to_thread(load.together, address, requests, CONNECTIONS)
    rate = len(requests) / (time.perf_counter() - begun)
    _check(answers, status, len(requests))
    return rate, statistics.median(answer.microseconds for answer in answers)


def _check(answers: Sequence[load.Answer], status: int, expected: int) -> None:
    """Raises BenchError unless every request got the answer it should."""
    others = [answer for answer in answers if answer.status != status]
    if others or len(answers) != expected:
        raise BenchError(
            f"{len(answers)} of {expected} requests were answered, not with {status}: {others[:1]}"
        )


def _job_of(answer: load.Answer) -> str:
    return str(json.loads(answer.body)["job_id"])


async def _floor(requests: int) -> float:
    """Give the median microseconds of a request to a process that answers with fixed bytes, unread."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="reporeel-bench-") as folder:
        async with processes(Path(folder), [[sys.executable, "-m", "tests.bench.echo", str(port)]]):
            await listening(port)
            asked = [request("GET", "/jobs/x")] * requests
            answers = await asyncio.to_thread(load.one_by_one, f"http://127.0.0.1:{port}", asked)
    return statistics.median(answer.microseconds for answer in answers)


def _quantiles(took: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(took)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


async def _rounds(options: argparse.Namespace) -> Results:
    """Measure both in turn, the other one first each time, so that each meets the same other load."""
    rounds, single, many = (
        (SHORT_ROUNDS, SHORT_SINGLE, SHORT_MANY) if options.short else (options.rounds, SINGLE, MANY)
    )
    results: dict[Fsync, dict[str, list[Measured]]] = {
        sync: {name: [] for name in CONTENDERS} for sync in NATS_SYNC
    }
    with tempfile.TemporaryDirectory(prefix="reporeel-bench-") as folder:
        async with contextlib.AsyncExitStack() as stack:
            places = {}
            for sync in NATS_SYNC:
                for index, (name, running) in enumerate(CONTENDERS.items()):
                    place = Path(folder, f"{index}-{sync.replace(' ', '-')}")
                    place.mkdir()
                    places[sync, name] = await stack.enter_async_context(running(place, sync))
            for address in places.values():  # warm up
                await measure(address, SHORT_SINGLE, SHORT_MANY)
            for number in range(rounds):
                order = list(places.items())
                for (sync, name), address in reversed(order) if number % 2 else order:
                    row = await measure(address, single, many)
                    results[sync][name].append(row)
                    sys.stderr.write(f"round {number + 1}, sync {sync}, {name}: {row}\n")
    return results


WORDS = {
    "enqueue_p50": "webhook to 202, p50 µs",
    "enqueue_p99": "p99 µs",
    "enqueue_rate": "requests/s, 1 connection",
    "enqueue_rate_16": "requests/s, 16 connections",
    "enqueue_p50_16": "p50 µs, 16 connections",
    "status_p50": "job's record, p50 µs",
    "status_p99": "p99 µs",
    "status_rate": "requests/s, 1 connection",
    "status_rate_16": "requests/s, 16 connections",
    "status_p50_16": "p50 µs, 16 connections",
}


def tables(results: Results) -> Iterator[str]:
    """Give the Markdown section."""
    yield from ("## The gateway", "")
    yield (
        "`make bench-gateway`: the same push, signed, to both; then the record of a job. Medians of the "
        "rounds, smallest and largest in brackets; × compares what ran side by side."
    )
    for sync, rows in results.items():
        names = list(rows)
        yield from (
            "",
            f"### Synced to disk: {sync}",
            "",
            f"| | {' | '.join(names)} | × |",
            "|---|---|---|---|",
        )
        for field in fields(Measured):
            cells = [_spread([getattr(row, field.name) for row in rows[name]], 0) for name in names]
            yield f"| {WORDS[field.name]} | {' | '.join(cells)} | **{_times(rows, names, field.name)}** |"
    yield ""


def _times(rows: Mapping[str, Sequence[Measured]], names: Sequence[str], field: str) -> str:
    pairs = [
        (getattr(a, field), getattr(b, field)) for a, b in zip(*(rows[name] for name in names), strict=True)
    ]
    return _spread([a / b if "rate" in field else b / a for a, b in pairs], 1)


def _spread(values: Sequence[float], digits: int) -> str:
    middle = f"{statistics.median(values):.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f})"


async def _answers(address: str) -> bool:
    connection = Connection(address)
    try:
        return (await connection.ask(request("GET", "/nowhere"))).status == 404
    except OSError:
        return False
    finally:
        await connection.close()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.bench.gateway", description=__doc__)
    parser.add_argument("--short", action="store_true", help="one round with few requests: that it works")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    configure_logging(LogSettings(level="error"))
    results = uvloop.run(_rounds(options))
    floor = uvloop.run(_floor(SHORT_MANY if options.short else MANY))
    told = f"- A process that answers with fixed bytes, unread: p50 {floor:.0f} µs, 1 connection"
    sys.stdout.write("\n".join([*tables(results), told, *_where(), ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
