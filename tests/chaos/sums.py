"""What a kill run came to: the answers at the door compared with what stands in the streams."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from shared.bus import Bus, Stored
from shared.errors import Unavailable
from shared.events import JobEnded
from shared.job_events import decode
from shared.parking import Parked
from shared.pipeline import PIPELINE, stage_named, token
from tests.chaos.notes import Note
from tests.chaos.worker import LANGUAGES, REFUSED
from tests.support.pipelines import wait_until

READ_SECONDS = 60.0
OUTPUTS = frozenset({token(kind) for stage in PIPELINE for kind in stage.publishes} | {token(JobEnded)})


class Outage(msgspec.Struct):
    """A server was killed, and until its streams were whole again some requests were refused."""

    began: float
    ended: float = math.inf

    def overlaps(self, start: float, end: float) -> bool:
        return self.began <= end and start <= self.ended


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known when a run has come to rest."""

    accepted: Mapping[str, str]
    """The repository of each job that was answered 202."""
    stored: Sequence[Stored]
    audited: Sequence[Stored]
    """All that ever was stored, also what was replaced."""
    parked: Sequence[Parked]
    notes: Sequence[Note]
    records: Mapping[str, str]
    """The status `GET /jobs/{id}` tells of each job that ended."""
    killed: frozenset[int]
    outages: Sequence[Outage]
    crashes: Sequence[str]


class Sums(msgspec.Struct, kw_only=True):
    """The figures of a run; each list holds faults."""

    accepted: int
    published: int
    parked: int
    in_flight: int
    killed_out: int
    """Jobs of which we killed one stage as often as it may be tried: parked, as promised."""
    lost: list[str]
    duplicates: list[str]
    """Subjects of outputs that were stored more than once."""
    strange_ends: list[str]
    """Jobs with none, or more than one, or the wrong terminal state."""
    wrongly_repeated: list[str]
    """Messages handled again though neither their process nor the server had been killed."""
    records_wrong: list[str]
    """Jobs that `GET /jobs/{id}` tells otherwise than the stream."""
    crashes: list[str]
    """Processes that ended by themselves."""
    handled: int
    handled_again: int

    @property
    def share_handled_again(self) -> float:
        return self.handled_again / max(1, self.handled - self.handled_again)

    @property
    def faults(self) -> list[str]:
        return [
            *self.lost,
            *self.duplicates,
            *self.strange_ends,
            *self.wrongly_repeated,
            *self.records_wrong,
            *self.crashes,
        ]


def sums_of(evidence: Evidence) -> Sums:
    """Compare what was accepted with what came of it."""
    stored, accepted = evidence.stored, set(evidence.accepted)
    ends, published = ends_of(stored), _published(stored)
    parked = {entry.job_id or "" for entry in evidence.parked}
    submitted, closed = _jobs_with("submitted", stored), _jobs_with("closed", stored)
    in_flight = submitted - published - parked - ends.keys()
    places = published | parked | in_flight
    killed_out = _killed_out(evidence) & parked
    runs = [note for note in evidence.notes if note.what == "run"]
    return Sums(
        accepted=len(accepted),
        published=len(published),
        parked=len(parked),
        in_flight=len(in_flight),
        killed_out=len(killed_out),
        lost=[
            *(f"{job} was accepted and is nowhere" for job in accepted - places),
            *(f"{job} is still on its way" for job in in_flight),
            *(f"{job} was never accepted" for job in places - accepted),
            *(f"{job} is published and parked" for job in published & parked),
            *(f"{job} ended and was never closed" for job in ends.keys() - closed),
        ],
        duplicates=duplicates(stored, evidence.audited, evidence.notes),
        strange_ends=list(_strange_ends(evidence, ends, killed_out)),
        wrongly_repeated=list(_wrongly_repeated(evidence, runs)),
        records_wrong=[
            f"GET /jobs/{job} says {told}, the stream {ends[job]}"
            for job, told in evidence.records.items()
            if [told] != ends[job]
        ],
        crashes=list(evidence.crashes),
        handled=len(runs),
        handled_again=len(runs) - len({(note.stage, note.subject) for note in runs}),
    )


def ends_of(stored: Sequence[Stored]) -> dict[str, list[str]]:
    """Give the outcomes of each job that ended."""
    ends: dict[str, list[str]] = defaultdict(list)
    for message in stored:
        if ".ended." in message.subject:
            event = decode(message.payload)
            assert isinstance(event, JobEnded)
            ends[event.job_id].append(event.outcome)
    return ends


def _published(stored: Sequence[Stored]) -> set[str]:
    """Give the jobs that are published in all their languages."""
    languages: dict[str, set[str]] = defaultdict(set)
    for message in stored:
        _, _, job, kind, branch, _ = message.subject.split(".")
        if kind == "published":
            languages[job].add(branch)
    return {job for job, known in languages.items() if known == set(LANGUAGES)}


def _jobs_with(kind: str, stored: Sequence[Stored]) -> set[str]:
    return {message.subject.split(".")[2] for message in stored if f".{kind}." in message.subject}


def _strange_ends(evidence: Evidence, ends: Mapping[str, list[str]], killed_out: set[str]) -> Iterator[str]:
    for job, repo in evidence.accepted.items():
        expected = "failed" if REFUSED in repo or job in killed_out else "finished"
        if ends.get(job, []) != [expected]:
            yield f"{job} ({repo}) ended {ends.get(job, [])}"


def _killed_out(evidence: Evidence) -> set[str]:
    """Find jobs with a message that was in the hands of killed processes as often as it may be tried."""
    hands: dict[tuple[str, str], set[int]] = defaultdict(set)
    for note in evidence.notes:
        if note.pid in evidence.killed:
            hands[note.stage, note.subject].add(note.pid)
    return {
        where.split(".")[2]
        for (stage, where), pids in hands.items()
        if len(pids) >= stage_named(stage).attempts
    }


def _wrongly_repeated(evidence: Evidence, runs: Sequence[Note]) -> Iterator[str]:
    """Find handlers that ran again though nobody had interrupted them."""
    by_message: dict[tuple[str, str], list[Note]] = defaultdict(list)
    for note in runs:
        by_message[note.stage, note.subject].append(note)
    for (stage, where), known in by_message.items():
        for first, again in itertools.pairwise(known):
            interrupted = any(out.overlaps(first.at, again.at) for out in evidence.outages)
            if first.pid not in evidence.killed and not interrupted:
                times = f"{first.pid} at {first.at:.1f}, {again.pid} at {again.at:.1f}"
                yield f"{stage} ran again for {where}: {times}"


def duplicates(stored: Sequence[Stored], audited: Sequence[Stored], notes: Sequence[Note]) -> list[str]:
    """Find outputs that were stored at more than one sequence, whoever saw it."""
    seen: dict[str, set[int]] = defaultdict(set)
    for message in stored:
        seen[message.subject].add(message.sequence)
    for note in notes:
        if note.what == "taken":
            seen[note.subject].add(note.sequence)
    times = Counter(message.subject for message in audited)
    return [
        f"{where} was stored {max(len(sequences), times[where])} times"
        for where, sequences in seen.items()
        if (len(sequences) > 1 or times[where] > 1) and where.split(".")[3] in OUTPUTS
    ]


async def everything(bus: Bus, stream: str) -> list[Stored]:
    """Read a whole stream, again from the start if the server is not there yet."""
    messages: list[Stored] = []

    async def read() -> bool:
        messages.clear()
        with contextlib.suppress(Unavailable):
            sequence, before = 1, 0
            while sequence != before:
                before = sequence
                async for message in bus.read(stream, {"seq": sequence, "next_by_subj": ">", "batch": 500}):
                    sequence = message.sequence + 1
                    messages.append(message)
            return True
        return False

    await wait_until(read, READ_SECONDS)
    return messages
