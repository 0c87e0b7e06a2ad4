"""A job's script: read it, edit it while it waits, approve it; edit a translation once the job has ended.

The proposal's own subject decides every race: an edit and an approval each replace the event they have read,
or nothing. An approval that dies half-way is finished by the next one. An edited translation opens a new
generation of its language, as a retry does: nothing else is spoken or drawn again.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from aiohttp import web

from services.gateway.bodies import Bodies
from services.gateway.errors import ApiError, answer
from services.gateway.records import Records
from services.gateway.requests import decode_body, decode_query
from services.gateway.routes import Fault, Refusal, Route, asked_job
from shared.approval import written
from shared.blobs import Blobs
from shared.bus import Bus
from shared.errors import BlobMissing
from shared.events import (
    JobEnded,
    NarrationReady,
    RepoScanned,
    ScriptProposed,
    ScriptWritten,
    TranslationRequested,
    now,
)
from shared.facts import FactBase
from shared.job_events import Events, decode_events
from shared.jobs import fold
from shared.pipeline import SOURCE_LANGUAGE, subject
from shared.record import JobRecord
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


class UntrueScript(ApiError):
    """The facts do not carry what these places say."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        first = violations[0]
        message = f"{first.where}: {first.word!r} {first.why}, in {first.text!r}."
        hint = "Say what the facts say, cite the facts a sentence rests on, or leave it out."
        super().__init__(422, "untrue", message, hint)
        self.violations = violations


class Proposal(NamedTuple):
    event: ScriptProposed
    sequence: int
    """Where it stands in the stream."""
    events: Events


class Scripts:
    def __init__(self, bus: Bus, blobs: Blobs, bodies: Bodies, records: Records) -> None:
        self._bus = bus
        self._blobs = blobs
        self._bodies = bodies
        self._records = records

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
                summary="Replace a waiting script, or an ended job's translation; it must be true.",
                query=ScriptQuery,
                body=Script,
                answers={200: Revised},
                faults=(404, 409, 422),
                scope="submit",
            ),
            Route(
                method="POST",
                path="/jobs/{job_id}/approve",
                handler=self.approve,
                summary="Let a job that waits for approval go on; again is harmless.",
                answers={200: JobRecord},
                faults=(404, 409),
                scope="submit",
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        language = decode_query(request.query, ScriptQuery).language
        key, _ = await self.keys(asked_job(request), language)
        return web.Response(body=await self._read(key), content_type="application/json")

    async def edit(self, request: web.Request) -> web.Response:
        language = decode_query(request.query, ScriptQuery).language
        script = decode_body(await self._bodies.read(request), Script)
        try:
            return answer(await self.revise(asked_job(request), script, language))
        except UntrueScript as error:
            return answer(Refusal(Untrue(error.code, error.message, error.hint, error.violations)), 422)

    async def approve(self, request: web.Request) -> web.Response:
        return answer(await self.let_go_on(asked_job(request)))

    async def keys(self, job_id: str, language: str) -> tuple[str, str]:
        """Give the keys of the newest script in a language and of the facts under it.

        Raises ApiError (404) while there is none.
        """
        events, _ = await self._events(job_id)
        key, scanned = _script_key(events, language), events.get(RepoScanned)
        if key is None or scanned is None:
            raise _unknown(events, language)
        proposal, asked = events.get(ScriptProposed), events.get(TranslationRequested, language)
        return key, (asked or proposal or scanned).facts

    async def revise(self, job_id: str, script: Script, language: str) -> Revised:
        """Put a script in the place of the one that waits, or of a translation that was spoken.

        Raises ApiError: 409 when none does, 422 for one that no film can be made of; UntrueScript.
        """
        if script.language != language:
            raise ApiError(422, "unfit", f"This script is in {script.language!r}, not in {language[:20]!r}.")
        if language != SOURCE_LANGUAGE:
            return await self._revise_translation(job_id, script)
        proposal = await self._waiting(job_id)
        await self._judge(script, proposal.event.facts)
        key = await self._kept(script, proposal.event.script)
        event = await self._revise(proposal, key)
        return Revised(event.job_id, SOURCE_LANGUAGE, event.revision)

    async def _revise_translation(self, job_id: str, script: Script) -> Revised:
        """Have it spoken and drawn in the job's next generation."""
        events, _ = await self._events(job_id)
        asked = events.get(TranslationRequested, script.language)
        narrated = events.get(NarrationReady, script.language)
        if asked is None or narrated is None:
            raise _unknown(events, script.language)
        source = msgspec.json.decode(await self._read(asked.script), type=Script)
        await self._judge(script, asked.facts, source)
        key = await self._kept(script, narrated.script)
        if key == narrated.script:
            return Revised(job_id, script.language, narrated.generation)
        _refuse_under_way(events)
        generation = events.generation + 1
        event = msgspec.structs.replace(asked, generation=generation, edited=key)
        if await self._bus.publish_once(event) is None:
            raise _changed()
        return Revised(job_id, script.language, generation)

    async def _judge(self, script: Script, facts_key: str, source: Script | None = None) -> None:
        """Let a script pass that a film can be made of and the facts carry; raises ApiError (422).

        Of a translation, `source` is what it was translated from.
        """
        faults = tuple(misshapen(script))
        if faults:
            raise ApiError(422, "unfit", f"No film can be made of this script: {'; '.join(faults[:5])}.")
        facts = msgspec.json.decode(await self._read(facts_key), type=FactBase)
        violations = check(script, facts, source)
        if violations:
            raise UntrueScript(violations)

    async def _kept(self, script: Script, before_key: str) -> str:
        """Store an edit; what is not a person's to change stays as it was."""
        before = msgspec.json.decode(await self._read(before_key), type=Script)
        script = msgspec.structs.replace(script, quiz=before.quiz, profile=before.profile)
        return await self._blobs.put(msgspec.json.encode(script))

    async def _read(self, key: str) -> bytes:
        try:
            return await self._blobs.get(key)
        except BlobMissing as error:
            hint = "Artefacts are kept for REPOREEL_RETENTION_DAYS; retry the job to make it again."
            raise ApiError(404, "script_gone", "This script is no longer kept.", hint) from error

    async def let_go_on(self, job_id: str) -> JobRecord | None:
        """Approve the script that waits; again is harmless.

        Raises ApiError (409) when none does.
        """
        event = await self._approved(job_id)
        for output in written(event, event.script):
            await self._bus.publish_once(output)
        events, _ = await self._events(job_id)
        return fold(events)

    async def _approved(self, job_id: str) -> ScriptProposed:
        """Mark what waits as approved, whatever its latest edit is."""
        while True:
            proposal = await self._proposal(job_id)
            if proposal.event.approved:
                return proposal.event
            _refuse_over(proposal.events)
            approved = msgspec.structs.replace(proposal.event, approved=True, at=now())
            if await self._bus.replace(approved, proposal.sequence) is not None:
                return approved

    async def _revise(self, proposal: Proposal, key: str) -> ScriptProposed:
        if key == proposal.event.script:
            return proposal.event
        number = proposal.event.revision + 1
        event = msgspec.structs.replace(proposal.event, script=key, revision=number, at=now())
        if await self._bus.replace(event, proposal.sequence) is None:
            raise _changed()
        return event

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
        told = list(decode_events(message.payload for message in stored))
        events = Events(told)
        if fold(events) is None:
            raise ApiError(404, "job_unknown", "There is no such job.", "GET /jobs lists them.")
        self._records.told(job_id, told)
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


def _unknown(events: Events, language: str) -> ApiError:
    hint = f"Its languages are {', '.join(events.languages)}; the script comes after stage write."
    return ApiError(404, "script_unknown", f"This job has no script in {language[:20]!r}.", hint)


def _changed() -> ApiError:
    hint = "Read it again, then send your edit."
    return ApiError(409, "script_changed", "Somebody else changed or approved this script.", hint)


def _refuse_under_way(events: Events) -> None:
    ended = events.get(JobEnded)
    if ended is None or ended.generation != events.generation:
        raise ApiError(
            409, "job_under_way", "This job is under way.", "Edit a translation once it has ended."
        )


def _refuse_over(events: Events) -> None:
    ended = events.get(JobEnded)
    if ended is not None and ended.generation == events.generation:
        raise ApiError(409, "job_over", f"This job is {ended.outcome}.", "Retry it first.")
