"""The translate stage: a script into another language, and spoken in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import structlog

from services.translator.script import translate
from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import NarrationReady, TranslationRequested, now
from shared.facts import FactBase
from shared.languages import check_languages
from shared.offload import Progress, run_in_child
from shared.script import Script
from shared.speech.narrate import narrate
from shared.speech.registry import voice_for
from shared.speech.voice import Unspeakable

log = structlog.get_logger(__name__)

TRANSLATE_LIMIT_SECONDS = 120.0
SPEAK_LIMIT_SECONDS = 900.0
"""For one script; the embedded voice needs about half a minute a minute of speech on an idle machine."""
TRANSLATED_PERCENT = 10.0


class Translator:
    def __init__(self, blobs: Blobs, speak_limit_seconds: float = SPEAK_LIMIT_SECONDS) -> None:
        self._blobs = blobs
        self._speak_limit_seconds = speak_limit_seconds

    async def handle(self, event: TranslationRequested, progress: Progress) -> NarrationReady:
        """The same script always gives the same translation and sound, so twice does no harm.

        Raises Reject: "language_unavailable", "truth", "untranslatable", "voice_missing", "unspeakable".
        """
        refuse_unavailable(event.language)
        script = await self._translated(event, progress)
        key = await self._blobs.put(msgspec.json.encode(script))
        narration = await self._narrated(script, event.spec.voices.get(event.language), _rest_of(progress))
        return NarrationReady(
            job_id=event.job_id,
            spec=event.spec,
            at=now(),
            generation=event.generation,
            language=event.language,
            languages=event.languages,
            facts=event.facts,
            script=key,
            narration=narration,
        )

    async def _translated(self, event: TranslationRequested, progress: Progress) -> Script:
        source = msgspec.json.decode(await self._blobs.get(event.script), type=Script)
        facts = msgspec.json.decode(await self._blobs.get(event.facts), type=FactBase)
        script = await run_in_child(
            translate, _first_of(progress), TRANSLATE_LIMIT_SECONDS, source, facts, event.language
        )
        for warning in script.warnings[len(source.warnings) :]:
            log.warning("translation.kept_source", language=event.language, reason=warning)
        return script

    async def _narrated(self, script: Script, wish: str | None, progress: Progress) -> str:
        """The key of the stored narration."""
        card = voice_for(script.language, wish)
        with tempfile.TemporaryDirectory(prefix="reporeel-translate-") as folder:
            path = Path(folder) / "narration.wav"
            try:
                narration = await run_in_child(
                    narrate, progress, self._speak_limit_seconds, script, card, path
                )
            except Unspeakable as error:
                raise Reject(str(error), code="unspeakable", hint="edit the script") from error
            narration = msgspec.structs.replace(narration, audio=await self._blobs.put_file(path))
        return await self._blobs.put(msgspec.json.encode(narration))


def refuse_unavailable(language: str) -> None:
    """Raises Reject with the reason the gateway gives at submit."""
    refusal = check_languages((language,))
    if refusal is not None:
        raise Reject(refusal.message, code="language_unavailable", hint=refusal.hint)


def _first_of(progress: Progress) -> Progress:
    return lambda percent: progress(percent * TRANSLATED_PERCENT / 100.0)


def _rest_of(progress: Progress) -> Progress:
    return lambda percent: progress(TRANSLATED_PERCENT + percent * (100.0 - TRANSLATED_PERCENT) / 100.0)
