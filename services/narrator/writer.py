"""The write stage: a fact base in, a script that passed the truth gate out."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import structlog

from services.narrator.mending import without_faults
from services.narrator.settings import DEFAULTS, NarratorSettings
from services.narrator.write import write
from shared.approval import Written, proposed, written
from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import RepoScanned, ScriptProposed
from shared.facts import FactBase
from shared.offload import Progress
from shared.script import Script
from shared.truth import check, quiz

log = structlog.get_logger(__name__)


class Writer:
    def __init__(self, blobs: Blobs, settings: NarratorSettings = DEFAULTS) -> None:
        self.blobs = blobs
        self._settings = settings

    async def handle(self, event: RepoScanned, progress: Progress) -> Sequence[ScriptProposed | Written]:
        """One event a language, or one that waits for approval.

        The same facts always give the same script, so twice does no harm.

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
        script = msgspec.structs.replace(_true(script, facts), quiz=questions)
        key = await self.blobs.put(msgspec.json.encode(script))
        return [proposed(event, key)] if event.spec.approve else written(event, key)

    def _write(self, facts: FactBase, event: RepoScanned) -> Script:
        """Write what was asked for; a first release, which has nothing before it, as an overview."""
        profile = facts.wishes.profile or event.spec.profile
        try:
            return write(facts, profile, self._settings.reel_seconds)
        except Reject as error:
            if error.code != "no_release" or event.spec.trigger != "release":
                raise
            script = write(facts, "overview", self._settings.reel_seconds)
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
