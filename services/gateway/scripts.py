"""A job's script: read it, edit it while it waits, approve it.

The proposal's own subject decides every race: an edit and an approval each replace the event they have read,
or nothing. An approval that dies half-way is finished by the next one.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from aiohttp import web

from services.gateway.errors import ApiError, answer
from services.gateway.requests import decode_body, decode_query
from services.gateway.routes import Fault, Refusal, Route, asked_job
from shared.approval import written
from shared.blobs import Blobs
from shared.bus import EXPECTED, Bus
from shared.events import JobEnded, NarrationReady, ScriptProposed, ScriptWritten, TranslationRequested, now
from shared.facts import FactBase
from shared.jobs import Events, JobRecord, decode_events, fold
from shared.pipeline import SOURCE_LANGUAGE, subject
from shared.script import Script
from shared.truth import Violation, check, misshapen


class ScriptQuery(msgspec.Struct, frozen=True, kw_only=True):
    language: str = SOURCE_LANGUAGE


class Revised(msgspec.Struct, frozen=True):
    """The script as it waits from now on."""

    job_id: str
    language: str
    revision: int


class Untrue(Fault, frozen=True):
    violations: tuple[Violation, ...]


class Proposal(NamedTuple):
    event: ScriptProposed
    sequence: int
    """Where it stands in the stream."""
    events: Events


class Scripts:
    def __init__(self, bus: Bus, blobs: Blobs) -> None:
        self._bus = bus
        self._blobs = blobs

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/jobs/{job_id}/script",
                handler=self.show,
                summary="A job's script in one language, as soon as there is one.",
                query=ScriptQuery,
                answers={200: Script},
                faults=(400, 404),
            ),
            Route(
                method="PUT",
                path="/jobs/{job_id}/script",
                handler=self.edit,
                summary="Replace a script that waits for approval; what the facts do not carry is refused.",
                query=ScriptQuery,
                body=Script,
                answers={200: Revised},
                faults=(404, 409, 422),
            ),
            Route(
                method="POST",
                path="/jobs/{job_id}/approve",
                handler=self.approve,
                summary="Let a job that waits for approval go on; again is harmless.",
                answers={200: JobRecord},
                faults=(404, 409),
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        language = decode_query(request.query, ScriptQuery).language
        events, _ = await self._events(asked_job(request))
        key = _script_key(events, language)
        if key is None:
            hint = f"Its languages are {', '.join(events.languages)}; the script comes after stage write."
            raise ApiError(404, "script_unknown", f"This job has no script in {language[:20]!r}.", hint)
        return web.Response(body=await self._blobs.get(key), content_type="application/json")

    async def edit(self, request: web.Request) -> web.Response:
        language = decode_query(request.query, ScriptQuery).language
        script = decode_body(await request.read(), Script)
        proposal = await self._waiting(asked_job(request))
        if script.language != SOURCE_LANGUAGE or language != SOURCE_LANGUAGE:
            hint = "Translations are made from it after the approval."
            raise ApiError(409, "language_fixed", f"Only the script in {SOURCE_LANGUAGE!r} waits.", hint)
        faults = tuple(misshapen(script))
        if faults:
            raise ApiError(422, "unfit", f"No film can be made of this script: {'; '.join(faults[:5])}.")
        facts = msgspec.json.decode(await self._blobs.get(proposal.event.facts), type=FactBase)
        violations = check(script, facts)
        if violations:
            return _refused(violations)
        before = msgspec.json.decode(await self._blobs.get(proposal.event.script), type=Script)
        script = msgspec.structs.replace(script, quiz=before.quiz, profile=before.profile)
        event = await self._revise(proposal, await self._blobs.put(msgspec.json.encode(script)))
        return answer(Revised(event.job_id, SOURCE_LANGUAGE, event.revision))

    async def approve(self, request: web.Request) -> web.Response:
        job_id = asked_job(request)
        event = await self._approved(job_id)
        for output in written(event, event.script):
            await self._bus.publish_once(output)
        events, _ = await self._events(job_id)
        return answer(fold(events))

    async def _approved(self, job_id: str) -> ScriptProposed:
        """Mark what waits as approved, whatever its latest edit is."""
        while True:
            proposal = await self._proposal(job_id)
            if proposal.event.approved:
                return proposal.event
            _refuse_over(proposal.events)
            approved = msgspec.structs.replace(proposal.event, approved=True, at=now())
            if await self._replace(proposal, approved):
                return approved

    async def _revise(self, proposal: Proposal, key: str) -> ScriptProposed:
        if key == proposal.event.script:
            return proposal.event
        number = proposal.event.revision + 1
        event = msgspec.structs.replace(proposal.event, script=key, revision=number, at=now())
        if not await self._replace(proposal, event):
            hint = "Read it again, then send your edit."
            raise ApiError(409, "script_changed", "Somebody else changed or approved this script.", hint)
        return event

    async def _replace(self, proposal: Proposal, event: ScriptProposed) -> bool:
        """Store `event` in the place of the proposal; not if that was replaced meanwhile."""
        headers = {EXPECTED: str(proposal.sequence)}
        return await self._bus.store(subject(event), msgspec.json.encode(event), headers) is not None

    async def _waiting(self, job_id: str) -> Proposal:
        proposal = await self._proposal(job_id)
        if proposal.event.approved:
            raise ApiError(409, "approved", "This script is approved.", "Start another job to change it.")
        _refuse_over(proposal.events)
        return proposal

    async def _proposal(self, job_id: str) -> Proposal:
        events, sequences = await self._events(job_id)
        event = events.get(ScriptProposed)
        if event is None:
            hint = 'Submit it with "approve": true, and wait until stage write is waiting.'
            raise ApiError(409, "nothing_to_approve", "No script of this job waits for approval.", hint)
        return Proposal(event, sequences[subject(event)], events)

    async def _events(self, job_id: str) -> tuple[Events, dict[str, int]]:
        """A job's events, and the sequence of each subject."""
        stored = await self._bus.last([f"jobs.*.{job_id}.>"])
        events = Events(decode_events(message.payload for message in stored))
        if fold(events) is None:
            raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
        return events, {message.subject: message.sequence for message in stored}


def _script_key(events: Events, language: str) -> str | None:
    """The newest script in a language: translated ones come with their narration."""
    if language != SOURCE_LANGUAGE:
        narrated = events.get(NarrationReady, language)
        return narrated.script if narrated else None
    asked = [events.get(TranslationRequested, one) for one in events.languages]
    known = [one for one in (events.get(ScriptWritten, language), events.get(ScriptProposed), *asked) if one]
    newest = max(known, key=lambda one: (one.generation, one.at), default=None)
    return newest.script if newest else None


def _refuse_over(events: Events) -> None:
    ended = events.get(JobEnded)
    if ended is not None and ended.generation == events.generation:
        raise ApiError(409, "job_over", f"This job is {ended.outcome}.", "Retry it first.")


def _refused(violations: tuple[Violation, ...]) -> web.Response:
    first = violations[0]
    message = f"{first.where}: {first.word!r} {first.why}, in {first.text!r}."
    hint = "Say what the facts say, cite the facts a sentence rests on, or leave it out."
    return answer(Refusal(Untrue("untrue", message, hint, violations)), 422)
