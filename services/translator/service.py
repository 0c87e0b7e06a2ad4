"""The translate stage: a script into another language, and spoken in it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import msgspec
import structlog

from services.translator.script import translate
from services.translator.subtitled import subtitled
from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import NarrationReady, TranslationRequested, now
from shared.facts import FactBase
from shared.languages import check_languages, language
from shared.measures import Measures
from shared.narration import Narration
from shared.offload import Progress, run_in_child
from shared.script import Script
from shared.shelf import NO_SHELF, Shelf
from shared.speech.narrate import narrate
from shared.speech.recorded import laid_under_film
from shared.speech.registry import voice_for
from shared.speech.voice import Unspeakable

log = structlog.get_logger(__name__)

TRANSLATE_LIMIT_SECONDS = 300.0
SPEAK_LIMIT_SECONDS = 900.0
"""For one script; the embedded voice needs about half a minute a minute of speech on an idle machine."""
TRANSLATED_PERCENT = 10.0


class Translator:
    def __init__(
        self,
        blobs: Blobs,
        speak_limit_seconds: float = SPEAK_LIMIT_SECONDS,
        kept: Shelf = NO_SHELF,
        measures: Measures | None = None,
    ) -> None:
        """`kept` holds sentences that were spoken before."""
        self._blobs = blobs
        self._kept = kept
        self._measures = measures or Measures()
        self._speak_limit_seconds = speak_limit_seconds

    async def handle(self, event: TranslationRequested, progress: Progress) -> NarrationReady:
        """The same script always gives the same translation and sound, so twice does no harm.

        Raises Reject: "language_unavailable", "truth", "untranslatable", "voice_missing", "unspeakable".
        """
        refuse_unavailable(event.language)
        source = msgspec.json.decode(await self._blobs.get(event.script), type=Script)
        if event.edited is None:
            script = await self._translated(source, event, progress)
        else:
            script = msgspec.json.decode(await self._blobs.get(event.edited), type=Script)
        key = await self._blobs.put(msgspec.json.encode(script))
        narration = await self._narrated(source, script, event, _rest_of(progress))
        return NarrationReady(
            job_id=event.job_id,
            spec=event.spec,
            at=now(),
            generation=event.generation,
            language=event.language,
            languages=event.languages,
            facts=event.facts,
            script=key,
            narration=await self._blobs.put(msgspec.json.encode(narration)),
            source=event.script,
            warnings=script.warnings[len(source.warnings) :],
        )

    async def _translated(self, source: Script, event: TranslationRequested, progress: Progress) -> Script:
        facts = msgspec.json.decode(await self._blobs.get(event.facts), type=FactBase)
        script = await run_in_child(
            translate, _first_of(progress), TRANSLATE_LIMIT_SECONDS, source, facts, event.language
        )
        for warning in script.warnings[len(source.warnings) :]:
            log.warning("translation.kept_source", language=event.language, reason=warning)
        return script

    async def _narrated(
        self, source: Script, script: Script, event: TranslationRequested, progress: Progress
    ) -> Narration:
        """Speak the translation; where no voice is good enough and none was asked for, the source."""
        if script.language in event.spec.voices or language(script.language).state == "spoken":
            return await self._spoken(script, event, progress)
        if source.recording and event.spec.narration is not None:
            recording = event.spec.narration
            narration = await laid_under_film(
                self._blobs, source, recording, progress, self._speak_limit_seconds
            )
        else:
            narration = await self._spoken(source, event, progress, script)
        return subtitled(source, script, narration)

    async def _spoken(
        self,
        script: Script,
        event: TranslationRequested,
        progress: Progress,
        subtitles: Script | None = None,
    ) -> Narration:
        wishes = msgspec.json.decode(await self._blobs.get(event.facts), type=FactBase).wishes
        wish = event.spec.voices.get(script.language) or wishes.voices.get(script.language)
        card, own = voice_for(script.language, wish), wishes.pronunciations.get(script.language, {})
        with tempfile.TemporaryDirectory(prefix="reporeel-translate-") as folder:
            path = Path(folder) / "narration.wav"
            try:
                started = time.monotonic()
                narration = await run_in_child(
                    narrate,
                    progress,
                    self._speak_limit_seconds,
                    script,
                    card,
                    path,
                    own=own,
                    kept=self._kept,
                    subtitles=subtitles,
                )
            except Unspeakable as error:
                raise Reject(str(error), code="unspeakable", hint="edit the script") from error
            factor = (time.monotonic() - started) / narration.duration_seconds
            self._measures.note("engine_real_time_factor", narration.engine, factor)
            return msgspec.structs.replace(narration, audio=await self._blobs.put_file(path))


def refuse_unavailable(language: str) -> None:
    """Raises Reject with the reason the gateway gives at submit."""
    refusal = check_languages((language,))
    if refusal is not None:
        raise Reject(refusal.message, code="language_unavailable", hint=refusal.hint)


def _first_of(progress: Progress) -> Progress:
    return lambda percent: progress(percent * TRANSLATED_PERCENT / 100.0)


def _rest_of(progress: Progress) -> Progress:
    return lambda percent: progress(TRANSLATED_PERCENT + percent * (100.0 - TRANSLATED_PERCENT) / 100.0)
