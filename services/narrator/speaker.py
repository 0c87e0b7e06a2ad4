"""The speak stage: turns a written script into sound, with the time of every word."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import NarrationReady, ScriptWritten, now
from shared.offload import Progress, run_in_child
from shared.script import Script
from shared.speech.narrate import narrate
from shared.speech.registry import voice_for
from shared.speech.voice import Unspeakable

TIME_LIMIT_SECONDS = 900.0
"""For one script; the embedded voice needs about a second a minute of speech."""


class Speaker:
    def __init__(self, blobs: Blobs, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self._blobs = blobs
        self._time_limit_seconds = time_limit_seconds

    async def handle(self, event: ScriptWritten, progress: Progress) -> NarrationReady:
        """Raises Reject: "voice_missing" when nobody speaks the language, "unspeakable" for a bad text."""
        script = msgspec.json.decode(await self._blobs.get(event.script), type=Script)
        return NarrationReady(
            job_id=event.job_id,
            spec=event.spec,
            at=now(),
            generation=event.generation,
            language=event.language,
            languages=event.languages,
            facts=event.facts,
            script=event.script,
            narration=await self._narrated(script, event.spec.voices.get(event.language), progress),
        )

    async def _narrated(self, script: Script, wish: str | None, progress: Progress) -> str:
        """The key of the stored narration."""
        card = voice_for(script.language, wish)
        with tempfile.TemporaryDirectory(prefix="reporeel-speak-") as folder:
            path = Path(folder) / "narration.wav"
            try:
                narration = await run_in_child(
                    narrate, progress, self._time_limit_seconds, script, card, path
                )
            except Unspeakable as error:
                raise Reject(str(error), code="unspeakable", hint="edit the script") from error
            narration = msgspec.structs.replace(narration, audio=await self._blobs.put_file(path))
        return await self._blobs.put(msgspec.json.encode(narration))
