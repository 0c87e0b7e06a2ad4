"""The speak stage: turns a written script into sound, with the time of every word."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import msgspec

from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import JobSpec, NarrationReady, ScriptWritten, now
from shared.facts import FactBase, Wishes
from shared.measures import Measures
from shared.narration import Narration
from shared.offload import Progress, run_in_child
from shared.script import Script
from shared.shelf import NO_SHELF, Shelf
from shared.speech.narrate import narrate
from shared.speech.recorded import laid_under_film
from shared.speech.registry import voice_for
from shared.speech.voice import Unspeakable

TIME_LIMIT_SECONDS = 900.0
"""For one script; the embedded voice needs about a second a minute of speech."""


class Speaker:
    def __init__(
        self,
        blobs: Blobs,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
        kept: Shelf = NO_SHELF,
        measures: Measures | None = None,
    ) -> None:
        """`kept` holds sentences that were spoken before."""
        self._blobs = blobs
        self._kept = kept
        self._measures = measures or Measures()
        self._time_limit_seconds = time_limit_seconds

    async def handle(self, event: ScriptWritten, progress: Progress) -> NarrationReady:
        """Raises Reject: "voice_missing" when nobody speaks the language, "unspeakable" for a bad text."""
        script = msgspec.json.decode(await self._blobs.get(event.script), type=Script)
        wishes = msgspec.json.decode(await self._blobs.get(event.facts), type=FactBase).wishes
        return NarrationReady(
            job_id=event.job_id,
            spec=event.spec,
            at=now(),
            generation=event.generation,
            language=event.language,
            languages=event.languages,
            facts=event.facts,
            script=event.script,
            narration=await self._narrated(script, event.spec, wishes, progress),
            warnings=script.warnings,
        )

    async def _narrated(self, script: Script, spec: JobSpec, wishes: Wishes, progress: Progress) -> str:
        """The key of the stored narration."""
        if script.recording and spec.narration is not None:
            narration = await laid_under_film(
                self._blobs, script, spec.narration, progress, self._time_limit_seconds
            )
        else:
            voice = spec.voices.get(script.language) or wishes.voices.get(script.language)
            own = wishes.pronunciations.get(script.language, {})
            narration = await self._spoken(script, voice, own, progress)
        return await self._blobs.put(msgspec.json.encode(narration))

    async def _spoken(
        self, script: Script, wish: str | None, own: dict[str, str], progress: Progress
    ) -> Narration:
        card = voice_for(script.language, wish)
        with tempfile.TemporaryDirectory(prefix="reporeel-speak-") as folder:
            path = Path(folder) / "narration.wav"
            try:
                started = time.monotonic()
                narration = await run_in_child(
                    narrate, progress, self._time_limit_seconds, script, card, path, own, self._kept
                )
            except Unspeakable as error:
                raise Reject(str(error), code="unspeakable", hint="edit the script") from error
            factor = (time.monotonic() - started) / narration.duration_seconds
            self._measures.note("engine_real_time_factor", narration.engine, factor)
            return msgspec.structs.replace(narration, audio=await self._blobs.put_file(path))
