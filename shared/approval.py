"""What `write` ends in: published by the narrator, or by the gateway once a person has approved."""

from __future__ import annotations

from shared.events import RepoScanned, ScriptProposed, ScriptWritten, TranslationRequested, now
from shared.pipeline import SOURCE_LANGUAGE

Written = ScriptWritten | TranslationRequested


def written(event: RepoScanned | ScriptProposed, script: str) -> list[Written]:
    """One event a language: the source language is to be spoken, each other one translated."""
    return [
        (ScriptWritten if language == SOURCE_LANGUAGE else TranslationRequested)(
            job_id=event.job_id,
            spec=event.spec,
            at=now(),
            generation=event.generation,
            started_at=event.started_at,
            attempt=event.attempt,
            language=language,
            languages=event.languages,
            facts=event.facts,
            script=script,
        )
        for language in event.languages
    ]


def proposed(event: RepoScanned, script: str) -> ScriptProposed:
    """The script as it waits for a person."""
    return ScriptProposed(
        job_id=event.job_id,
        spec=event.spec,
        at=now(),
        generation=event.generation,
        languages=event.languages,
        facts=event.facts,
        script=script,
    )
