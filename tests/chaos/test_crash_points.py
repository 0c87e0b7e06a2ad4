"""The process dies before or after every single effect, and still each event ends in one place."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import structlog

import shared.attempt
import shared.endings
from shared.errors import Reject, Retry, Unavailable
from shared.pipeline import stage_named
from tests.chaos.memory import WAITS, Died, Handlers, World, begin, live, violations
from tests.chaos.mutants import MUTANTS, SUBTLE_MUTANTS, mutant

PAIRS = 15
"""Worlds with two faults, drawn at random."""
INTERLEAVINGS = 40


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No log, and no pause between two tries to store."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    monkeypatch.setattr(shared.attempt, "STORE_AGAIN_SECONDS", 0)
    monkeypatch.setattr(shared.endings, "CATCH_UP_SECONDS", 0)


def always(error: Callable[[], BaseException]) -> list[BaseException]:
    return [error() for _ in range(200)]


TROUBLES: dict[str, Callable[[], list[BaseException]]] = {
    "good": list,
    "flaky": lambda: [RuntimeError("once"), RuntimeError("twice")],
    "hopeless": lambda: always(lambda: RuntimeError("no")),
    "refused": lambda: always(lambda: Reject("never", code="no")),
    "waiting": lambda: [Retry("not yet") for _ in range(WAITS)],
    "deadly": lambda: always(Died),
}
CASES = [
    ("good", ""),
    *((trouble, stage) for trouble in TROUBLES if trouble != "good" for stage in ("write", "publish")),
    ("hopeless", "close"),
    ("deadly", "close"),
]


async def world_of(
    trouble: str,
    stage: str,
    faults: Mapping[int, type[BaseException]],
    *,
    garbage: bool = False,
    lag: int = 0,
    there: bool = False,
) -> World:
    world = World(faults, lag=lag, there=there)
    begin(world, *(("en", "pt") if stage in {"", "write"} else ("en",)))
    if garbage:
        world.put("jobs.normal.j.rendered.xx.g0", b"{", {})
        world.put("jobs.normal.x.submitted.all.g0", b'{"event": "submitted"}', {})
    await live(world, Handlers(world, stage, TROUBLES[trouble]()).handlers())
    return world


async def sweep(trouble: str, stage: str, fault: type[BaseException] = Died, **how: Any) -> list[str]:
    """Give what went wrong in all the worlds with one fault, and in some with two."""
    whole = await world_of(trouble, stage, {}, **how)
    found = [f"no fault: {wrong}" for wrong in violations(whole)]
    for points in _faults(whole.points, random.Random(f"{trouble}{stage}")):
        world = await world_of(trouble, stage, dict.fromkeys(points, fault), **how)
        found += [f"{trouble} {stage}, {fault.__name__} at {points}: {wrong}" for wrong in violations(world)]
    return found


def _faults(points: int, rng: random.Random) -> Iterator[tuple[int, ...]]:
    yield from ((point,) for point in range(1, points + 1))
    for _ in range(PAIRS):
        yield tuple(rng.sample(range(1, points + 20), 2))


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(("trouble", "stage"), CASES)
async def test_wherever_the_process_dies_each_event_is_done_once_or_parked_once(
    trouble: str, stage: str, *, there: bool
) -> None:
    assert await sweep(trouble, stage, there=there) == []


@pytest.mark.parametrize(("trouble", "stage"), [("good", ""), ("flaky", "write"), ("hopeless", "publish")])
async def test_wherever_the_connection_fails_each_event_is_done_once_or_parked_once(
    trouble: str, stage: str
) -> None:
    assert await sweep(trouble, stage, Unavailable) == []


@pytest.mark.parametrize(("trouble", "stage"), [("good", ""), ("refused", "write"), ("refused", "publish")])
async def test_wherever_the_process_dies_a_lagging_replica_keeps_no_job_from_ending(
    trouble: str, stage: str
) -> None:
    assert await sweep(trouble, stage, lag=3) == []


async def test_wherever_the_process_dies_garbage_is_parked_once_and_the_job_finishes() -> None:
    assert await sweep("good", "", garbage=True) == []


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("stage", ["scan", "write", "render", "publish", "close"])
async def test_an_event_that_kills_its_process_is_run_as_often_as_its_stage_allows(
    stage: str, *, there: bool
) -> None:
    world = await world_of("deadly", stage, {}, there=there)
    runs = [times for (name, _), times in world.runs.items() if name == stage]
    assert runs[0] == stage_named(stage).attempts


@pytest.mark.parametrize("there", [False, True])
async def test_waiting_and_a_death_use_up_one_attempt_only(*, there: bool) -> None:
    plain = await world_of("waiting", "write", {}, there=there)
    for point in range(1, plain.points + 1):
        world = await world_of("waiting", "write", {point: Died}, there=there)
        assert world.streams["PARKED"] == {}


@pytest.mark.parametrize("seed", range(INTERLEAVINGS))
async def test_a_message_in_two_hands_at_once_is_done_once(seed: int) -> None:
    assert await in_two_hands(seed) == []


async def in_two_hands(seed: int) -> list[str]:
    world = World(shuffle=random.Random(seed))
    begin(world, "en", "pt")
    await live(world, Handlers(world).handlers(), at_once=2)
    return violations(world)


@pytest.mark.parametrize("name", [*MUTANTS, *SUBTLE_MUTANTS])
async def test_the_same_sweep_finds_the_fault_in_a_runner_built_wrong(name: str) -> None:
    with mutant(name):
        assert await sweep("good", "") != []
        assert await sweep("good", "", there=True) != []


async def test_two_hands_find_the_fault_in_a_runner_that_stores_anyway() -> None:
    with mutant("stores_anyway"):
        assert [wrong for seed in range(10) for wrong in await in_two_hands(seed)] != []
