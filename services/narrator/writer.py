"""The write stage: a fact base in, a script that passed the truth gate out."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import structlog

from services.narrator.mending import without_faults
from services.narrator.recorded import recorded
from services.narrator.settings import DEFAULTS, NarratorSettings, script_writer
from services.narrator.write import write
from shared.approval import Written, proposed, written
from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import RepoScanned, ScriptProposed
from shared.facts import FactBase
from shared.offload import Progress
from shared.script import Script
from shared.speech.recorded import LISTEN_LIMIT_SECONDS, heard_in
from shared.truth import check, quiz

log = structlog.get_logger(__name__)


class Writer:
    def __init__(
        self,
        blobs: Blobs,
        settings: NarratorSettings = DEFAULTS,
        listen_limit_seconds: float = LISTEN_LIMIT_SECONDS,
    ) -> None:
        self.blobs = blobs
        self._listen_limit_seconds = listen_limit_seconds
        self._settings = settings
        self._author = script_writer(settings)

    async def handle(self, event: RepoScanned, progress: Progress) -> Sequence[ScriptProposed | Written]:
        """One event a language, or one that waits for approval.

        The template gives the same script for the same facts; a model rewords it, where one is set.

        Raises Reject when there is nothing to say, or when the script says what the facts do not.
        """
        facts = msgspec.json.decode(await self.blobs.get(event.facts), type=FactBase)
        if not facts.facts:
            raise Reject(
                f"the scan of {event.spec.repo} found no facts",
                code="no_facts",
                hint="Check that the repository holds files.",
            )
        questions = await self.blobs.put(msgspec.json.encode(quiz.make(facts)))
        script = self._write(facts, event)
        progress(50.0)
        if event.spec.narration is not None:
            event, script = await self._around(event.spec.narration, event, _true(script, facts), facts)
        else:
            script = _true(await self._author.reword(_true(script, facts), facts), facts)
        script = msgspec.structs.replace(script, quiz=questions)
        key = await self.blobs.put(msgspec.json.encode(script))
        return [proposed(event, key)] if event.spec.approve else written(event, key)

    async def _around(
        self, narration: str, event: RepoScanned, script: Script, facts: FactBase
    ) -> tuple[RepoScanned, Script]:
        """The script around a person's words, and the event with those words among its facts."""
        heard = await heard_in(self.blobs, narration, self._listen_limit_seconds)
        key = await self.blobs.put(msgspec.json.encode(heard))
        script, facts = recorded(script, facts, heard, key)
        return msgspec.structs.replace(event, facts=await self.blobs.put(msgspec.json.encode(facts))), script

    def _write(self, facts: FactBase, event: RepoScanned) -> Script:
        """Write what was asked for; a first release, which has nothing before it, as an overview."""
        profile = facts.wishes.profile or event.spec.profile
        if profile == "reel20" and event.spec.format == "wide":
            profile = "overview"  # the repository's own wish, in a shape nobody asked for
        try:
            return write(facts, profile, self._settings.reel_seconds, event.spec.format)
        except Reject as error:
            if error.code != "no_release" or event.spec.trigger != "release":
                raise
            script = write(facts, "overview", self._settings.reel_seconds, event.spec.format)
            return msgspec.structs.replace(script, warnings=(*script.warnings, error.message))


def _true(script: Script, facts: FactBase) -> Script:
    """The script, without what the gate finds fault with: a defect of ours costs a scene, not the film."""
    violations = check(script, facts)
    if not violations:
        return script
    for violation in violations:
        log.error(
            "truth.violated",
            where=violation.where,
            word=violation.word,
            why=violation.why,
            text=violation.text,
        )
    mended = without_faults(script, violations)
    if mended is None or check(mended, facts):
        raise Reject(
            f"the script claims what the facts do not: {violations[0]}",
            code="truth",
            hint="This is a defect of Reporeel's templates: please report it with the job's facts.json.",
        )
    return mended
