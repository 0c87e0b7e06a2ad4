"""A world in which a process can be made to die at any chosen point, and what must hold in each of them.

The bus is ours down to the requests it sends; behind it stands a JetStream of two dictionaries. Each effect
on that server is a point before and a point after: the process dies there, and its messages are delivered
again to the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from shared.answers import Message
from shared.bus import ALREADY_STORED, EXPECTED, EXPECTED_SUBJECT, Bus, Stored
from shared.errors import Unavailable
from shared.events import Event, JobEnded, RepoScanned
from shared.job_events import decode
from shared.parking import Parked
from shared.pipeline import JOBS, PARKED, PIPELINE, Stage, filter_for, subject, token
from shared.pull import Delivery
from shared.runner import Runner
from tests.support.pipelines import Trivial, submission

MAX_DELIVERIES = 40


class Died(BaseException):
    """The process is gone; nobody in it may notice."""


class World:
    """Two streams, the consumers' positions, and the points at which a process dies or is disconnected."""

    def __init__(
        self,
        faults: Mapping[int, type[BaseException]] | None = None,
        shuffle: random.Random | None = None,
        lag: int = 0,
        *,
        there: bool = False,
    ) -> None:
        self.faults = faults or {}
        self.points = 0
        self.streams: dict[str, dict[str, Stored]] = {JOBS: {}, PARKED: {}}
        self.stored: list[Stored] = []
        """All that ever was in JOBS, in order."""
        self.settled: set[tuple[str, int]] = set()
        self.deliveries: Counter[tuple[str, int]] = Counter()
        self.runs: Counter[tuple[str, str]] = Counter()
        self.lag = lag
        self.views = 0
        self.there = there
        self._shuffle = shuffle

    async def point(self) -> None:
        """Somewhere between two effects."""
        for _ in range(self._shuffle.randrange(4) if self._shuffle else 0):
            await asyncio.sleep(0)
        self.points += 1
        if self.points in self.faults:
            raise self.faults[self.points]

    def put(self, where: str, payload: bytes, headers: dict[str, str]) -> bytes:
        stream = JOBS if where.startswith("jobs.") else PARKED
        kept = self.streams[stream]
        pattern = headers.get(EXPECTED_SUBJECT, where)
        if headers.get(EXPECTED) == "0" and any(_matches(pattern, known) for known in kept):
            return b'{"error": {"code": 400, "err_code": %d}}' % ALREADY_STORED
        kept[where] = Stored(where, len(self.stored) + 1, payload)
        if stream == JOBS:
            self.stored.append(kept[where])
        return b'{"stream": "%s", "seq": %d}' % (stream.encode(), len(self.stored))

    def view(self, stream: str) -> list[Stored]:
        """Give what a replica has, in order: every other one is a few messages behind."""
        self.views += 1
        kept = self.streams[stream]
        if stream == JOBS and self.views % 2:
            seen = self.stored[: max(0, len(self.stored) - self.lag)]
            kept = {message.subject: message for message in seen}
        return sorted(kept.values(), key=_sequence)

    def open_work(self) -> Iterator[tuple[Stage[Any, Any], Stored]]:
        """Give the messages some stage still has to settle."""
        for stage in PIPELINE:
            for message in list(self.streams[JOBS].values()):
                waiting = (stage.name, message.sequence) not in self.settled
                if waiting and _matches(filter_for(stage.consumes), message.subject):
                    yield stage, message


class MemoryBus(Bus):
    """Our bus, whose requests go to a `World`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reconnections = 0

    @property
    def connected(self) -> bool:
        return True

    async def ask(self, where: str, payload: bytes, headers: dict[str, str] | None = None) -> Any:
        await self.world.point()
        answer = self._apply(where, payload, headers or {})
        await self.world.point()
        return Message(where, "", answer, None)

    async def tell(
        self, where: str, payload: bytes, reply: str = "", headers: dict[str, str] | None = None
    ) -> None:
        await self.ask(where, payload, headers)

    async def newest_sequence(self, stream: str) -> int:
        await self.world.point()
        return 0 if self.world.there else len(self.world.stored)

    async def read(self, stream: str, body: dict[str, Any]) -> AsyncIterator[Stored]:
        await self.world.point()
        for message in self.world.view(stream):
            if any(_matches(pattern, message.subject) for pattern in body["multi_last"]):
                yield message

    def _apply(self, where: str, payload: bytes, headers: dict[str, str]) -> bytes:
        if not where.startswith("$JS.ACK."):
            return self.world.put(where, payload, headers)
        if payload.startswith((b"+ACK", b"+TERM")):
            _, _, _, stage, _, sequence, *_ = where.split(".")
            self.world.settled.add((stage, int(sequence)))
        return b""


class Handlers(Trivial):
    """Trivial handlers that count as points of the world, one of which may misbehave."""

    def __init__(self, world: World, stage: str = "", trouble: Sequence[BaseException] = ()) -> None:
        super().__init__()
        self._world = world
        self._stage = stage
        self._trouble = list(trouble)

    def handlers(self) -> dict[str, Any]:
        return {name: self._watched(name, handle) for name, handle in super().handlers().items()}

    def _watched(self, name: str, handle: Any) -> Any:
        async def watched(event: Event, progress: Any) -> Any:
            await self._world.point()
            self._world.runs[name, subject(event)] += 1
            if name == self._stage and self._trouble:
                raise self._trouble.pop(0)
            outputs = await handle(event, progress)
            await self._world.point()
            return outputs

        return watched


async def live(world: World, handlers: dict[str, Any], *, at_once: int = 1) -> None:
    """Deliver until everything is settled; each death starts a new process.

    With `at_once` above 1 each message is in that many hands at the same time. In a world whose processes
    were `there` from the start, each has heard all that passed.
    """
    while work := next(world.open_work(), None):
        stage, message = work
        key = (stage.name, message.sequence)
        if world.deliveries[key] >= MAX_DELIVERIES:
            return
        hands = []
        for _ in range(at_once):
            world.deliveries[key] += 1
            bus = MemoryBus(world)
            delivery = Delivery(bus, _message(stage, message, world.deliveries[key]))
            runner = Runner(bus, stage, handlers[stage.name])
            for stored in world.stored if world.there else ():
                if token(decode(stored.payload)) == token(JobEnded):
                    await runner.hear_end(f"live.{stored.subject}", stored.payload)
            hands.append(runner.work(delivery))
        await asyncio.gather(*(_until_it_fails(hand) for hand in hands))


async def _until_it_fails(work: Any) -> None:
    """A dead process leaves its message to the next, a disconnected one hands it back."""
    with contextlib.suppress(Died, Unavailable):
        await work


def _message(stage: Stage[Any, Any], message: Stored, delivered: int) -> Message:
    reply = f"$JS.ACK.{JOBS}.{stage.name}.{delivered}.{message.sequence}.1.1.0"
    return Message(message.subject, reply, message.payload, None)


def begin(world: World, *languages: str) -> None:
    event = submission("j", *languages)
    world.put(subject(event), msgspec.json.encode(event), {})


def violations(world: World) -> list[str]:
    """Say what is wrong with a world that has come to rest; nothing, if the promises hold."""
    return [
        *_unsettled(world),
        *_stored_twice(world),
        *_neither_or_both(world),
        *_wrong_ends(world),
        *_tried_too_often(world),
    ]


def _unsettled(world: World) -> Iterator[str]:
    for stage, message in world.open_work():
        yield f"{stage.name} never settled {message.subject}"


def _stored_twice(world: World) -> Iterator[str]:
    outputs = {token(kind) for stage in PIPELINE for kind in stage.publishes} | {token(JobEnded)}
    for where, times in Counter(message.subject for message in world.stored).items():
        if times > 1 and where.split(".")[3] in outputs:
            yield f"{where} was stored {times} times"


def _neither_or_both(world: World) -> Iterator[str]:
    for stage in PIPELINE:
        for message in world.streams[JOBS].values():
            if not _matches(filter_for(stage.consumes), message.subject):
                continue
            parked = f"parked.{stage.name}.{message.sequence}" in world.streams[PARKED]
            done = _is_answered(world, stage, message)
            if parked and done:
                yield f"{message.subject} is done and parked"
            if not parked and not done and not _ended_failed(world):
                yield f"{message.subject} is neither done nor parked"


def _is_answered(world: World, stage: Stage[Any, Any], message: Stored) -> bool:
    """Say whether all outputs of a message are stored."""
    try:
        event = decode(message.payload)
    except msgspec.DecodeError:
        return False
    branches = event.languages if isinstance(event, RepoScanned) else (event.branch,)
    kept = world.streams[JOBS]
    return all(
        any(f"jobs.normal.j.{token(kind)}.{branch}.g0" in kept for kind in stage.publishes)
        for branch in branches
    )


def _wrong_ends(world: World) -> Iterator[str]:
    ended = _end(world)
    if ended is None:
        yield "the job never ended"
        return
    parked = [msgspec.json.decode(message.payload, type=Parked) for message in world.streams[PARKED].values()]
    failed = any(entry.job_id and entry.stage != "close" for entry in parked)
    if (ended.outcome == "failed") != failed:
        yield f"the job {ended.outcome} though {'something' if failed else 'nothing'} of it was parked"


def _ended_failed(world: World) -> bool:
    ended = _end(world)
    return ended is not None and ended.outcome == "failed"


def _end(world: World) -> JobEnded | None:
    stored = world.streams[JOBS].get("jobs.normal.j.ended.all.g0")
    return msgspec.json.decode(stored.payload, type=JobEnded) if stored else None


def _tried_too_often(world: World) -> Iterator[str]:
    allowed = {stage.name: stage.attempts for stage in PIPELINE}
    for (stage, where), times in world.runs.items():
        if times > allowed[stage] + WAITS:
            yield f"{stage} ran {times} times for {where}"


WAITS = 3
"""How often the handlers of these worlds raise Retry, which is no attempt."""


def _sequence(message: Stored) -> int:
    return message.sequence


def _matches(pattern: str, where: str) -> bool:
    wanted, given = pattern.split("."), where.split(".")
    if wanted[-1] == ">":
        return len(given) >= len(wanted) and _all_match(wanted[:-1], given)
    return len(wanted) == len(given) and _all_match(wanted, given)


def _all_match(wanted: list[str], given: list[str]) -> bool:
    return all(one in {"*", other} for one, other in zip(wanted, given, strict=False))
