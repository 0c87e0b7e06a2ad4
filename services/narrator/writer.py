"""The write stage: a fact base in, a script that passed the truth gate out."""

from __future__ import annotations

import msgspec
import structlog

from services.narrator.write import write
from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import RepoScanned, ScriptWritten, TranslationRequested, now
from shared.facts import FactBase
from shared.offload import Progress
from shared.pipeline import SOURCE_LANGUAGE
from shared.script import Script
from shared.truth import check

log = structlog.get_logger(__name__)

Written = ScriptWritten | TranslationRequested


class Writer:
    def __init__(self, blobs: Blobs) -> None:
        self.blobs = blobs

    async def handle(self, event: RepoScanned, progress: Progress) -> list[Written]:
        """One event a language; the same facts always give the same script, so twice does no harm.

        Raises Reject when there is nothing to say, or when the script says what the facts do not.
        """
        facts = msgspec.json.decode(await self.blobs.get(event.facts), type=FactBase)
        if not facts.facts:
            raise Reject(
                f"the scan of {event.spec.repo} found no facts",
                code="no_facts",
                hint="Check that the repository holds files.",
            )
        script = _warned(write(facts), event.spec.profile)
        progress(50.0)
        _gate(script, facts)
        key = await self.blobs.put(msgspec.json.encode(script))
        return [_written(event, language, key) for language in event.languages]


def _warned(script: Script, profile: str) -> Script:
    if profile == script.profile:
        return script
    warning = f"profile {profile} is written as an {script.profile}"
    return msgspec.structs.replace(script, warnings=(*script.warnings, warning))


def _gate(script: Script, facts: FactBase) -> None:
    violations = check(script, facts)
    for violation in violations:
        log.error(
            "truth.violated",
            where=violation.where,
            word=violation.word,
            why=violation.why,
            text=violation.text,
        )
    if violations:
        raise Reject(
            f"the script claims what the facts do not: {violations[0]}",
            code="truth",
            hint="This is a defect of Reporeel's templates: please report it with the job's facts.json.",
        )


def _written(event: RepoScanned, language: str, script: str) -> Written:
    kind = ScriptWritten if language == SOURCE_LANGUAGE else TranslationRequested
    return kind(
        job_id=event.job_id,
        spec=event.spec,
        at=now(),
        generation=event.generation,
        language=language,
        languages=event.languages,
        facts=event.facts,
        script=script,
    )
