"""Cancelling, retrying and requeueing: what a person may do to a job under way or ended.

All of it is idempotent. Cancelling races with the job's own end for one subject, so one of them wins. A
retry opens the next generation for the branches it concerns, by storing again the event that their first open
stage takes; everything that finished before it stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from services.gateway.errors import ApiError
from services.gateway.records import Records
from shared.bus import ApiFault, Bus
from shared.events import (
    ALL_BRANCHES,
    Event,
    JobEnded,
    JobSubmitted,
    NarrationReady,
    RepoScanned,
    ScriptProposed,
    ScriptWritten,
    StageName,
    TranslationRequested,
    VideoRendered,
    now,
)
from shared.job_events import Events, decode, decode_events
from shared.jobs import fold
from shared.parking import Parked
from shared.pipeline import PARKED
from shared.record import JobRecord
from shared.stage_rows import rows

WHOLE_JOB: tuple[StageName, ...] = ("scan", "write")
INPUTS: dict[StageName, type[Event]] = {
    "scan": JobSubmitted,
    "write": RepoScanned,
    "speak": ScriptWritten,
    "translate": TranslationRequested,
    "render": NarrationReady,
    "publish": VideoRendered,
}
"""What each stage takes: storing it again in a new generation runs the stage again."""
ORDER: tuple[StageName, ...] = tuple(INPUTS)


class RetryRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /jobs/{id}/retry`."""

    from_stage: StageName | None = None
    """Run this stage and those after it again; left out, the first that did not finish."""
    languages: tuple[str, ...] = ()
    """Only these; left out, all that did not finish."""


class ParkedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A parked message as `GET /parked` lists it."""

    id: str
    stage: str
    job_id: str | None
    reason: str
    attempts: int
    at: datetime
    traceback: str


class ParkedList(msgspec.Struct, frozen=True):
    """Oldest first."""

    parked: list[ParkedEntry]


class Control:
    def __init__(self, bus: Bus, records: Records) -> None:
        self._bus = bus
        self._records = records

    async def cancel(self, job_id: str) -> JobRecord:
        """End a job that has not ended; one that has stays as it is.

        Raises ApiError (404) for an unknown job.
        """
        events = await self._events(job_id)
        submitted = _submitted(events)
        for generation in range(events.generation + 1):
            await self._bus.publish_once(
                JobEnded(
                    job_id=job_id, spec=submitted.spec, at=now(), generation=generation, outcome="cancelled"
                )
            )
        return await self._record(job_id)

    async def retry(self, job_id: str, wish: RetryRequest) -> JobRecord:
        """Run again what did not finish, or what was asked for; a job under way stays as it is.

        Raises ApiError (404, 422) for an unknown job or a language it does not have.
        """
        events = await self._events(job_id)
        unknown = set(wish.languages) - set(events.languages)
        if unknown:
            raise ApiError(
                422,
                "language_unknown",
                f"This job has no language {', '.join(sorted(unknown))}.",
                f"It has {', '.join(events.languages)}.",
            )
        if events.get(JobEnded) is not None and _is_over(events):
            await self._run_again(events, list(inputs_to_repeat(events, wish)))
        return await self._record(job_id)

    async def parked(self) -> list[ParkedEntry]:
        """Give all parked messages, oldest first."""
        stored = await self._bus.last(["parked.>"], stream=PARKED)
        parked = [(message.subject, msgspec.json.decode(message.payload, type=Parked)) for message in stored]
        return [
            ParkedEntry(
                id=subject.removeprefix("parked.").replace(".", "-"),
                stage=entry.stage,
                job_id=entry.job_id,
                reason=entry.reason,
                attempts=entry.attempts,
                at=entry.at,
                traceback=entry.traceback,
            )
            for subject, entry in parked
        ]

    async def requeue(self, parked_id: str) -> JobRecord:
        """Run a parked message's stage again, in a new generation of its branch.

        Raises ApiError: 404 when nothing is parked under this id, 409 when it is not an event.
        """
        stage, _, sequence = parked_id.rpartition("-")
        if stage not in {*ORDER, "close"} or not sequence.isdecimal():
            raise _nothing_parked()
        subject = f"parked.{stage}.{sequence}"
        stored = await self._bus.last([subject], stream=PARKED)
        if not stored:
            raise _nothing_parked()
        parked = msgspec.json.decode(stored[0].payload, type=Parked)
        try:
            event = decode(parked.event.encode())
        except msgspec.DecodeError as error:
            hint = "It can never be worked on; it goes after 14 days."
            raise ApiError(409, "not_an_event", "This parked message is no event.", hint) from error
        await self._run_again(await self._events(event.job_id), [event])
        return await self._record(event.job_id)

    async def _run_again(self, events: Events, inputs: Sequence[Event]) -> None:
        generation = events.generation + 1
        for event in inputs:
            await self._bus.publish_once(msgspec.structs.replace(event, generation=generation))
        branches = {event.branch for event in inputs}
        await self._forget_parked(_submitted(events).job_id, branches)

    async def _forget_parked(self, job_id: str, branches: set[str]) -> None:
        """Take what is worked on again off the list of dead letters."""
        for message in await self._bus.last(["parked.>"], stream=PARKED):
            parked = msgspec.json.decode(message.payload, type=Parked)
            branch = parked.subject.split(".")[-2]
            if parked.job_id == job_id and (branch in branches or ALL_BRANCHES in branches):
                await self._purge(message.subject)

    async def _purge(self, subject: str) -> None:
        try:
            await self._bus.api(f"STREAM.PURGE.{PARKED}", {"filter": subject})
        except ApiFault as fault:
            raise ApiError(503, "unavailable", str(fault), "Try again.") from fault

    async def _events(self, job_id: str) -> Events:
        stored = await self._bus.last([f"jobs.*.{job_id}.>"])
        events = list(decode_events(message.payload for message in stored))
        if not events:
            raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
        self._records.told(job_id, events)
        return Events(events)

    async def _record(self, job_id: str) -> JobRecord:
        record = fold(await self._events(job_id))
        if record is None:
            raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
        return record


def inputs_to_repeat(events: Events, wish: RetryRequest) -> Iterator[Event]:
    """Give the events to store again: one for the whole job, or one for each language concerned."""
    table = list(rows(events))
    proposal = events.get(ScriptProposed)
    for row in table[: len(WHOLE_JOB)]:
        if row.status != "finished" or row.stage == wish.from_stage:
            if proposal is not None and row.stage == "write" and wish.from_stage not in WHOLE_JOB:
                yield msgspec.structs.replace(proposal, approved=False)  # its edits are kept
            elif (event := events.get(INPUTS[row.stage])) is not None:
                yield event
            return
    for language in wish.languages or events.languages:
        chain = [row for row in table if row.language == language]
        first = next((row.stage for row in chain if row.status != "finished"), None)
        if wish.from_stage is not None:
            first = _earlier(wish.from_stage, first, chain[0].stage)
        if first is not None and (event := events.get(INPUTS[first], language)) is not None:
            yield event


def _earlier(wished: StageName, unfinished: StageName | None, start: StageName) -> StageName:
    """Give the stage to start from: none can be skipped that did not finish."""
    if wished in {"speak", "translate"}:
        return start
    if unfinished is not None and ORDER.index(unfinished) < ORDER.index(wished):
        return unfinished
    return wished


def _is_over(events: Events) -> bool:
    ended = events.get(JobEnded)
    return ended is not None and ended.generation == events.generation


def _submitted(events: Events) -> JobSubmitted:
    submitted = events.get(JobSubmitted)
    if submitted is None:
        raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
    return submitted


def _nothing_parked() -> ApiError:
    return ApiError(404, "parked_unknown", "Nothing is parked under this id.", "GET /parked lists what is.")
